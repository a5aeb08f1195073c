/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages longer than max_size: the rounds, and what remains when one side gives up.
 * The peer acts in the library's pauses.
 */
#include <stdlib.h>
#include <string.h>

#include "shm_access.h"
#include "shm_test.h"

#define MAX 24u
#define REGION (MAX + SHM_HEADER_SIZE)
#define TOTAL (3 * MAX + 7)
#define PARTS 4u

static shm_info_s *shm;
static unsigned char *message;
static unsigned char peer_got[TOTAL];
static unsigned int peer_done;
static unsigned int peer_stops_after; /* parts */
static void (*peer_at_stop)(void);

static int setup(void **state)
{
	testport_reset(state);
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(shm, 1000);
	message = testport_pattern(TOTAL, 1);
	memset(peer_got, 0, sizeof(peer_got));
	peer_done = 0;
	peer_stops_after = PARTS;
	peer_at_stop = NULL;
	return 0;
}

static int teardown(void **state)
{
	free(message);
	return testport_cleanup(state);
}

#define LONG_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static bool peer_has_stopped(void)
{
	if (peer_done < peer_stops_after)
		return false;
	if (peer_at_stop != NULL)
		peer_at_stop();
	return true;
}

static unsigned int part_size(unsigned int part)
{
	return TOTAL - part * MAX < MAX ? TOTAL - part * MAX : MAX;
}

static void peer_reads(void)
{
	if (shm->op_type != SHM_OP_READY_TO_READ || peer_has_stopped())
		return;
	assert_int_equal(shm->used_size, TOTAL);
	assert_int_equal(shm->resevered, 5);
	memcpy(peer_got + peer_done * MAX, shm->data, part_size(peer_done));
	peer_done++;
	shm->op_type = SHM_OP_READ_END;
}

static void peer_writes(void)
{
	if (shm->op_type == SHM_OP_READY_TO_READ || peer_has_stopped())
		return;
	shm->used_size = TOTAL;
	shm->resevered = 5;
	memcpy(shm->data, message + peer_done * MAX, part_size(peer_done));
	peer_done++;
	shm->op_type = SHM_OP_READY_TO_READ;
}

static int write_message(void)
{
	port.on_pause = peer_reads;
	return shm_write(message, TOTAL, 5, shm, PEER_VM);
}

static int read_message(unsigned char *buffer)
{
	port.on_pause = peer_writes;
	return shm_read(shm, buffer, TOTAL);
}

static void assert_given_up(void)
{
	assert_int_equal(shm->used_size, SHM_USED_GIVEN_UP);
	assert_int_equal(shm->op_type, SHM_OP_START);
}

static void write_sends_every_part_and_rings_once(void **state)
{
	(void)state;
	assert_int_equal(write_message(), SHM_OK);
	assert_int_equal(peer_done, PARTS - 1);
	peer_reads();
	assert_true(testport_is_pattern(peer_got, TOTAL, 1));
	assert_int_equal(port.rings, 1);
}

static void check_header(void)
{
	assert_int_equal(shm->used_size, TOTAL);
	assert_int_equal(shm->resevered, 5);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	assert_int_equal(peer_done, 0);
}

static void header_is_whole_at_the_first_ready(void **state)
{
	(void)state;
	port.on_ring = check_header;
	assert_int_equal(write_message(), SHM_OK);
	assert_int_equal(port.rings, 1);
}

static void read_collects_every_part(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);

	(void)state;
	assert_int_equal(read_message(got), SHM_OK);
	assert_true(testport_is_pattern(got, TOTAL, 1));
	assert_int_equal(shm->op_type, SHM_OP_READ_END);
	free(got);
}

static void too_long_for_the_buffer_moves_nothing(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);

	(void)state;
	peer_writes();
	assert_int_equal(shm_read(shm, got, TOTAL - 1), SHM_E_TOO_LONG);
	assert_true(testport_is_pattern(got, TOTAL, 2));
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	assert_int_equal(read_message(got), SHM_OK);
	assert_true(testport_is_pattern(got, TOTAL, 1));
	free(got);
}

static void wait_off_refuses_to_write(void **state)
{
	unsigned char before[REGION];

	(void)state;
	shm_set_wait(shm, SHM_WAIT_OFF);
	memcpy(before, shm, REGION);
	assert_int_equal(write_message(), SHM_E_WAIT_OFF);
	assert_memory_equal(before, shm, REGION);
	assert_int_equal(port.rings, 0);
}

