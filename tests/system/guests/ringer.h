/* SPDX-License-Identifier: Apache-2.0 */
/* What guests/ringer.c and the programs in tests/system/linux agree on. */
#ifndef TESTS_SYSTEM_GUESTS_RINGER_H
#define TESTS_SYSTEM_GUESTS_RINGER_H

#include <stdint.h>

/* Message types. A message of any other type comes back as it is, up to RINGER_ECHO_MAX bytes. */
#define RINGER_RING 100 /* struct ringer_ring: ring the sender */
#define RINGER_OFF 101  /* no payload: power off */
#define RINGER_LATE 102 /* comes back as it is, but 2 ms later: whoever waits is asleep by then */

#define RINGER_ECHO_MAX 4096u

struct ringer_ring {
	uint32_t count;   /* rings */
	uint32_t vectors; /* 1 .. : ring n goes to vector n % vectors */
	uint64_t gap;     /* counter ticks between two rings */
	uint64_t first;   /* number of the first ring */
};

/*
 * Where in the region that the ringer writes the number of a ring stands, a uint64_t, before
 * that ring is made; behind every message that it echoes.
 */
#define RINGER_NUMBER 0x10000u

/* Likewise how many RINGER_RING it has finished, its last ring being made. */
#define RINGER_FINISHED 0x10008u

#endif
