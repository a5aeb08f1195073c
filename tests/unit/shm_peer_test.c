/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer VM that ends or is started again: what the calls that are under way say, and what they leave. The
 * peer and the base act in the library's pauses and before its accesses.
 */
#include <stdlib.h>
#include <string.h>

#include "fusiondock/hypercall.h"
#include "fusiondock/state.h"
#include "shm_access.h"
#include "shm_test.h"

#define MAX 24u
#define REGION (MAX + SHM_HEADER_SIZE)
#define TOTAL (2 * MAX + 5)

static shm_info_s *shm;
static uint64_t life;
static unsigned char buffer[TOTAL];
static unsigned char *message;
static unsigned int part;

static void is_in_life(unsigned int epoch, unsigned int state)
{
	life = FUSIONDOCK_LIFE(epoch, state);
}

static int setup(void **state)
{
	testport_reset(state);
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	message = testport_pattern(TOTAL, 1);
	memset(buffer, 0x11, sizeof(buffer));
	is_in_life(3, FUSIONDOCK_VM_RUNNING);
	assert_int_equal(shm_watch_peer(shm, &life), SHM_OK);
	part = 0;
	return 0;
}

static int teardown(void **state)
{
	free(message);
	return testport_cleanup(state);
}

/* What the base does at the end of a VM that has a part in the region (base/svc/region.c). */
static void base_gives_up(void)
{
	shm->used_size = SHM_USED_GIVEN_UP;
	shm->op_type = SHM_OP_START;
}

static void peer_writes_a_part(const unsigned char *of)
{
	unsigned int left = TOTAL - part * MAX;

	shm->used_size = TOTAL;
	shm->resevered = 5;
	memcpy(shm->data, of + part * MAX, left < MAX ? left : MAX);
	shm->op_type = SHM_OP_READY_TO_READ;
	part++;
}

/* Nothing under way but the wait */

static void peer_ends(void)
{
	if (port.pauses == 3)
		is_in_life(3, FUSIONDOCK_VM_OFF);
}

static void peer_starts_again(void)
{
	if (port.pauses == 3)
		is_in_life(4, FUSIONDOCK_VM_RUNNING);
}

static void peer_starts_again_and_writes(void)
{
	peer_starts_again();
	if (port.pauses == 3)
		peer_writes_a_part(message);
}

static void a_read_that_waits_ends_when_the_writer_does(void **state)
{
	static void (*const ways[])(void) = {peer_ends, peer_starts_again, peer_starts_again_and_writes};

	(void)state;
	for (unsigned int n = 0; n < sizeof(ways) / sizeof(ways[0]); n++) {
		is_in_life(3, FUSIONDOCK_VM_RUNNING);
		port.pauses = 0;
		port.on_pause = ways[n];
		assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
		assert_int_equal(port.pauses, 3);
		assert_int_equal(buffer[0], 0x11);
	}
	/* The message of the new life is there for the next call. */
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
}

static void a_write_that_waits_ends_when_the_reader_does(void **state)
{
	static void (*const ways[])(void) = {peer_ends, peer_starts_again};

	(void)state;
	for (unsigned int n = 0; n < sizeof(ways) / sizeof(ways[0]); n++) {
		is_in_life(3, FUSIONDOCK_VM_RUNNING);
		shm->op_type = SHM_OP_READY_TO_READ;
		shm->used_size = 7;
		port.pauses = 0;
		port.on_pause = ways[n];
		assert_int_equal(shm_write(message, 4, 0, shm, PEER_VM), SHM_E_PEER_LOST);
		/* The message before stays for the reader's next life. */
		assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
		assert_int_equal(shm->used_size, 7);
		assert_int_equal(port.rings, 0);
	}
}

static void a_bounded_wait_ends_at_once_too(void **state)
{
	(void)state;
	shm_set_wait(shm, 1000000);
	port.on_pause = peer_starts_again;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
	assert_int_equal(port.pauses, 3);
}

static void a_bound_that_runs_out_is_still_a_timeout(void **state)
{
	(void)state;
	shm_set_wait(shm, 100);
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_TIMEOUT);
}

static void with_the_wait_off_nothing_is_waited_for(void **state)
{
	(void)state;
	shm_set_wait(shm, SHM_WAIT_OFF);
	is_in_life(4, FUSIONDOCK_VM_OFF);
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_EMPTY);
	shm->op_type = SHM_OP_READY_TO_READ;
	assert_int_equal(shm_write(message, 4, 0, shm, PEER_VM), SHM_E_BUSY);
}

static void a_message_that_is_there_is_read_from_a_dead_writer(void **state)
{
	(void)state;
	is_in_life(3, FUSIONDOCK_VM_FAULTED);
	memcpy(shm->data, message, 4);
	shm->used_size = 4;
	shm->op_type = SHM_OP_READY_TO_READ;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_OK);
	assert_memory_equal(buffer, message, 4);
}

/* A peer that does not run yet */