static void wait_off_leaves_a_long_message_to_be_read_later(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);

	(void)state;
	peer_writes();
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_read(shm, got, TOTAL), SHM_E_WAIT_OFF);
	assert_true(testport_is_pattern(got, TOTAL, 2));
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	shm_set_wait(shm, 1000);
	assert_int_equal(read_message(got), SHM_OK);
	assert_true(testport_is_pattern(got, TOTAL, 1));
	free(got);
}

static void doorbell_failure_takes_the_message_back(void **state)
{
	(void)state;
	port.ring_result = -1;
	assert_int_equal(write_message(), SHM_E_IPI);
	assert_given_up();
	assert_int_equal(port.pauses, 0);
	port.ring_result = 0;
	assert_int_equal(write_message(), SHM_OK);
}

static void writer_gives_up_when_the_reader_stops(void **state)
{
	(void)state;
	peer_stops_after = 2;
	assert_int_equal(write_message(), SHM_E_PARTIAL);
	assert_given_up();
	/* And the region is free for the next message. */
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_write(message, 4, 0, shm, PEER_VM), SHM_OK);
}

static unsigned int pauses_left;

static void slow_reader(void)
{
	if (pauses_left-- > 1)
		return;
	pauses_left = 4;
	peer_reads();
}

static void slow_reader_within_the_bound_gets_all(void **state)
{
	(void)state;
	shm_set_wait(shm, 5 * PAUSE_US);
	pauses_left = 4;
	port.on_pause = slow_reader;
	assert_int_equal(shm_write(message, TOTAL, 5, shm, PEER_VM), SHM_OK);
	assert_true(port.pauses > 5);
	peer_reads();
	assert_true(testport_is_pattern(peer_got, TOTAL, 1));
}

static unsigned int give_ups;

static void give_up(void)
{
	give_ups++;
	shm->used_size = SHM_USED_GIVEN_UP;
	shm->op_type = SHM_OP_START;
}

static void writer_sees_that_the_reader_gave_up(void **state)
{
	(void)state;
	shm_set_wait(shm, SHM_WAIT_FOREVER);
	peer_stops_after = 1;
	give_ups = 0;
	peer_at_stop = give_up;
	assert_int_equal(write_message(), SHM_E_PARTIAL);
	assert_int_equal(give_ups, 1); /* no further part was offered */
	assert_given_up();
}

/* The reader gives up while the writer copies the last part, whose READY hides the START. */
static void give_up_during_last_copy(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store && address == shm->data && peer_done == PARTS - 1)
		give_up();
}

static void writer_sees_a_mark_behind_its_last_part(void **state)
{
	(void)state;
	port.on_access = give_up_during_last_copy;
	assert_int_equal(write_message(), SHM_E_PARTIAL);
	assert_given_up();
}

static void ruin_state(void)
{
	shm->op_type = 99;
}

static void writer_leaves_an_impossible_state_alone(void **state)
{
	(void)state;
	peer_stops_after = 1;
	peer_at_stop = ruin_state;
	assert_int_equal(write_message(), SHM_E_PARTIAL);
	assert_int_equal(shm->op_type, 99);
	assert_int_equal(shm->used_size, TOTAL);
}

static void reader_gives_up_when_the_writer_stops(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);

	(void)state;
	peer_stops_after = 2;
	assert_int_equal(read_message(got), SHM_E_PARTIAL);
	assert_true(testport_is_pattern(got, 2 * MAX, 1));
	assert_given_up();
	free(got);
}

static void reader_sees_that_the_writer_gave_up(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);

	(void)state;
	shm_set_wait(shm, SHM_WAIT_FOREVER);
	peer_stops_after = 2;
	peer_at_stop = give_up;
	assert_int_equal(read_message(got), SHM_E_PARTIAL);
	assert_true(port.pauses < 10);
	free(got);
}

static void writer_sends_another(void)
{
	shm->used_size = 4;
	shm->resevered = 1;
	memcpy(shm->data, "new", 4);
	shm->op_type = SHM_OP_READY_TO_READ;
}

