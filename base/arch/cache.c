/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/cache.h"

#include <stdint.h>
#include "arch/barrier.h"
#include "arch/sysreg.h"

void cache_clean_invalidate(const void *start, size_t size)
{
	uintptr_t line = 4ul << (read_sysreg(ctr_el0) >> 16 & 0xf);
	uintptr_t end = (uintptr_t)start + size;

	for (uintptr_t at = (uintptr_t)start & ~(line - 1); at < end; at += line)
		__asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
	/* Complete for all observers, caches on or off, before the caller starts one. */
	dsb(sy);
}

void cache_invalidate_instructions(void)
{
	__asm__ volatile("ic ialluis" ::: "memory");
	/* Complete on all cores before any of them is sent to the new code. */
	dsb(ish);
	isb();
}
