/* SPDX-License-Identifier: Apache-2.0 */
/* Two neighbouring doublewords in Normal memory, 16-byte aligned, changed as one. */
#ifndef BASE_ARCH_PAIR_H
#define BASE_ARCH_PAIR_H

#include <stdbool.h>
#include <stdint.h>

struct pair64 {
	uint64_t low, high;
};

#ifdef __aarch64__
/* Reads both, for a pair_store_if_untouched that follows. One access only once that has succeeded. */
static inline struct pair64 pair_load(const uint64_t at[2])
{
	struct pair64 p;

	__asm__ volatile("ldaxp %0, %1, %2" : "=r"(p.low), "=r"(p.high) : "Q"(*(const uint64_t(*)[2])at));
	return p;
}

/* false: somebody may have stored to them since pair_load; nothing was stored (Arm ARM B2.9). */
static inline bool pair_store_if_untouched(uint64_t at[2], struct pair64 p)
{
	uint32_t failed;

	__asm__ volatile("stlxp %w0, %2, %3, %1"
			 : "=&r"(failed), "=Q"(*(uint64_t(*)[2])at)
			 : "r"(p.low), "r"(p.high)
			 : "memory");
	return !failed;
}

/* Ends the watch that pair_load began. */
static inline void pair_leave(void)
{
	__asm__ volatile("clrex" ::: "memory");
}
#else
/* The test host has one thread. */
static inline struct pair64 pair_load(const uint64_t at[2])
{
	return (struct pair64){at[0], at[1]};
}

static inline bool pair_store_if_untouched(uint64_t at[2], struct pair64 p)
{
	at[0] = p.low;
	at[1] = p.high;
	return true;
}

static inline void pair_leave(void)
{
}
#endif

#endif