static void next_message_after_an_abandoned_one_is_whole(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);
	unsigned int len = 0;

	(void)state;
	peer_stops_after = 2;
	peer_at_stop = writer_sends_another;
	assert_int_equal(read_message(got), SHM_E_PARTIAL);
	port.on_pause = NULL;
	assert_int_equal(shm_receive(shm, got, TOTAL, &len, NULL), SHM_OK);
	assert_int_equal(len, 4);
	assert_string_equal((char *)got, "new");
	free(got);
}

static void change_type(void)
{
	shm->resevered = 6;
	shm->op_type = SHM_OP_READY_TO_READ;
}

static void another_type_half_way_is_another_message(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);

	(void)state;
	peer_stops_after = 2;
	peer_at_stop = change_type;
	assert_int_equal(read_message(got), SHM_E_PARTIAL);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	free(got);
}

/* The writer gives up and sends another while the reader copies a part. */
static void replace_during_copy(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (!is_store && address == shm->data && peer_done == 2)
		writer_sends_another();
}

static void message_that_replaced_a_part_is_not_acknowledged(void **state)
{
	unsigned char *got = testport_pattern(TOTAL, 2);

	(void)state;
	port.on_access = replace_during_copy;
	assert_int_equal(read_message(got), SHM_E_PARTIAL);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	assert_int_equal(shm->used_size, 4);
	free(got);
}

/* A writer of the original knows no mark and goes on with its parts. */
static void rest_of_a_message_given_up_is_discarded(void **state)
{
	unsigned char got[8];
	unsigned int len;

	(void)state;
	shm_set_wait(shm, SHM_WAIT_OFF);
	for (int part = 0; part < 3; part++) {
		shm->used_size = SHM_USED_GIVEN_UP;
		shm->op_type = SHM_OP_READY_TO_READ;
		assert_int_equal(part == 1 ? shm_peek(shm, &len, NULL) : shm_read(shm, got, 8),
				 SHM_E_EMPTY);
		assert_int_equal(shm->op_type, SHM_OP_READ_END);
	}
	writer_sends_another();
	assert_int_equal(shm_receive(shm, got, 8, &len, NULL), SHM_OK);
	assert_int_equal(len, 4);
}

static void shrink_and_read(void)
{
	shm->max_size = 1;
	peer_reads();
}

static void writer_keeps_the_max_size_it_checked(void **state)
{
	(void)state;
	port.on_pause = shrink_and_read;
	assert_int_equal(shm_write(message, TOTAL, 5, shm, PEER_VM), SHM_OK);
	peer_reads();
	assert_true(testport_is_pattern(peer_got, TOTAL, 1));
}

static void header_may_say_less_than_the_attached_size(void **state)
{
	unsigned char got[9];

	(void)state;
	shm->max_size = 1;
	shm->used_size = 9;
	shm->resevered = 0;
	shm->op_type = SHM_OP_READY_TO_READ;
	shm->data[0] = 'x';
	shm_set_wait(shm, 50);
	assert_int_equal(shm_read(shm, got, 9), SHM_E_PARTIAL);
	assert_int_equal(got[0], 'x');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LONG_TEST(write_sends_every_part_and_rings_once),
		LONG_TEST(header_is_whole_at_the_first_ready),
		LONG_TEST(read_collects_every_part),
		LONG_TEST(too_long_for_the_buffer_moves_nothing),
		LONG_TEST(wait_off_refuses_to_write),
		LONG_TEST(wait_off_leaves_a_long_message_to_be_read_later),
		LONG_TEST(doorbell_failure_takes_the_message_back),
		LONG_TEST(writer_gives_up_when_the_reader_stops),
		LONG_TEST(slow_reader_within_the_bound_gets_all),
		LONG_TEST(writer_sees_that_the_reader_gave_up),
		LONG_TEST(writer_sees_a_mark_behind_its_last_part),
		LONG_TEST(writer_leaves_an_impossible_state_alone),
		LONG_TEST(reader_gives_up_when_the_writer_stops),
		LONG_TEST(reader_sees_that_the_writer_gave_up),
		LONG_TEST(next_message_after_an_abandoned_one_is_whole),
		LONG_TEST(another_type_half_way_is_another_message),
		LONG_TEST(message_that_replaced_a_part_is_not_acknowledged),
		LONG_TEST(rest_of_a_message_given_up_is_discarded),
		LONG_TEST(writer_keeps_the_max_size_it_checked),
		LONG_TEST(header_may_say_less_than_the_attached_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
