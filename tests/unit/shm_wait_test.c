/* SPDX-License-Identifier: Apache-2.0 */
/* The wait setting: off, bounded, for ever. The clock is fake. */
#include <stdlib.h>
#include <string.h>

#include "shm_test.h"
#include "shm_wait.h"

#define REGION 80u

static shm_info_s *shm;
static unsigned int act_at;

static void make_room(void)
{
	if (port.pauses == act_at)
		shm->op_type = SHM_OP_READ_END;
}

static void send_one(void)
{
	if (port.pauses == act_at) {
		shm->used_size = 0;
		shm->op_type = SHM_OP_READY_TO_READ;
	}
}

/* A region with an unread message, or with none. */
static void start(int op_type, unsigned int wait_us)
{
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm->op_type = op_type;
	assert_int_equal(shm_set_wait(shm, wait_us), SHM_OK);
}

static void off_write_is_busy_at_once(void **state)
{
	int value = 1;

	(void)state;
	start(SHM_OP_READY_TO_READ, SHM_WAIT_OFF);
	assert_int_equal(shm_write(&value, 4, 7, shm, PEER_VM), SHM_E_BUSY);
	assert_int_equal(port.pauses, 0);
	assert_int_equal(port.clock_reads, 0);
	assert_int_equal(shm->resevered, 0);
	assert_int_equal(shm->used_size, 0);
}

static void off_read_is_empty_at_once(void **state)
{
	int value = 1;

	(void)state;
	start(SHM_OP_START, SHM_WAIT_OFF);
	assert_int_equal(shm_read(shm, &value, 4), SHM_E_EMPTY);
	assert_int_equal(port.pauses, 0);
	assert_int_equal(port.clock_reads, 0);
	assert_int_equal(value, 1);
}

static void bounded_write_times_out_on_time(void **state)
{
	uint64_t start_at;
	int value = 1;

	(void)state;
	start(SHM_OP_READY_TO_READ, 1000);
	start_at = port.now;
	assert_int_equal(shm_write(&value, 4, 7, shm, PEER_VM), SHM_E_TIMEOUT);
	assert_in_range(port.now - start_at, 1000u * (TEST_HZ / 1000000u),
			(1000u + 2 * PAUSE_US) * (TEST_HZ / 1000000u));
	assert_int_equal(shm->resevered, 0);
	assert_int_equal(port.rings, 0);
}

static void bounded_read_times_out_and_leaves_the_buffer(void **state)
{
	unsigned char *buffer = testport_pattern(16, 3);

	(void)state;
	start(SHM_OP_READ_END, 1000);
	assert_int_equal(shm_read(shm, buffer, 16), SHM_E_TIMEOUT);
	assert_true(testport_is_pattern(buffer, 16, 3));
	assert_int_equal(shm->op_type, SHM_OP_READ_END);
	free(buffer);
}

static void bounded_write_goes_on_when_there_is_room(void **state)
{
	int value = 1;

	(void)state;
	start(SHM_OP_READY_TO_READ, 1000);
	act_at = 5;
	port.on_pause = make_room;
	assert_int_equal(shm_write(&value, 4, 7, shm, PEER_VM), SHM_OK);
	assert_int_equal(port.pauses, 5);
}

static void read_waits_for_ever_by_default(void **state)
{
	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	act_at = 300000;
	port.on_pause = send_one;
	assert_int_equal(shm_read(shm, NULL, 0), SHM_OK);
	assert_int_equal(port.pauses, 300000);
	assert_int_equal(port.clock_reads, 0);
}

static void write_waits_for_ever_by_default(void **state)
{
	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm->op_type = SHM_OP_READY_TO_READ;
	act_at = 300000;
	port.on_pause = make_room;
	assert_int_equal(shm_write(NULL, 0, 0, shm, PEER_VM), SHM_OK);
	assert_int_equal(port.pauses, 300000);
}

static void default_setting_holds_for_an_unattached_region(void **state)
{
	int value = 0;

	(void)state;
	shm = testport_region_unattached(REGION);
	assert_int_equal(shm_set_wait(NULL, SHM_WAIT_OFF), SHM_OK);
	assert_int_equal(shm_read(shm, &value, 4), SHM_E_EMPTY);
	assert_int_equal(shm_set_wait(NULL, 50), SHM_OK);
	assert_int_equal(shm_read(shm, &value, 4), SHM_E_TIMEOUT);
}

