/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real traffic through the real library: a writer and a reader of one region, each in a
 * thread of its own, in one process (threads.c) or in two (processes.c).
 *
 * What message n of a direction is, both ends work out from the seed: its length. Its
 * type is n, it holds n, and its end is a checksum, so that a message which is lost,
 * repeated, out of order or altered is seen.
 */
#ifndef STRESS_H
#define STRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shm_pub.h"

#define STRESS_PARTS 3u           /* the longest message is so many regions long */
#define STRESS_LONG_US 300000000u /* a bound that never runs out while the peer lives */

/* Pseudo-random numbers, splitmix64. */
struct stress_random {
	uint64_t state;
};

uint64_t stress_next(struct stress_random *random);
/* 0 .. limit - 1 */
unsigned int stress_below(struct stress_random *random, unsigned int limit);

/* One direction, as both ends know it. */
struct stress_link {
	uint64_t seed;
	unsigned int max;   /* max_size of the region */
	unsigned int parts; /* the longest message is so many regions long */
};

unsigned int stress_length(const struct stress_link *link, uint64_t number);
void stress_fill(const struct stress_link *link, uint64_t number, unsigned char *message,
		 unsigned int len);
/* NULL, or what is wrong with the message that should be this one. */
const char *stress_judge(const struct stress_link *link, uint64_t number,
			 const unsigned char *message, unsigned int len, int type);

/* What one end did. Another process may look at it meanwhile. */
struct stress_count {
	uint64_t messages;
	uint64_t bytes;
	uint64_t long_messages;
	uint64_t timeouts; /* SHM_E_TIMEOUT, then tried again */
	uint64_t refusals; /* SHM_E_BUSY, SHM_E_EMPTY or SHM_E_WAIT_OFF, then tried again */
	uint64_t too_long; /* SHM_E_TOO_LONG, then read with a buffer large enough */
	uint64_t peeks;
	uint64_t partials;
};

struct stress_end {
	struct stress_link link;
	shm_info_s *shm;
	const char *name;  /* for reports */
	int self;          /* VM of this end */
	int peer;          /* VM of the other */
	uint64_t first;    /* number of the first message */
	uint64_t messages; /* to move */
	/*
	 * Both ends are in one process and share the wait setting, which stays. Else each
	 * message draws its own.
	 */
	bool shares_wait;
	struct stress_count *count;
};

/* Threads: the argument is a struct stress_end, the result is not used. */
void *stress_write(void *end);
void *stress_read(void *end);

/* Says what went wrong in which message, and ends the process with status 1. */
_Noreturn void stress_fail(const struct stress_end *end, uint64_t number, const char *failure,
			   int result);

/* Fills a region's header as the base does, for a region of size bytes. */
void stress_region(shm_info_s *shm, size_t size);

/* The port. The doorbells are words in memory that both sides share. */
struct stress_bells {
	uint32_t rings[2];
};
void stress_port(struct stress_bells *bells);
/* VM of this thread, whose doorbell it awaits. */
void stress_port_self(int vm);
/* The clock of this thread stands still: its bounded waits never end. */
void stress_port_stop_clock(void);

/* What a TAP program says of one direction. */
void stress_report(const char *direction, const struct stress_count *sent,
		   const struct stress_count *received, double seconds);

#endif
