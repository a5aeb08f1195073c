/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "bell.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static long futex(uint32_t *word, int operation, uint32_t value, const struct timespec *until)
{
	return syscall(SYS_futex, word, operation, value, until, NULL, FUTEX_BITSET_MATCH_ANY);
}

void bell_ring(struct sim_bell *bell)
{
	/* Release: the message is there before the ring. Partner: bell_rings(). */
	__atomic_add_fetch(&bell->rings, 1, __ATOMIC_RELEASE);
	futex(&bell->rings, FUTEX_WAKE, INT32_MAX, NULL);
}

bool bell_sleep(struct sim_bell *bell, uint32_t taken, const struct timespec *until)
{
	/* FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC. */
	return futex(&bell->rings, FUTEX_WAIT_BITSET, taken, until) == 0 || errno != ETIMEDOUT;
}
