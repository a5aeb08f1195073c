/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical and guest-physical addresses are different types: mixing them does not compile.
 * The base maps memory one to one, so a physical address becomes a pointer by pa_ptr alone.
 */
#ifndef BASE_ARCH_ADDR_H
#define BASE_ARCH_ADDR_H

#include <stdint.h>

#define PAGE_SIZE 4096ull
#define BLOCK_SIZE (2ull << 20)

typedef struct {
	uint64_t pa;
} paddr_t;

typedef struct {
	uint64_t ipa;
} ipaddr_t;

static inline paddr_t pa(uint64_t a)
{
	return (paddr_t){a};
}

static inline ipaddr_t ipa(uint64_t a)
{
	return (ipaddr_t){a};
}

static inline void *pa_ptr(paddr_t a)
{
	return (void *)(uintptr_t)a.pa;
}

static inline paddr_t ptr_pa(const void *p)
{
	return pa((uintptr_t)p);
}

static inline uint64_t align_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) & ~(to - 1);
}

static inline uint64_t align_down(uint64_t v, uint64_t to)
{
	return v & ~(to - 1);
}

#endif
