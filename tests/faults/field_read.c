/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader takes, and when. */
#include "field.h"

/* The peer writes its message in the moment in which the reader looks at the state. */
static void write_at_the_look(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (!is_store && address == &shm->op_type && shm->op_type != SHM_OP_READY_TO_READ)
		field_put("new", 4, 2);
}

static void put_an_old_message(void)
{
	field_put("o", 2, 1);
	shm->op_type = SHM_OP_READ_END;
	port.on_access = write_at_the_look;
}

static void type_is_sampled_after_ready(void **state)
{
	int type = 0;

	(void)state;
	put_an_old_message();
	assert_int_equal(shm_peek(shm, NULL, &type), SHM_OK);
	assert_int_equal(type, 2);
}

static void length_is_sampled_after_ready(void **state)
{
	unsigned int len = 0;

	(void)state;
	put_an_old_message();
	assert_int_equal(shm_peek(shm, &len, NULL), SHM_OK);
	assert_int_equal(len, 4);
}

static void message_longer_than_the_buffer_is_refused(void **state)
{
	unsigned char *message = testport_pattern(16, 1);
	unsigned char *buffer = testport_pattern(16, 2);

	(void)state;
	field_put(message, 16, TYPE);
	assert_int_equal(shm_read(shm, buffer, 15), SHM_E_TOO_LONG);
	assert_true(testport_is_pattern(buffer, 16, 2));
	free(message);
	free(buffer);
}

static void message_longer_than_the_buffer_stays(void **state)
{
	unsigned char *message = testport_pattern(16, 1);
	unsigned char buffer[16];

	(void)state;
	field_put(message, 16, TYPE);
	(void)shm_read(shm, buffer, 15);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
	free(message);
}

static void write_late(void)
{
	if (port.pauses == 3)
		field_put("new", 4, TYPE);
}

static void ring_without_a_message_reads_nothing(void **state)
{
	char got[4];

	(void)state;
	field_put("old", 4, TYPE);
	assert_int_equal(shm_read(shm, got, sizeof(got)), SHM_OK);
	/* The doorbell comes once more, the old message still lies there, the next is late. */
	port.on_pause = write_late;
	assert_int_equal(shm_read(shm, got, sizeof(got)), SHM_OK);
	assert_string_equal(got, "new");
}

/* The next message comes as soon as READ_END is stored. */
static void write_the_next(const volatile void *address, size_t size, int is_store)
{
	(void)address;
	(void)size;
	(void)is_store;
	if (shm->op_type == SHM_OP_READ_END)
		field_put("longer", 7, 9);
}

static void receive_reports_the_message_it_took(void **state)
{
	unsigned int len = 0;
	int type = 0;
	char got[8];

	(void)state;
	field_put("abc", 4, TYPE);
	port.on_access = write_the_next;
	assert_int_equal(shm_receive(shm, got, sizeof(got), &len, &type), SHM_OK);
	assert_string_equal(got, "abc");
	assert_int_equal(len, 4);
	assert_int_equal(type, TYPE);
}

static const struct CMUnitTest field_read_tests[] = {
	FIELD_TEST(type_is_sampled_after_ready),
	FIELD_TEST(length_is_sampled_after_ready),
	FIELD_TEST(message_longer_than_the_buffer_is_refused),
	FIELD_TEST(message_longer_than_the_buffer_stays),
	FIELD_TEST(ring_without_a_message_reads_nothing),
	FIELD_TEST(receive_reports_the_message_it_took),
};
FIELD_GROUP(field_read);
