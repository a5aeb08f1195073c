/* SPDX-License-Identifier: Apache-2.0 */
/* Short messages: fields, states, and everything that is refused. */
#include <stdlib.h>
#include <string.h>

#include "shm_test.h"

#define REGION 80u
#define MAX (REGION - SHM_HEADER_SIZE)

static shm_info_s *shm;
static unsigned char before[REGION];

static void keep(void)
{
	memcpy(before, shm, REGION);
}

static void assert_nothing_written(void)
{
	assert_memory_equal(before, shm, REGION);
}

static void write_fills_the_fields(void **state)
{
	int value = 999;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	assert_int_equal(shm_write(&value, sizeof(value), -5, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm->max_size, MAX);
	assert_int_equal(shm->used_size, sizeof(value));
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	assert_int_equal(shm->resevered, -5);
	assert_memory_equal(shm->data, &value, sizeof(value));
	assert_int_equal(port.rings, 1);
	assert_int_equal(port.last_vm, PEER_VM);
}

static int ready_stores;
static bool stored_after_ready;

static void watch_order(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store && ready_stores > 0)
		stored_after_ready = true;
	if (is_store && address == &shm->op_type)
		ready_stores++;
}

static void header_and_payload_are_stored_before_ready(void **state)
{
	char text[] = "Hello UniProton";

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_DEVICE);
	ready_stores = 0;
	stored_after_ready = false;
	port.on_access = watch_order;
	assert_int_equal(shm_write(text, sizeof(text), 1, shm, PEER_VM), SHM_OK);
	assert_int_equal(ready_stores, 1);
	assert_false(stored_after_ready);
}

static void check_message(void)
{
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	assert_int_equal(shm->used_size, 4);
}

static void message_is_ready_when_the_doorbell_rings(void **state)
{
	int value = 1;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	port.on_ring = check_message;
	assert_int_equal(shm_write(&value, sizeof(value), 0, shm, PEER_VM), SHM_OK);
	assert_int_equal(port.rings, 1);
}

static void round_trip(unsigned int len)
{
	unsigned char *sent = testport_pattern(len, len);
	unsigned char *got = testport_pattern(len, 99);
	unsigned int got_len = 77;
	int type = 77;

	assert_int_equal(shm_write(sent, len, (int)len, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm_peek(shm, &got_len, &type), SHM_OK);
	assert_int_equal(got_len, len);
	got_len = 77;
	assert_int_equal(shm_receive(shm, got, len, &got_len, &type), SHM_OK);
	assert_int_equal(got_len, len);
	assert_int_equal(type, len);
	assert_true(testport_is_pattern(got, len, len));
	assert_int_equal(shm->op_type, SHM_OP_READ_END);
	free(sent);
	free(got);
}

static void every_short_length_arrives(void **state)
{
	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	for (unsigned int len = 0; len <= MAX; len++)
		round_trip(len);
	assert_int_equal(port.rings, MAX + 1);
}

static void every_short_length_arrives_through_device_memory(void **state)
{
	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_DEVICE);
	for (unsigned int len = 0; len <= MAX; len++)
		round_trip(len);
}

static void unattached_region_works(void **state)
{
	(void)state;
	shm = testport_region_unattached(REGION);
	round_trip(MAX);
}

static void every_state_but_ready_lets_the_writer_write(void **state)
{
	const int states[] = {SHM_OP_START, SHM_OP_READ_END, SHM_OP_DEL};
	int value = 3;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(NULL, SHM_WAIT_OFF);
	for (unsigned int i = 0; i < 3; i++) {
		shm->op_type = states[i];
		assert_int_equal(shm_write(&value, sizeof(value), 0, shm, PEER_VM), SHM_OK);
	}
}

static void every_state_but_ready_is_empty_to_the_reader(void **state)
{
	const int states[] = {SHM_OP_START, SHM_OP_READ_END, SHM_OP_DEL};
	int value = 3;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(NULL, SHM_WAIT_OFF);
	for (unsigned int i = 0; i < 3; i++) {
		shm->op_type = states[i];
		keep();
		assert_int_equal(shm_read(shm, &value, sizeof(value)), SHM_E_EMPTY);
		assert_int_equal(shm_peek(shm, NULL, NULL), SHM_E_EMPTY);
		assert_nothing_written();
	}
}

static void bad_arguments_write_nothing(void **state)
{
	int value = 1;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(NULL, SHM_WAIT_OFF);
	keep();
	assert_int_equal(shm_write(&value, 4, 0, NULL, PEER_VM), SHM_E_PARAM);
	assert_int_equal(shm_write(NULL, 4, 0, shm, PEER_VM), SHM_E_PARAM);
	assert_int_equal(shm_write(&value, 4, 0, shm, -1), SHM_E_PARAM);
	assert_int_equal(shm_write(&value, 4, 0, shm, 8), SHM_E_PARAM);
	assert_int_equal(shm_write(&value, 0xffffffffu, 0, shm, PEER_VM), SHM_E_PARAM);
	assert_int_equal(shm_write(&value, 4, 0, (shm_info_s *)(void *)((char *)shm + 2), PEER_VM),
			 SHM_E_PARAM);
	assert_int_equal(shm_read(NULL, &value, 4), SHM_E_PARAM);
	assert_int_equal(shm_read(shm, NULL, 4), SHM_E_PARAM);
	assert_int_equal(shm_peek(NULL, NULL, NULL), SHM_E_PARAM);
	assert_nothing_written();
	assert_int_equal(port.rings, 0);
}