static void peek_never_waits(void **state)
{
	(void)state;
	start(SHM_OP_START, SHM_WAIT_FOREVER);
	assert_int_equal(shm_peek(shm, NULL, NULL), SHM_E_EMPTY);
	assert_int_equal(port.pauses, 0);
}

static void ruin_state(void)
{
	shm->op_type = 17;
}

static void impossible_state_ends_a_wait(void **state)
{
	int value = 0;

	(void)state;
	start(SHM_OP_READY_TO_READ, SHM_WAIT_FOREVER);
	port.on_pause = ruin_state;
	assert_int_equal(shm_write(&value, 4, 0, shm, PEER_VM), SHM_E_HEADER);
	shm->op_type = SHM_OP_START;
	assert_int_equal(shm_read(shm, &value, 4), SHM_E_HEADER);
}

/* The caller is held up between its second look and the clock, longer than its bound. */
static void held_up(void)
{
	if (port.clock_reads < 3)
		return;
	port.now += TEST_HZ;
	shm->used_size = 0;
	shm->op_type = SHM_OP_READY_TO_READ;
}

static void a_last_look_is_made_after_the_time_is_over(void **state)
{
	(void)state;
	start(SHM_OP_START, 100);
	port.on_clock = held_up;
	assert_int_equal(shm_read(shm, NULL, 0), SHM_OK);
}

static unsigned int looks_within(struct shm_wait wait)
{
	unsigned int looks = 0;

	while (shm_wait_again(&wait))
		looks++;
	return looks;
}

static void rounds_count_up_from_zero_in_each_wait(void **state)
{
	(void)state;
	looks_within((struct shm_wait){.limit_us = 100});
	assert_int_equal(port.last_round, port.pauses - 1);
	port.pauses = 0;
	looks_within((struct shm_wait){.limit_us = 100});
	assert_int_equal(port.last_round, port.pauses - 1);
}

static void rounds_stay_at_their_maximum(void **state)
{
	struct shm_wait wait = {.limit_us = SHM_WAIT_FOREVER, .round = UINT32_MAX - 1};

	(void)state;
	for (int look = 0; look < 3; look++)
		assert_true(shm_wait_again(&wait));
	assert_true(port.last_round == UINT32_MAX);
	assert_true(wait.round == UINT32_MAX);
}

static void counter_that_wraps_does_not_matter(void **state)
{
	(void)state;
	port.now = UINT64_MAX - 10;
	assert_in_range(looks_within((struct shm_wait){.limit_us = 100}), 10, 13);
}

static void longest_bound_does_not_overflow(void **state)
{
	struct shm_wait wait = {.limit_us = 0xfffffffeu};

	(void)state;
	port.hz = 1000000000000u; /* a thousand times the fastest counter */
	assert_true(shm_wait_again(&wait));
	assert_true(wait.ticks == 4294967294ull * 1000000u + 1);
}

static void bound_shorter_than_a_tick_is_a_tick(void **state)
{
	struct shm_wait wait = {.limit_us = 1};

	(void)state;
	port.hz = 32768;
	assert_true(shm_wait_again(&wait));
	assert_true(wait.ticks == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHM_TEST(off_write_is_busy_at_once),
		SHM_TEST(off_read_is_empty_at_once),
		SHM_TEST(bounded_write_times_out_on_time),
		SHM_TEST(bounded_read_times_out_and_leaves_the_buffer),
		SHM_TEST(bounded_write_goes_on_when_there_is_room),
		SHM_TEST(read_waits_for_ever_by_default),
		SHM_TEST(write_waits_for_ever_by_default),
		SHM_TEST(default_setting_holds_for_an_unattached_region),
		SHM_TEST(peek_never_waits),
		SHM_TEST(impossible_state_ends_a_wait),
		SHM_TEST(a_last_look_is_made_after_the_time_is_over),
		SHM_TEST(rounds_count_up_from_zero_in_each_wait),
		SHM_TEST(rounds_stay_at_their_maximum),
		SHM_TEST(counter_that_wraps_does_not_matter),
		SHM_TEST(longest_bound_does_not_overflow),
		SHM_TEST(bound_shorter_than_a_tick_is_a_tick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
