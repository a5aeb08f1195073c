/* SPDX-License-Identifier: Apache-2.0 */
/* A peer that gives up a long message, or begins another in its place. */
#include "field.h"

#define MARK 0xffffffffu /* used_size of a message given up, docs/protocol.md */

static unsigned char *message;
static unsigned int peer_parts;

static void start_peer(void (*peer)(void))
{
	port.pauses = 0;
	peer_parts = 0;
	port.on_pause = peer;
}

static void peer_gives_up(void)
{
	field_pause();
	if (peer_parts++ == 0) {
		shm->used_size = MARK;
		shm->op_type = SHM_OP_START;
	}
}

static void writer_sees_that_the_reader_gave_up(void **state)
{
	(void)state;
	message = testport_pattern(LONG, 1);
	shm_set_wait(shm, SHM_WAIT_FOREVER);
	start_peer(peer_gives_up);
	assert_int_equal(shm_write(message, LONG, TYPE, shm, PEER_VM), SHM_E_PARTIAL);
	assert_int_equal(peer_parts, 1); /* no further part was offered */
	free(message);
}

static void writer_begins_another(void)
{
	field_pause();
	if (shm->op_type == SHM_OP_READ_END)
		field_put("another", 8, 7);
}

static void reader_sees_that_the_writer_began_another(void **state)
{
	unsigned char *got = testport_pattern(LONG, 2);

	(void)state;
	message = testport_pattern(LONG, 1);
	shm_set_wait(shm, SHM_WAIT_FOREVER);
	field_put(message, MAX, TYPE);
	shm->used_size = LONG;
	start_peer(writer_begins_another);
	assert_int_equal(shm_read(shm, got, LONG), SHM_E_PARTIAL);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	assert_int_equal(shm_read(shm, got, LONG), SHM_OK);
	assert_string_equal((char *)got, "another");
	free(got);
	free(message);
}

/* The writer's bound runs out while the reader copies its first part. */
static void give_up_during_the_copy(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (!is_store && address == shm->data && peer_parts++ == 0)
		shm->op_type = SHM_OP_START;
}

static void part_given_up_during_its_copy_is_not_acknowledged(void **state)
{
	unsigned char *got = testport_pattern(LONG, 2);

	(void)state;
	message = testport_pattern(LONG, 1);
	field_put(message, MAX, TYPE);
	shm->used_size = LONG;
	start_peer(field_pause);
	port.on_access = give_up_during_the_copy;
	assert_int_equal(shm_read(shm, got, LONG), SHM_E_PARTIAL);
	assert_int_equal(port.pauses, 0);
	assert_int_equal(shm->op_type, SHM_OP_START);
	free(got);
	free(message);
}

/* The writer takes its message back and has half of the next in place, type and length first. */
static void begin_another_behind_the_look(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store || address != &shm->used_size || peer_parts++ > 0)
		return;
	shm->used_size = MARK;
	shm->op_type = SHM_OP_START;
	shm->resevered = 7;
	shm->used_size = 8;
	memcpy(shm->data, "anot", 4);
}

static void end_the_other(void)
{
	field_pause();
	if (peer_parts > 0 && shm->op_type == SHM_OP_START)
		field_put("another", 8, 7);
}

static void message_begun_between_two_loads_is_not_taken(void **state)
{
	char got[LONG];

	(void)state;
	message = testport_pattern(LONG, 1);
	field_put(message, MAX, TYPE);
	shm->used_size = LONG;
	start_peer(end_the_other);
	port.on_access = begin_another_behind_the_look;
	assert_int_equal(shm_read(shm, got, LONG), SHM_OK);
	assert_string_equal(got, "another");
	free(message);
}

static void rest_of_a_message_given_up_is_no_message(void **state)
{
	char got[8];

	(void)state;
	shm->used_size = MARK;
	shm->op_type = SHM_OP_READY_TO_READ;
	port.on_pause = writer_begins_another; /* once the rest has been answered */
	assert_int_equal(shm_read(shm, got, sizeof(got)), SHM_OK);
	assert_string_equal(got, "another");
}

static const struct CMUnitTest field_long_tests[] = {
	FIELD_TEST(writer_sees_that_the_reader_gave_up),
	FIELD_TEST(reader_sees_that_the_writer_began_another),
	FIELD_TEST(part_given_up_during_its_copy_is_not_acknowledged),
	FIELD_TEST(message_begun_between_two_loads_is_not_taken),
	FIELD_TEST(rest_of_a_message_given_up_is_no_message),
};
FIELD_GROUP(field_long);
