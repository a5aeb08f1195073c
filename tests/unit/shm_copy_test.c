/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of the payload: every alignment of both sides, no byte more or less. */
#include <stdlib.h>
#include <string.h>

#include "shm_copy.h"
#include "shm_test.h"

#define LONGEST 41u
#define ROOM 64u
#define CANARY 0xee

static size_t widest;

static void note_width(const volatile void *address, size_t size, int is_store)
{
	(void)address;
	(void)is_store;
	if (size > widest)
		widest = size;
}

static int only_canary(const unsigned char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != CANARY)
			return 0;
	}
	return 1;
}

/* The 64 bytes behind the header of a Device region, so that the hook checks each access. */
static unsigned char *region_bytes(void)
{
	return (unsigned char *)testport_region(SHM_HEADER_SIZE + ROOM, SHM_ATTACH_DEVICE) +
	       SHM_HEADER_SIZE;
}

static void check_in(unsigned char *region, unsigned int at, unsigned int from, size_t size)
{
	_Alignas(8) unsigned char caller[ROOM];
	unsigned char *pattern = testport_pattern(size, at + from);

	memset(region, CANARY, ROOM);
	memcpy(caller + from, pattern, size);
	shm_copy_to_device(region + at, caller + from, size);
	assert_true(testport_is_pattern(region + at, size, at + from));
	assert_true(only_canary(region, at));
	assert_true(only_canary(region + at + size, ROOM - at - size));
	free(pattern);
}

static void check_out(unsigned char *region, unsigned int at, unsigned int to, size_t size)
{
	_Alignas(8) unsigned char caller[ROOM];
	unsigned char *pattern = testport_pattern(size, at + to);

	memset(caller, CANARY, ROOM);
	memcpy(region + at, pattern, size);
	shm_copy_from_device(caller + to, region + at, size);
	assert_true(testport_is_pattern(caller + to, size, at + to));
	assert_true(only_canary(caller, to));
	assert_true(only_canary(caller + to + size, ROOM - to - size));
	free(pattern);
}

static void to_device_at_every_alignment(void **state)
{
	unsigned char *region = region_bytes();

	(void)state;
	for (unsigned int at = 0; at < 8; at++)
		for (unsigned int from = 0; from < 8; from++)
			for (size_t size = 0; size <= LONGEST; size++)
				check_in(region, at, from, size);
}

static void from_device_at_every_alignment(void **state)
{
	unsigned char *region = region_bytes();

	(void)state;
	for (unsigned int at = 0; at < 8; at++)
		for (unsigned int to = 0; to < 8; to++)
			for (size_t size = 0; size <= LONGEST; size++)
				check_out(region, at, to, size);
}

static void aligned_int_is_one_access(void **state)
{
	unsigned char *region = region_bytes();
	int value = 8080808;

	(void)state;
	port.accesses = 0;
	shm_copy_to_device(region, &value, sizeof(value));
	assert_int_equal(port.accesses, 1);
}

static void unaligned_caller_keeps_region_accesses_wide(void **state)
{
	unsigned char *region = region_bytes();
	_Alignas(8) unsigned char caller[33];

	(void)state;
	port.accesses = 0;
	widest = 0;
	port.on_access = note_width;
	shm_copy_from_device(caller + 1, region, 32);
	assert_int_equal(widest, 8);
	assert_int_equal(port.accesses, 4);
}

static void normal_copy_of_nothing_touches_nothing(void **state)
{
	unsigned char *region = region_bytes();

	(void)state;
	port.accesses = 0;
	shm_copy_in(region, NULL, 0, false);
	shm_copy_out(NULL, region, 0, false);
	assert_int_equal(port.accesses, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHM_TEST(to_device_at_every_alignment),
		SHM_TEST(from_device_at_every_alignment),
		SHM_TEST(aligned_int_is_one_access),
		SHM_TEST(unaligned_caller_keeps_region_accesses_wide),
		SHM_TEST(normal_copy_of_nothing_touches_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
