/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Round trips with both sides asleep until they are woken through the kernel: a pair of
 * bare futex wake-ups, and a message each way with the simulation's doorbell.
 *
 * Two sides that answer at once can chase each other through the kernel so closely that
 * neither ever sleeps: the value has changed before FUTEX_WAIT looks. That is another
 * thing, in a tenth of the time. So each side rests before it wakes the other, and how
 * often both slept is counted.
 */
#define _GNU_SOURCE

#include <linux/futex.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench.h"
#include "bench_port.h"

#define REST_NS 20000u /* longer than it takes to fall asleep */

static uint64_t sleeps_so_far(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (uint64_t)usage.ru_nvcsw;
}

/* Not a part of the turn: bench_clock() leaves it out. */
static void let_the_other_sleep(struct bench_side *side)
{
	uint64_t start = shm_counter();
	uint64_t now;

	do {
		bench_relax();
		now = shm_counter();
	} while (now - start < REST_NS);
	side->shared->rest[side->self].ns += now - start;
}

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
	uint64_t before = sleeps_so_far();
	uint64_t since = bench_clock(side);

	(void)size;
	for (unsigned int i = 0; i < count; i++) {
		let_the_other_sleep(side);
		wake(&side->shared->bell[1].rings);
		sleep_until_woken(side);
		bench_sample(side, i, &since);
	}
	side->shared->rest[0].sleeps = sleeps_so_far() - before;
}

void bench_futex_round_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	uint64_t before = sleeps_so_far();

	(void)size;
	for (unsigned int i = 0; i < count; i++) {
		sleep_until_woken(side);
		let_the_other_sleep(side);
		wake(&side->shared->bell[0].rings);
	}
	side->shared->rest[1].sleeps = sleeps_so_far() - before;
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
	uint64_t before = sleeps_so_far();
	uint64_t since = bench_clock(side);

	bench_port_rings = true;
	for (unsigned int i = 0; i < count; i++) {
		let_the_other_sleep(side);
		send(side, size);
		receive(side, size);
		bench_sample(side, i, &since);
	}
	bench_port_rings = false;
	side->shared->rest[0].sleeps = sleeps_so_far() - before;
}

void bench_bell_round_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	uint64_t before = sleeps_so_far();

	bench_port_rings = true;
	for (unsigned int i = 0; i < count; i++) {
		receive(side, size);
		let_the_other_sleep(side);
		send(side, size);
	}
	bench_port_rings = false;
	side->shared->rest[1].sleeps = sleeps_so_far() - before;
}