static void impossible_header(unsigned int max_size, int op_type)
{
	int value = 1;

	shm->max_size = max_size;
	shm->op_type = op_type;
	keep();
	assert_int_equal(shm_write(&value, 4, 0, shm, PEER_VM), SHM_E_HEADER);
	assert_int_equal(shm_read(shm, &value, 4), SHM_E_HEADER);
	assert_int_equal(shm_peek(shm, NULL, NULL), SHM_E_HEADER);
	assert_int_equal(value, 1);
	assert_nothing_written();
}

static void impossible_header_is_refused(void **state)
{
	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(NULL, SHM_WAIT_OFF);
	impossible_header(0, SHM_OP_START);
	impossible_header(MAX + 1, SHM_OP_START);
	impossible_header(0xffffffffu, SHM_OP_START);
	impossible_header(MAX, SHM_OP_MAX);
	impossible_header(MAX, -1);
	impossible_header(MAX, INT32_MIN);
	impossible_header(MAX, INT32_MAX);
	assert_int_equal(port.rings, 0);
}

static void too_long_a_message_stays_and_is_read_later(void **state)
{
	unsigned char *sent = testport_pattern(32, 4);
	unsigned char *small = testport_pattern(31, 5);
	unsigned char got[32];

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	assert_int_equal(shm_write(sent, 32, 0, shm, PEER_VM), SHM_OK);
	keep();
	assert_int_equal(shm_read(shm, small, 31), SHM_E_TOO_LONG);
	assert_true(testport_is_pattern(small, 31, 5));
	assert_nothing_written();
	assert_int_equal(shm_read(shm, got, 32), SHM_OK);
	assert_true(testport_is_pattern(got, 32, 4));
	free(sent);
	free(small);
}

static void read_leaves_the_rest_of_the_buffer(void **state)
{
	unsigned char *got = testport_pattern(64, 6);
	int value = 42;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	assert_int_equal(shm_write(&value, 4, 0, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm_read(shm, got, 64), SHM_OK);
	memcpy(&value, got, 4);
	assert_int_equal(value, 42);
	assert_int_equal(got[4], (unsigned char)(4 * 7 + 6 * 31 + 1));
	assert_int_equal(got[63], (unsigned char)(63 * 7 + 6 * 31 + 1));
	free(got);
}

static void empty_message_needs_no_buffer(void **state)
{
	unsigned int len = 5;
	int type = 0;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	assert_int_equal(shm_write(NULL, 0, 9, shm, PEER_VM), SHM_OK);
	assert_int_equal(port.rings, 1);
	assert_int_equal(shm_receive(shm, NULL, 0, &len, &type), SHM_OK);
	assert_int_equal(len, 0);
	assert_int_equal(type, 9);
}

static void peek_changes_nothing(void **state)
{
	unsigned int len = 0;
	int value = 4;
	int type = 0;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	assert_int_equal(shm_write(&value, 4, 2, shm, PEER_VM), SHM_OK);
	keep();
	for (int i = 0; i < 3; i++)
		assert_int_equal(shm_peek(shm, &len, &type), SHM_OK);
	assert_int_equal(len, 4);
	assert_int_equal(type, 2);
	assert_int_equal(shm_peek(shm, NULL, NULL), SHM_OK);
	assert_nothing_written();
}

static void failed_receive_reports_no_length(void **state)
{
	unsigned int len = 123;
	int type = 456;
	char buffer[4];

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(NULL, SHM_WAIT_OFF);
	assert_int_equal(shm_receive(shm, buffer, 4, &len, &type), SHM_E_EMPTY);
	assert_int_equal(len, 123);
	assert_int_equal(type, 456);
}

static void hand_filled_message_is_read(void **state)
{
	uint64_t stamp = 0x1122334455667788u;
	uint64_t got = 0;
	unsigned int len = 0;
	int type = 0;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	/* The order of the specification's latency test: READY comes before the data. */
	shm->used_size = sizeof(stamp);
	shm->resevered = 2;
	shm->op_type = SHM_OP_READY_TO_READ;
	memcpy(shm->data, &stamp, sizeof(stamp));
	assert_int_equal(shm_receive(shm, &got, sizeof(got), &len, &type), SHM_OK);
	assert_true(got == stamp);
	assert_int_equal(len, sizeof(stamp));
	assert_int_equal(type, 2);
}

static void peer_that_reads_by_hand_frees_the_region(void **state)
{
	int value = 1;

	(void)state;
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(NULL, SHM_WAIT_OFF);
	assert_int_equal(shm_write(&value, 4, 0, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm_write(&value, 4, 0, shm, PEER_VM), SHM_E_BUSY);
	shm->op_type = SHM_OP_READ_END;
	assert_int_equal(shm_write(&value, 4, 0, shm, PEER_VM), SHM_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHM_TEST(write_fills_the_fields),
		SHM_TEST(header_and_payload_are_stored_before_ready),
		SHM_TEST(message_is_ready_when_the_doorbell_rings),
		SHM_TEST(every_short_length_arrives),
		SHM_TEST(every_short_length_arrives_through_device_memory),
		SHM_TEST(unattached_region_works),
		SHM_TEST(every_state_but_ready_lets_the_writer_write),
		SHM_TEST(every_state_but_ready_is_empty_to_the_reader),
		SHM_TEST(bad_arguments_write_nothing),
		SHM_TEST(impossible_header_is_refused),
		SHM_TEST(too_long_a_message_stays_and_is_read_later),
		SHM_TEST(read_leaves_the_rest_of_the_buffer),
		SHM_TEST(empty_message_needs_no_buffer),
		SHM_TEST(peek_changes_nothing),
		SHM_TEST(failed_receive_reports_no_length),
		SHM_TEST(hand_filled_message_is_read),
		SHM_TEST(peer_that_reads_by_hand_frees_the_region),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
