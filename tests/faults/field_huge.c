/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The longest message, 4 GiB - 2: its offsets leave 32 bits with the last part. The program
 * is linked with --wrap=memcpy, and the copy of each part is looked at instead of made. So
 * the caller's buffer is address space without memory, and the test takes no time.
 */
#include <sys/mman.h>

#include "field.h"

#define HUGE_TOTAL 0xfffffffeu
#define HUGE_REGION 0x1000000u
#define HUGE_MAX (HUGE_REGION - SHM_HEADER_SIZE)
#define RESERVED ((size_t)HUGE_TOTAL + HUGE_REGION)

void *__wrap_memcpy(void *to, const void *from, size_t size);

static unsigned char *buffer;
static const void *expected_to;
static const void *expected_from;
static size_t moved; /* wider than what it counts */
static unsigned int copies;

static unsigned int next_part(void)
{
	return HUGE_TOTAL - moved < HUGE_MAX ? (unsigned int)(HUGE_TOTAL - moved) : HUGE_MAX;
}

/* One side is the region's payload at each part, the other the buffer, further on. */
static void expect_part(bool written)
{
	expected_to = written ? (void *)shm->data : (void *)(buffer + moved);
	expected_from = written ? (void *)(buffer + moved) : (void *)shm->data;
}

void *__wrap_memcpy(void *to, const void *from, size_t size)
{
	assert_ptr_equal(to, expected_to);
	assert_ptr_equal(from, expected_from);
	assert_int_equal(size, next_part());
	copies++;
	return to;
}

/* Between two parts; the library has to have copied one in the meantime. */
static void count_part(void)
{
	assert_int_equal(copies, 1);
	copies = 0;
	moved += next_part();
}

static void peer_takes_a_part(void)
{
	field_pause();
	if (shm->op_type != SHM_OP_READY_TO_READ)
		return;
	count_part();
	expect_part(true);
	shm->op_type = SHM_OP_READ_END;
}

static void peer_gives_a_part(void)
{
	field_pause();
	if (shm->op_type == SHM_OP_READY_TO_READ)
		return;
	count_part();
	expect_part(false);
	shm->op_type = SHM_OP_READY_TO_READ;
}

static int begin(void **state)
{
	field_begin(state);
	testport_cleanup(state);
	shm = testport_region(HUGE_REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(shm, BOUND_US);
	moved = 0;
	copies = 0;
	buffer =
		mmap(NULL, RESERVED, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return buffer == MAP_FAILED;
}

static int end(void **state)
{
	munmap(buffer, RESERVED);
	return field_end(state);
}

static void longest_message_is_written(void **state)
{
	(void)state;
	expect_part(true);
	port.on_pause = peer_takes_a_part;
	assert_int_equal(shm_write(buffer, HUGE_TOTAL, TYPE, shm, PEER_VM), SHM_OK);
	count_part();
	assert_true(moved == HUGE_TOTAL);
}

static void longest_message_is_read(void **state)
{
	(void)state;
	shm->used_size = HUGE_TOTAL;
	shm->op_type = SHM_OP_READY_TO_READ;
	expect_part(false);
	port.on_pause = peer_gives_a_part;
	assert_int_equal(shm_read(shm, buffer, HUGE_TOTAL), SHM_OK);
	count_part();
	assert_true(moved == HUGE_TOTAL);
}

static const struct CMUnitTest field_huge_tests[] = {
	cmocka_unit_test_setup_teardown(longest_message_is_written, begin, end),
	cmocka_unit_test_setup_teardown(longest_message_is_read, begin, end),
};
FIELD_GROUP(field_huge);
