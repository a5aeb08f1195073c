/* SPDX-License-Identifier: Apache-2.0 */
/* Lengths around max_size and its multiples; the contents are checked, byte for byte. */
#include "field.h"

#define LONGEST (3 * MAX + 7)

static const unsigned int lengths[] = {0, 1, MAX - 1, MAX, MAX + 1, 2 * MAX, LONGEST};

#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

static unsigned char *message;
static unsigned char collected[LONGEST + MAX];
static unsigned int total;
static unsigned int moved;
static unsigned int parts;

static unsigned int next_part(void)
{
	return total - moved < MAX ? total - moved : MAX;
}

static void peer_takes_a_part(void)
{
	unsigned int part = next_part();

	field_pause();
	if (shm->op_type != SHM_OP_READY_TO_READ)
		return;
	memcpy(collected + moved, shm->data, part);
	moved += part;
	parts++;
	shm->op_type = SHM_OP_READ_END;
}

static void peer_gives_a_part(void)
{
	unsigned int part = next_part();

	field_pause();
	if (shm->op_type == SHM_OP_READY_TO_READ || moved == total)
		return;
	memcpy(shm->data, message + moved, part);
	moved += part;
	shm->op_type = SHM_OP_READY_TO_READ;
}

static void start(unsigned int len)
{
	message = testport_pattern(len, len);
	total = len;
	moved = 0;
	parts = 0;
}

static void every_length_is_written(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < LENGTHS; i++) {
		start(lengths[i]);
		port.on_pause = peer_takes_a_part;
		assert_int_equal(shm_write(message, total, TYPE, shm, PEER_VM), SHM_OK);
		peer_takes_a_part();
		assert_int_equal(moved, total);
		assert_int_equal(parts, total == 0 ? 1 : (total + MAX - 1) / MAX);
		assert_true(testport_is_pattern(collected, total, total));
		free(message);
	}
}

static void every_length_is_read(void **state)
{
	unsigned char *got;

	(void)state;
	for (unsigned int i = 0; i < LENGTHS; i++) {
		start(lengths[i]);
		got = testport_pattern(total, total + 1);
		field_put(message, next_part(), TYPE);
		shm->used_size = total;
		moved = next_part();
		port.on_pause = peer_gives_a_part;
		assert_int_equal(shm_read(shm, got, total), SHM_OK);
		assert_true(testport_is_pattern(got, total, total));
		assert_int_equal(shm->op_type, SHM_OP_READ_END);
		free(got);
		free(message);
	}
}

static const struct CMUnitTest field_lengths_tests[] = {
	FIELD_TEST(every_length_is_written),
	FIELD_TEST(every_length_is_read),
};
FIELD_GROUP(field_lengths);
