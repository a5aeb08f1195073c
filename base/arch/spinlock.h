/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ticket lock: cores get it in the order they asked, so a wait is bounded by the number of
 * cores times the longest section. A section never waits for a guest.
 */
#ifndef BASE_ARCH_SPINLOCK_H
#define BASE_ARCH_SPINLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include "arch/barrier.h"

struct spinlock {
	uint32_t next;
	uint32_t owner;
};

static inline void spin_lock(struct spinlock *l)
{
	uint32_t ticket = __atomic_fetch_add(&l->next, 1, __ATOMIC_RELAXED);

	/* Acquire: pairs with the release in spin_unlock. */
	while (__atomic_load_n(&l->owner, __ATOMIC_ACQUIRE) != ticket)
		cpu_relax();
}

static inline bool spin_trylock(struct spinlock *l)
{
	uint32_t owner = __atomic_load_n(&l->owner, __ATOMIC_ACQUIRE);
	uint32_t expected = owner;

	/* Acquire: pairs with the release in spin_unlock. */
	return __atomic_compare_exchange_n(&l->next, &expected, owner + 1, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static inline void spin_unlock(struct spinlock *l)
{
	__atomic_store_n(&l->owner, l->owner + 1, __ATOMIC_RELEASE);
}

#endif
