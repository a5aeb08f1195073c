/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The soak: VM 0 (linux.c) and VM 1 (uniproton.c) send each other messages of random lengths,
 * 0 to 3 regions, with every wait setting. What message n of a direction is, both work out from
 * the seed (tests/stress/message.c). end.c is the sender and the receiver of both.
 */
#ifndef SOAK_H
#define SOAK_H

#include "stress.h"

/* The first message from VM 0 is of this type; those that follow have their numbers as types. */
#define SOAK_START (-1)

struct soak_start {
	uint64_t seed;
	uint64_t to_vm1; /* messages */
	uint64_t to_vm0;
};

/* How the calls of a message wait. BRIEF may run out, so it is for short messages only. */
enum soak_wait { SOAK_OFF, SOAK_BRIEF, SOAK_BOUNDED, SOAK_FOREVER, SOAK_WAITS };

struct soak_count {
	uint64_t messages;
	uint64_t bytes;
	uint64_t long_messages;
	uint64_t by_wait[SOAK_WAITS]; /* messages moved with each setting */
	uint64_t timeouts;            /* SHM_E_TIMEOUT, then tried again */
	uint64_t refusals;            /* SHM_E_BUSY, SHM_E_EMPTY or SHM_E_WAIT_OFF, likewise */
};

struct soak_end {
	struct stress_link link;
	shm_info_s *shm;
	const char *name;
	int peer;
	uint64_t messages; /* to move */
	unsigned char *buffer;
	struct soak_count count;
};

#define SOAK_ALIGNMENTS 8u
/* Bytes of the buffer, for a region whose max_size is max. */
#define SOAK_BUFFER_SIZE(max) (STRESS_PARTS * (max) + SOAK_ALIGNMENTS)

/* The direction to `reader`. */
struct stress_link soak_link(const shm_info_s *shm, uint64_t seed, int reader);

/* Move end->messages; they return when all has gone well. */
void soak_send(struct soak_end *end);
void soak_receive(struct soak_end *end);

/* What each VM has its own way of. */
_Noreturn void soak_fail(const struct soak_end *end, uint64_t number, const char *failure,
			 int result);
/* Before each message. */
void soak_message_begins(struct soak_end *end);
/* With the wait off, the message before has not been read; tries counts up from 0. */
void soak_give_way(unsigned int tries);
/* With the wait off, there is no message: until a doorbell. False: none in SOAK_LOST_US. */
bool soak_await_doorbell(void);

#define SOAK_LOST_US 60000000u

#endif
