/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A port under the tests' control, and the region they play with.
 *
 * The clock is fake: it moves only when the library pauses. What the peer does is a
 * function called at a pause, at a ring or before an access, in the same thread; so a
 * test is the same each time. Programs with real threads use testport_real_clock().
 */
#ifndef SHM_TESTPORT_H
#define SHM_TESTPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shm_pub.h"

#define PEER_VM 1
#define TEST_HZ 62500000u
#define PAUSE_US 10u /* how far a pause moves the fake clock */

struct testport {
	int init_result;
	int ring_result;
	bool real_clock;
	uint64_t now;
	uint64_t hz;
	unsigned int rings;
	unsigned int last_vm;
	unsigned int pauses;
	unsigned int last_round;
	unsigned int accesses;
	unsigned int clock_reads;
	void (*on_ring)(void);
	void (*on_pause)(void);
	void (*on_clock)(void);
	void (*on_access)(const volatile void *address, size_t size, int is_store);
};

extern struct testport port;

/* Port as new, started; default wait for ever; no region attached. */
int testport_reset(void **state);

/* Detaches and frees what testport_region() made. */
int testport_cleanup(void **state);

void testport_real_clock(void);

/*
 * A region of its own allocation, so that the address sanitizer guards both ends, with a
 * header as the base sets it, attached. Accesses are checked from now on: inside the
 * region and, for SHM_ATTACH_DEVICE, naturally aligned.
 */
shm_info_s *testport_region(size_t size, unsigned int flags);

/* The same, but never attached. */
shm_info_s *testport_region_unattached(size_t size);

/* A buffer of exactly size bytes, filled with a pattern that differs for each seed. */
unsigned char *testport_pattern(size_t size, unsigned int seed);

/* Whether buffer holds the pattern of that seed. */
bool testport_is_pattern(const void *buffer, size_t size, unsigned int seed);

#endif
