/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer that dies in a long message, before each store it would make. The call that waits
 * for it ends, and whoever lives again finds the region as if nothing had been sent.
 */
#include "field.h"

#define MARK 0xffffffffu /* used_size of a message given up, docs/protocol.md */

/* A writer's stores: type, length, and for each part its payload and READY. */
enum { STORE_TYPE, STORE_LENGTH, STORE_PART, STORE_READY };
#define FIRST_READY ((unsigned int)STORE_READY)
#define WRITER_STEPS (STORE_PART + 2 * PARTS)
#define READER_STEPS PARTS /* READ_ENDs */

static unsigned char *message;
static unsigned int step;      /* the next */
static unsigned int last_step; /* the peer dies before this one */

static void start_peer(unsigned int dies_before, void (*peer)(void))
{
	port.pauses = 0;
	step = 0;
	last_step = dies_before;
	port.on_pause = peer;
}

static void peer_reads(void)
{
	field_pause();
	if (shm->op_type != SHM_OP_READY_TO_READ || step == last_step)
		return;
	shm->op_type = SHM_OP_READ_END;
	step++;
}

/* One store a pause. A part's stores begin when the one before has been taken. */
static void peer_writes(void)
{
	field_pause();
	if (step == last_step || shm->op_type == SHM_OP_READY_TO_READ)
		return;
	if (step == STORE_TYPE)
		shm->resevered = TYPE;
	else if (step == STORE_LENGTH)
		shm->used_size = LONG;
	else if (step % 2 == STORE_PART % 2)
		memcpy(shm->data, message + (step - STORE_PART) / 2 * MAX, MAX);
	else
		shm->op_type = SHM_OP_READY_TO_READ;
	step++;
}

static unsigned int parts_ready_before(unsigned int a_step)
{
	return a_step <= FIRST_READY ? 0 : (a_step - STORE_PART) / 2;
}

static void assert_region_is_free(void)
{
	int value = 4711;
	int got = 0;

	port.on_pause = field_pause;
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm_read(shm, &got, sizeof(got)), SHM_OK);
	assert_int_equal(got, 4711);
}

/* The last READ_END is no longer waited for. */
static void reader_that_dies_at_any_step_frees_the_region(void **state)
{
	(void)state;
	message = testport_pattern(LONG, 1);
	for (unsigned int dies_before = 0; dies_before < READER_STEPS - 1; dies_before++) {
		start_peer(dies_before, peer_reads);
		assert_int_equal(shm_write(message, LONG, TYPE, shm, PEER_VM), SHM_E_PARTIAL);
		assert_int_equal(shm->used_size, MARK);
		assert_int_equal(shm->op_type, SHM_OP_START);
		assert_region_is_free();
	}
	free(message);
}

static void writer_that_dies_at_any_step_after_ready_frees_the_region(void **state)
{
	unsigned char *got = testport_pattern(LONG, 2);

	(void)state;
	message = testport_pattern(LONG, 1);
	for (unsigned int dies_before = FIRST_READY + 1; dies_before < WRITER_STEPS;
	     dies_before++) {
		start_peer(dies_before, peer_writes);
		assert_int_equal(shm_read(shm, got, LONG), SHM_E_PARTIAL);
		assert_true(testport_is_pattern(got, parts_ready_before(dies_before) * MAX, 1));
		assert_int_equal(shm->used_size, MARK);
		assert_int_equal(shm->op_type, SHM_OP_START);
		assert_region_is_free();
	}
	free(got);
	free(message);
}

static void writer_that_dies_at_any_step_before_ready_sent_nothing(void **state)
{
	unsigned char *got = testport_pattern(LONG, 2);

	(void)state;
	message = testport_pattern(LONG, 1);
	for (unsigned int dies_before = 0; dies_before <= FIRST_READY; dies_before++) {
		start_peer(dies_before, peer_writes);
		assert_int_equal(shm_read(shm, got, LONG), SHM_E_TIMEOUT);
		assert_true(testport_is_pattern(got, LONG, 2));
		assert_region_is_free();
	}
	free(got);
	free(message);
}

/* Died between its two stores: the mark is there, and START is not. */
static void peer_dies_giving_up(void)
{
	field_pause();
	if (step++ == 0)
		shm->used_size = MARK;
}

static void reader_that_dies_while_it_gives_up_is_seen(void **state)
{
	(void)state;
	message = testport_pattern(LONG, 1);
	shm_set_wait(shm, SHM_WAIT_FOREVER);
	start_peer(0, peer_dies_giving_up);
	assert_int_equal(shm_write(message, LONG, TYPE, shm, PEER_VM), SHM_E_PARTIAL);
	assert_int_equal(shm->op_type, SHM_OP_START);
	free(message);
}

static void writer_that_dies_while_it_gives_up_is_seen(void **state)
{
	unsigned char *got = testport_pattern(LONG, 2);

	(void)state;
	message = testport_pattern(LONG, 1);
	shm_set_wait(shm, SHM_WAIT_FOREVER);
	field_put(message, MAX, TYPE);
	shm->used_size = LONG;
	start_peer(0, peer_dies_giving_up);
	assert_int_equal(shm_read(shm, got, LONG), SHM_E_PARTIAL);
	assert_region_is_free();
	free(got);
	free(message);
}

static const struct CMUnitTest field_death_tests[] = {
	FIELD_TEST(reader_that_dies_at_any_step_frees_the_region),
	FIELD_TEST(writer_that_dies_at_any_step_after_ready_frees_the_region),
	FIELD_TEST(writer_that_dies_at_any_step_before_ready_sent_nothing),
	FIELD_TEST(reader_that_dies_while_it_gives_up_is_seen),
	FIELD_TEST(writer_that_dies_while_it_gives_up_is_seen),
};
FIELD_GROUP(field_death);
