/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies at all 8 x 8 alignments of region and caller: right, no byte more, and with a
 * Device region no unaligned access on either side (the hook sees the region's, the
 * undefined behaviour sanitizer the caller's).
 */
#include "shm_copy.h"

#include "field.h"

#define ROOM 64u
#define LONGEST_COPY 41u
#define DEVICE_MESSAGE 40u
#define CANARY 0xee /* beyond the end of what is copied to */
#define BEYOND 0x11 /* and from */

static unsigned char *payload;
static _Alignas(8) unsigned char caller[ROOM];

static void assert_canaries(const unsigned char *bytes, size_t from, size_t size)
{
	for (size_t i = 0; i < ROOM; i++)
		if (i < from || i >= from + size)
			assert_int_equal(bytes[i], CANARY);
}

static void copy_both_ways(unsigned int at, unsigned int from, size_t size)
{
	unsigned char *pattern = testport_pattern(size, at * 8 + from);

	memset(payload, CANARY, ROOM);
	memset(caller, BEYOND, ROOM);
	memcpy(caller + from, pattern, size);
	shm_copy_in(payload + at, caller + from, size, true);
	assert_memory_equal(payload + at, pattern, size);
	assert_canaries(payload, at, size);

	memset(payload, BEYOND, ROOM);
	memset(caller, CANARY, ROOM);
	memcpy(payload + at, pattern, size);
	shm_copy_out(caller + from, payload + at, size, true);
	assert_memory_equal(caller + from, pattern, size);
	assert_canaries(caller, from, size);
	free(pattern);
}

static void take_region(void **state, unsigned int flags)
{
	testport_cleanup(state);
	shm = testport_region(SHM_HEADER_SIZE + ROOM, flags);
	payload = (unsigned char *)shm->data;
}

static void all_8_by_8_alignments_are_copied_with_aligned_accesses(void **state)
{
	take_region(state, SHM_ATTACH_DEVICE);
	for (unsigned int at = 0; at < 8; at++)
		for (unsigned int from = 0; from < 8; from++)
			for (size_t size = 0; size <= LONGEST_COPY; size++)
				copy_both_ways(at, from, size);
}

static void send_and_receive(unsigned int from, unsigned int to, unsigned int size)
{
	unsigned char *pattern = testport_pattern(size, from * 8 + to);

	memcpy(caller + from, pattern, size);
	assert_int_equal(shm_write(caller + from, size, TYPE, shm, PEER_VM), SHM_OK);
	memset(caller, CANARY, ROOM);
	assert_int_equal(shm_read(shm, caller + to, size), SHM_OK);
	assert_memory_equal(caller + to, pattern, size);
	assert_canaries(caller, to, size);
	free(pattern);
}

/* A Normal region's payload is aligned to 16; the two callers may begin anywhere. */
static void all_8_by_8_alignments_pass_through_normal_memory(void **state)
{
	take_region(state, SHM_ATTACH_NORMAL);
	for (unsigned int from = 0; from < 8; from++)
		for (unsigned int to = 0; to < 8; to++)
			for (unsigned int size = 1; size <= LONGEST_COPY; size++)
				send_and_receive(from, to, size);
}

static void messages_of_a_device_region_make_aligned_accesses(void **state)
{
	unsigned char *message = testport_pattern(DEVICE_MESSAGE, 1);
	unsigned char got[DEVICE_MESSAGE];

	take_region(state, SHM_ATTACH_DEVICE);
	assert_int_equal(shm_write(message, DEVICE_MESSAGE, TYPE, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm_read(shm, got, DEVICE_MESSAGE), SHM_OK);
	assert_true(testport_is_pattern(got, DEVICE_MESSAGE, 1));
	free(message);
}

static const struct CMUnitTest field_copy_tests[] = {
	FIELD_TEST(all_8_by_8_alignments_are_copied_with_aligned_accesses),
	FIELD_TEST(all_8_by_8_alignments_pass_through_normal_memory),
	FIELD_TEST(messages_of_a_device_region_make_aligned_accesses),
};
FIELD_GROUP(field_copy);
