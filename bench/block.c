/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Round trips with both sides asleep until they are woken through the kernel: a pair of
 * bare futex wake-ups, and a message each way with the simulation's doorbell.
 */
#define _GNU_SOURCE

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "bench_port.h"

static void wake(uint32_t *bell)
{
	__atomic_add_fetch(bell, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, bell, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

static void sleep_until_woken(struct bench_side *side)
{
	uint32_t *bell = &side->shared->bell[side->self].rings;
	uint32_t now;

	while ((now = __atomic_load_n(bell, __ATOMIC_SEQ_CST)) == side->bell_seen)
		syscall(SYS_futex, bell, FUTEX_WAIT_BITSET, now, NULL, NULL,
			FUTEX_BITSET_MATCH_ANY);
	side->bell_seen = now;
}

void bench_futex_round_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	uint64_t since = shm_counter();

	(void)size;
	for (unsigned int i = 0; i < count; i++) {
		wake(&side->shared->bell[1].rings);
		sleep_until_woken(side);
		bench_sample(side, i, &since);
	}
}

void bench_futex_round_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	(void)size;
	for (unsigned int i = 0; i < count; i++) {
		sleep_until_woken(side);
		wake(&side->shared->bell[0].rings);
	}
}

static void send(struct bench_side *side, unsigned int size)
{
	bench_check(shm_write(side->source, size, SHM_DATA_STRING, side->out, !side->self),
		    "shm_write");
}

static void receive(struct bench_side *side, unsigned int size)
{
	bench_check(shm_wait_ipi(SHM_WAIT_FOREVER), "shm_wait_ipi");
	bench_check(shm_read(side->in, side->drain, size), "shm_read");
}

void bench_bell_round_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	uint64_t since = shm_counter();

	bench_port_rings = true;
	for (unsigned int i = 0; i < count; i++) {
		send(side, size);
		receive(side, size);
		bench_sample(side, i, &since);
	}
	bench_port_rings = false;
}

void bench_bell_round_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	bench_port_rings = true;
	for (unsigned int i = 0; i < count; i++) {
		receive(side, size);
		send(side, size);
	}
	bench_port_rings = false;
}
