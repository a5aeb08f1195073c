/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies that are safe on Device memory. The caller's side is volatile too: without it
 * the compiler may join byte accesses into one unaligned wide access.
 */
#include <stdbool.h>

#include "shm_copy.h"

#define UNIT 8u

static inline bool is_aligned(const volatile void *pointer, unsigned int size)
{
	return ((uintptr_t)pointer & (size - 1u)) == 0;
}

/* size bytes of the caller, in one access where it is aligned, else byte by byte. */
static inline uint64_t caller_load(const volatile unsigned char *caller, unsigned int size)
{
	uint64_t value = 0;

	if (size == UNIT && is_aligned(caller, UNIT))
		return *(const volatile shm_u64 *)caller;
	if (size == 4 && is_aligned(caller, 4))
		return *(const volatile shm_u32 *)caller;
	for (unsigned int i = 0; i < size; i++)
		value |= (uint64_t)caller[i] << (8u * i);
	return value;
}

static inline void caller_store(volatile unsigned char *caller, unsigned int size, uint64_t value)
{
	if (size == UNIT && is_aligned(caller, UNIT)) {
		*(volatile shm_u64 *)caller = value;
	} else if (size == 4 && is_aligned(caller, 4)) {
		*(volatile shm_u32 *)caller = (uint32_t)value;
	} else {
		for (unsigned int i = 0; i < size; i++)
			caller[i] = (unsigned char)(value >> (8u * i));
	}
}

/* The next access to a region: full units once it is aligned, the rest in halves. */
static inline unsigned int next_size(const void *region, size_t left)
{
	if (!is_aligned(region, UNIT))
		return is_aligned(region, 4) && left >= 4 ? 4 : 1;
	if (left >= UNIT)
		return UNIT;
	return left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

void shm_copy_to_device(void *region, const void *caller, size_t size)
{
	unsigned char *to = region;
	const unsigned char *from = caller;

	while (size > 0) {
		unsigned int step = next_size(to, size);

		shm_store_unit(to, step, caller_load(from, step));
		to += step;
		from += step;
		size -= step;
	}
}

void shm_copy_from_device(void *caller, const void *region, size_t size)
{
	unsigned char *to = caller;
	const unsigned char *from = region;

	while (size > 0) {
		unsigned int step = next_size(from, size);

		caller_store(to, step, shm_load_unit(from, step));
		to += step;
		from += step;
		size -= step;
	}
}