static void peer_comes_up_and_writes(void)
{
	if (port.pauses == 2)
		is_in_life(4, FUSIONDOCK_VM_RUNNING);
	if (port.pauses == 4) {
		memcpy(shm->data, message, 4);
		shm->used_size = 4;
		shm->op_type = SHM_OP_READY_TO_READ;
	}
}

static void a_call_waits_for_a_peer_to_start(void **state)
{
	static const unsigned int off[] = {FUSIONDOCK_VM_OFF, FUSIONDOCK_VM_FAULTED};

	(void)state;
	port.on_pause = peer_comes_up_and_writes;
	for (unsigned int n = 0; n < sizeof(off) / sizeof(off[0]); n++) {
		is_in_life(3, off[n]);
		port.pauses = 0;
		assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_OK);
		assert_int_equal(port.pauses, 4);
	}
}

static void peer_comes_up_and_ends(void)
{
	if (port.pauses == 2)
		is_in_life(4, FUSIONDOCK_VM_RUNNING);
	if (port.pauses == 4)
		is_in_life(4, FUSIONDOCK_VM_OFF);
}

static void a_peer_that_started_meanwhile_can_be_lost(void **state)
{
	(void)state;
	is_in_life(3, FUSIONDOCK_VM_OFF);
	port.on_pause = peer_comes_up_and_ends;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
	assert_int_equal(port.pauses, 4);
}

/* Long messages */

static void writer_ends_behind_a_part(void)
{
	if (part == 0)
		peer_writes_a_part(message);
	else if (shm->op_type == SHM_OP_READ_END) {
		is_in_life(3, FUSIONDOCK_VM_OFF);
		base_gives_up();
	}
}

static void a_long_read_ends_when_the_writer_does(void **state)
{
	(void)state;
	port.on_pause = writer_ends_behind_a_part;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
	assert_int_equal(shm->op_type, SHM_OP_START);
	assert_int_equal(shm->used_size, SHM_USED_GIVEN_UP);
}

/* The new life begins with a message of the same length and type: nothing in the header differs. */
static void writer_starts_again_with_the_like(void)
{
	unsigned char *other;

	if (part == 0) {
		peer_writes_a_part(message);
	} else if (shm->op_type == SHM_OP_READ_END) {
		base_gives_up();
		is_in_life(4, FUSIONDOCK_VM_RUNNING);
		part = 0;
		other = testport_pattern(TOTAL, 2);
		peer_writes_a_part(other);
		free(other);
	}
}

static void parts_of_two_lives_are_never_one_message(void **state)
{
	(void)state;
	port.on_pause = writer_starts_again_with_the_like;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
	/* The new message is whole: its first part was not acknowledged. */
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	assert_int_equal(shm->used_size, TOTAL);
}

static void at_the_copy_the_writer_starts_again(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store || address != (const volatile void *)shm->data || part != 1)
		return;
	/* READY was the old life's, what is copied the new one's. */
	is_in_life(4, FUSIONDOCK_VM_RUNNING);
	part = 0;
	peer_writes_a_part(message);
}

static void a_part_replaced_during_the_copy_is_not_taken(void **state)
{
	(void)state;
	peer_writes_a_part(message);
	port.on_access = at_the_copy_the_writer_starts_again;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
}

/*
 * The base has said that the writer is off, and not yet given up what it left. The next life's message
 * has the same length and type.
 */
static void base_comes_late(void)
{
	if (port.pauses == 1) {
		base_gives_up();
		is_in_life(4, FUSIONDOCK_VM_RUNNING);
		part = 0;
	}
	if (port.pauses > 1 && (part == 0 || shm->op_type == SHM_OP_READ_END))
		peer_writes_a_part(message);
}

static void a_part_of_a_writer_that_is_off_is_not_begun(void **state)
{
	unsigned char *left = testport_pattern(TOTAL, 2);

	(void)state;
	is_in_life(3, FUSIONDOCK_VM_OFF);
	peer_writes_a_part(left);
	free(left);
	port.on_pause = base_comes_late;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_OK);
	assert_memory_equal(buffer, message, TOTAL);
}

static void with_the_wait_off_such_a_part_is_no_message(void **state)
{
	(void)state;
	is_in_life(3, FUSIONDOCK_VM_OFF);
	peer_writes_a_part(message);
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_EMPTY);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	is_in_life(4, FUSIONDOCK_VM_RUNNING);
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_WAIT_OFF);
}

static void assert_is_given_up(void)
{
	assert_int_equal(shm->op_type, SHM_OP_START);
	assert_int_equal(shm->used_size, SHM_USED_GIVEN_UP);
}

static void reader_ends_behind_a_part(void)
{
	if (part++ == 1) {
		is_in_life(3, FUSIONDOCK_VM_OFF);
		base_gives_up();
	} else if (part < 2) {
		shm->op_type = SHM_OP_READ_END;
	}
}

static void a_long_write_ends_when_the_reader_does(void **state)
{
	(void)state;
	port.on_pause = reader_ends_behind_a_part;
	assert_int_equal(shm_write(message, TOTAL, 5, shm, PEER_VM), SHM_E_PEER_LOST);
	assert_is_given_up();
}

static void reader_starts_again_alone(void)
{
	peer_starts_again();
}

