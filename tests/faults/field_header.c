/* SPDX-License-Identifier: Apache-2.0 */
/* A header that changes between two looks, and one that cannot be. */
#include "field.h"

#define MORE_THAN_A_READ 20u /* accesses a short read makes */

static unsigned int loads;

static unsigned int grow_at;

/* Grows used_size in front of one access. */
static void grow_used_size(const volatile void *address, size_t size, int is_store)
{
	(void)address;
	(void)size;
	(void)is_store;
	if (loads++ == grow_at)
		shm->used_size = MAX;
}

static void used_size_is_the_one_that_was_checked(void **state)
{
	unsigned char *untouched = testport_pattern(MAX, 2);
	unsigned char *buffer = testport_pattern(MAX, 2);

	(void)state;
	shm_set_wait(shm, SHM_WAIT_OFF);
	for (grow_at = 0; grow_at < MORE_THAN_A_READ; grow_at++) {
		field_put("abc", 4, TYPE);
		loads = 0;
		port.on_access = grow_used_size;
		(void)shm_read(shm, buffer, 4);
		port.on_access = NULL;
		assert_memory_equal(buffer + 4, untouched + 4, MAX - 4);
	}
	assert_in_range(loads, 5, MORE_THAN_A_READ - 1);
	free(buffer);
	free(untouched);
}

/* Raises max_size as soon as it has been read once; the access hook of the port guards the
 * end of the region. */
static void raise_max_size(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	(void)is_store;
	if (loads > 0)
		shm->max_size = LONG;
	if (address == &shm->max_size)
		loads++;
}

static void reader_takes_parts(void)
{
	field_pause();
	if (shm->op_type == SHM_OP_READY_TO_READ)
		shm->op_type = SHM_OP_READ_END;
}

static void max_size_is_read_once_by_a_writer(void **state)
{
	unsigned char *message = testport_pattern(LONG, 1);

	(void)state;
	loads = 0;
	port.on_access = raise_max_size;
	port.on_pause = reader_takes_parts;
	assert_int_equal(shm_write(message, LONG, TYPE, shm, PEER_VM), SHM_OK);
	free(message);
}

static void writer_gives_parts(void)
{
	field_pause();
	if (shm->op_type == SHM_OP_READ_END)
		shm->op_type = SHM_OP_READY_TO_READ;
}

static void max_size_is_read_once_by_a_reader(void **state)
{
	unsigned char *buffer = testport_pattern(LONG, 2);

	(void)state;
	shm->used_size = LONG;
	shm->op_type = SHM_OP_READY_TO_READ;
	loads = 0;
	port.on_access = raise_max_size;
	port.on_pause = writer_gives_parts;
	assert_int_equal(shm_read(shm, buffer, LONG), SHM_OK);
	free(buffer);
}

static void assert_refused_untouched(void)
{
	unsigned char before[REGION];
	int value = 7;

	memcpy(before, shm, REGION);
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_E_HEADER);
	assert_int_equal(shm_read(shm, &value, sizeof(value)), SHM_E_HEADER);
	assert_int_equal(shm_peek(shm, NULL, NULL), SHM_E_HEADER);
	assert_int_equal(value, 7);
	assert_int_equal(port.rings, 0);
	assert_memory_equal(before, shm, REGION);
}

static void max_size_0_is_refused(void **state)
{
	(void)state;
	shm->max_size = 0;
	assert_refused_untouched();
}

static void max_size_beyond_the_region_is_refused(void **state)
{
	(void)state;
	shm->max_size = MAX + 1;
	assert_refused_untouched();
	shm->max_size = 0xffffffffu;
	assert_refused_untouched();
}

#define ODD_PARTS 4u
#define ODD_MAX 13u

static unsigned char collected[ODD_PARTS * ODD_MAX];
static unsigned int collected_size;

static void collect_part(void)
{
	field_pause();
	if (shm->op_type != SHM_OP_READY_TO_READ)
		return;
	assert_true(collected_size < sizeof(collected));
	memcpy(collected + collected_size, shm->data, shm->max_size);
	collected_size += shm->max_size;
	shm->op_type = SHM_OP_READ_END;
}

static void tiny_and_odd_max_size_are_used_as_they_are(void **state)
{
	static const unsigned int sizes[] = {1, 2, 3, 5, 7, 11, ODD_MAX};
	unsigned char *message = testport_pattern(sizeof(collected), 1);

	(void)state;
	for (unsigned int i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		unsigned int len = ODD_PARTS * sizes[i];

		shm->max_size = sizes[i];
		shm->op_type = SHM_OP_START;
		collected_size = 0;
		port.on_pause = collect_part;
		assert_int_equal(shm_write(message, len, TYPE, shm, PEER_VM), SHM_OK);
		collect_part();
		assert_int_equal(collected_size, len);
		assert_memory_equal(collected, message, len);
	}
	free(message);
}

static void writer_refuses_an_impossible_state(void **state)
{
	int value = 1;

	(void)state;
	shm->op_type = 99;
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_E_HEADER);
	assert_int_equal(shm->op_type, 99);
}

static void reader_refuses_an_impossible_state(void **state)
{
	int value = 1;

	(void)state;
	shm->op_type = -1;
	assert_int_equal(shm_read(shm, &value, sizeof(value)), SHM_E_HEADER);
}

static void op_del_is_no_message_and_leaves_room(void **state)
{
	int value = 1;

	(void)state;
	shm->op_type = SHM_OP_DEL;
	assert_int_equal(shm_peek(shm, NULL, NULL), SHM_E_EMPTY);
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_OK);
}

static const struct CMUnitTest field_header_tests[] = {
	FIELD_TEST(used_size_is_the_one_that_was_checked),
	FIELD_TEST(max_size_is_read_once_by_a_writer),
	FIELD_TEST(max_size_is_read_once_by_a_reader),
	FIELD_TEST(max_size_0_is_refused),
	FIELD_TEST(max_size_beyond_the_region_is_refused),
	FIELD_TEST(tiny_and_odd_max_size_are_used_as_they_are),
	FIELD_TEST(writer_refuses_an_impossible_state),
	FIELD_TEST(reader_refuses_an_impossible_state),
	FIELD_TEST(op_del_is_no_message_and_leaves_room),
};
FIELD_GROUP(field_header);