/* Even if the base's mark has not come yet: nothing of the message may reach the new life. */
static void a_long_write_that_sees_the_end_first_gives_up_itself(void **state)
{
	(void)state;
	port.on_pause = reader_starts_again_alone;
	assert_int_equal(shm_write(message, TOTAL, 5, shm, PEER_VM), SHM_E_PEER_LOST);
	assert_is_given_up();
}

/* The reader ends, and its next life begins, before anything of the message is in the region. */
static void at_the_header_the_reader_starts_again(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store && address == (const volatile void *)&shm->resevered)
		is_in_life(4, FUSIONDOCK_VM_RUNNING);
}

static void reader_takes_each_part(void)
{
	shm->op_type = SHM_OP_READ_END;
}

/* It would have to be written again, and the reader could take its first part for the next one. */
static void a_message_for_the_next_life_is_not_given_up(void **state)
{
	(void)state;
	port.on_access = at_the_header_the_reader_starts_again;
	port.on_pause = reader_takes_each_part;
	assert_int_equal(shm_write(message, TOTAL, 5, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm->used_size, TOTAL);
}

static void at_the_part_the_base_gives_up(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (!is_store || address != (const volatile void *)shm->data || part++)
		return;
	base_gives_up();
	is_in_life(4, FUSIONDOCK_VM_RUNNING);
}

static void a_first_part_that_the_base_gave_up_is_told(void **state)
{
	(void)state;
	port.on_access = at_the_part_the_base_gives_up;
	assert_int_equal(shm_write(message, TOTAL, 5, shm, PEER_VM), SHM_E_PEER_LOST);
	assert_is_given_up();
}

/* Who is watched */

static void base_gives_up_behind_a_part(void)
{
	if (part == 0)
		peer_writes_a_part(message);
	else if (shm->op_type == SHM_OP_READ_END)
		base_gives_up();
}

static void without_a_watch_the_mark_alone_ends_a_long_read(void **state)
{
	(void)state;
	assert_int_equal(shm_watch_peer(shm, NULL), SHM_OK);
	port.on_pause = base_gives_up_behind_a_part;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PARTIAL);
}

static void without_a_watch_a_wait_goes_on(void **state)
{
	(void)state;
	assert_int_equal(shm_watch_peer(shm, NULL), SHM_OK);
	shm_set_wait(shm, 1000);
	port.on_pause = peer_starts_again;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_TIMEOUT);
}

static void another_attach_of_the_region_keeps_the_watch(void **state)
{
	(void)state;
	assert_int_equal(shm_attach(shm, REGION, SHM_ATTACH_DEVICE), SHM_OK);
	port.on_pause = peer_starts_again;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
}

static void what_cannot_be_watched_is_refused(void **state)
{
	unsigned char words[16];
	uintptr_t at = (uintptr_t)words | 7;

	(void)state;
	assert_int_equal(shm_watch_peer(NULL, &life), SHM_E_PARAM);
	assert_int_equal(shm_watch_peer((shm_info_s *)(void *)&life, &life), SHM_E_PARAM);
	assert_int_equal(shm_watch_peer(shm, (const volatile uint64_t *)at), SHM_E_PARAM);
	assert_int_equal(shm_detach(shm), SHM_OK);
	assert_int_equal(shm_watch_peer(shm, &life), SHM_E_PARAM);
}

#define PEER_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PEER_TEST(a_read_that_waits_ends_when_the_writer_does),
		PEER_TEST(a_write_that_waits_ends_when_the_reader_does),
		PEER_TEST(a_bounded_wait_ends_at_once_too),
		PEER_TEST(a_bound_that_runs_out_is_still_a_timeout),
		PEER_TEST(with_the_wait_off_nothing_is_waited_for),
		PEER_TEST(a_message_that_is_there_is_read_from_a_dead_writer),
		PEER_TEST(a_call_waits_for_a_peer_to_start),
		PEER_TEST(a_peer_that_started_meanwhile_can_be_lost),
		PEER_TEST(a_long_read_ends_when_the_writer_does),
		PEER_TEST(parts_of_two_lives_are_never_one_message),
		PEER_TEST(a_part_replaced_during_the_copy_is_not_taken),
		PEER_TEST(a_part_of_a_writer_that_is_off_is_not_begun),
		PEER_TEST(with_the_wait_off_such_a_part_is_no_message),
		PEER_TEST(a_long_write_ends_when_the_reader_does),
		PEER_TEST(a_long_write_that_sees_the_end_first_gives_up_itself),
		PEER_TEST(a_message_for_the_next_life_is_not_given_up),
		PEER_TEST(a_first_part_that_the_base_gave_up_is_told),
		PEER_TEST(without_a_watch_the_mark_alone_ends_a_long_read),
		PEER_TEST(without_a_watch_a_wait_goes_on),
		PEER_TEST(another_attach_of_the_region_keeps_the_watch),
		PEER_TEST(what_cannot_be_watched_is_refused),
	};

	return cmocka_run_group_tests_name("a peer that ends", tests, NULL, NULL);
}
