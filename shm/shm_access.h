/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every load from and every store to a region is made here and nowhere else.
 *
 * Each call is one access: the compiler neither repeats nor splits nor invents it, so
 * what was checked is what is used. Header fields are 4-byte accesses.
 *
 * A test or a fuzzer that defines SHM_ACCESS_HOOK as the name of a function sees each
 * access before it is made, and may change the region under the library:
 *	void hook(const volatile void *address, size_t size, int is_store);
 */
#ifndef SHM_ACCESS_H
#define SHM_ACCESS_H

#include <stddef.h>
#include <stdint.h>

#include "shm_barrier.h"
#include "shm_pub.h"

#ifdef SHM_ACCESS_HOOK
void SHM_ACCESS_HOOK(const volatile void *address, size_t size, int is_store);
#else
#define SHM_ACCESS_HOOK(address, size, is_store) ((void)0)
#endif

_Static_assert(sizeof(shm_info_s) == SHM_HEADER_SIZE, "region header is 16 bytes");
_Static_assert(offsetof(shm_info_s, max_size) == 0, "max_size is at 0");
_Static_assert(offsetof(shm_info_s, used_size) == 4, "used_size is at 4");
_Static_assert(offsetof(shm_info_s, op_type) == 8, "op_type is at 8");
_Static_assert(offsetof(shm_info_s, resevered) == 12, "resevered is at 12");
_Static_assert(offsetof(shm_info_s, data) == 16, "data is at 16");
_Static_assert(sizeof(int) == 4, "header fields are 32 bits");

/* The caller's buffer has a type of its own, so the wide types may alias any. */
typedef uint64_t __attribute__((may_alias)) shm_u64;
typedef uint32_t __attribute__((may_alias)) shm_u32;
typedef uint16_t __attribute__((may_alias)) shm_u16;

#define SHM_LOAD(pointer, order)                                                                   \
	__extension__({                                                                            \
		SHM_ACCESS_HOOK((pointer), sizeof(*(pointer)), 0);                                 \
		__atomic_load_n((pointer), (order));                                               \
	})

#define SHM_STORE(pointer, value, order)                                                           \
	__extension__({                                                                            \
		SHM_ACCESS_HOOK((pointer), sizeof(*(pointer)), 1);                                 \
		__atomic_store_n((pointer), (value), (order));                                     \
	})

static inline unsigned int shm_load_max_size(const volatile shm_info_s *shm)
{
	return SHM_LOAD(&shm->max_size, __ATOMIC_RELAXED);
}

static inline unsigned int shm_load_used_size(const volatile shm_info_s *shm)
{
	return SHM_LOAD(&shm->used_size, __ATOMIC_RELAXED);
}

/*
 * used_size, by a writer that looks for the mark. Acquire: pairs with the reader's
 * shm_store_mark(), it has done with the payload.
 */
static inline unsigned int shm_load_mark(const volatile shm_info_s *shm)
{
	return SHM_LOAD(&shm->used_size, __ATOMIC_ACQUIRE);
}

static inline int shm_load_type(const volatile shm_info_s *shm)
{
	return SHM_LOAD(&shm->resevered, __ATOMIC_RELAXED);
}

/* Acquire: what follows is not done before; pairs with the peer's shm_store_state(). */
static inline int shm_load_state(const volatile shm_info_s *shm)
{
	return SHM_LOAD(&shm->op_type, __ATOMIC_ACQUIRE);
}

static inline void shm_store_used_size(volatile shm_info_s *shm, unsigned int used_size)
{
	SHM_STORE(&shm->used_size, used_size, __ATOMIC_RELAXED);
}

/* Release: who gives up has done with the payload; pairs with the peer's shm_load_mark(). */
static inline void shm_store_mark(volatile shm_info_s *shm)
{
	SHM_STORE(&shm->used_size, SHM_USED_GIVEN_UP, __ATOMIC_RELEASE);
}

static inline void shm_store_type(volatile shm_info_s *shm, int type)
{
	SHM_STORE(&shm->resevered, type, __ATOMIC_RELAXED);
}

/* Release: what precedes is done before; pairs with the peer's shm_load_state(). */
static inline void shm_store_state(volatile shm_info_s *shm, enum shm_optype state)
{
	SHM_STORE(&shm->op_type, (int)state, __ATOMIC_RELEASE);
}

/*
 * A hint and no access, also where there is no memory: this core alone is to have the cache line at this
 * address, of Normal memory. It then comes once, not first to be read and again to be written.
 */
static inline void shm_expect(const volatile void *address)
{
#if defined(__x86_64__)
	__asm__ volatile("prefetchw %0" : : "m"(*(const volatile char *)address));
#else
	__builtin_prefetch((const void *)address, 1);
#endif
}

static inline void *shm_payload(shm_info_s *shm)
{
	return (unsigned char *)shm + SHM_HEADER_SIZE;
}

/* One naturally aligned access to the payload; size is 1, 2, 4 or 8. */
static inline uint64_t shm_load_unit(const volatile void *region, unsigned int size)
{
	SHM_ACCESS_HOOK(region, size, 0);
	switch (size) {
	case 8:
		return *(const volatile shm_u64 *)region;
	case 4:
		return *(const volatile shm_u32 *)region;
	case 2:
		return *(const volatile shm_u16 *)region;
	default:
		return *(const volatile unsigned char *)region;
	}
}

static inline void shm_store_unit(volatile void *region, unsigned int size, uint64_t value)
{
	SHM_ACCESS_HOOK(region, size, 1);
	switch (size) {
	case 8:
		*(volatile shm_u64 *)region = value;
		break;
	case 4:
		*(volatile shm_u32 *)region = (uint32_t)value;
		break;
	case 2:
		*(volatile shm_u16 *)region = (uint16_t)value;
		break;
	default:
		*(volatile unsigned char *)region = (unsigned char)value;
		break;
	}
}

#define SHM_FEW_BYTES 64u /* so few cost less than the call of memcpy */

/* No store to a payload crosses the end of a cache line: it would need both lines at once. */
static inline void shm_copy_few(unsigned char *to, const unsigned char *from, size_t size)
{
	for (; size >= 16; size -= 16, to += 16, from += 16)
		__builtin_memcpy(to, from, 16);
	if ((size & 8) != 0) {
		__builtin_memcpy(to, from, 8);
		to += 8;
		from += 8;
	}
	if ((size & 4) != 0) {
		__builtin_memcpy(to, from, 4);
		to += 4;
		from += 4;
	}
	if ((size & 2) != 0) {
		__builtin_memcpy(to, from, 2);
		to += 2;
		from += 2;
	}
	if ((size & 1) != 0)
		*to = *from;
}

/* Normal memory: the platform's fastest copy, which may use any width and alignment. */
static inline void shm_copy_normal(void *to, const void *from, size_t size)
{
	if (size <= SHM_FEW_BYTES)
		shm_copy_few(to, from, size);
	else
		__builtin_memcpy(to, from, size);
}

static inline void shm_load_bulk(void *caller, const void *region, size_t size)
{
	SHM_ACCESS_HOOK(region, size, 0);
	shm_copy_normal(caller, region, size);
	/* The compiler must not read the region again in place of the copy. */
	__asm__ volatile("" ::: "memory");
}

static inline void shm_store_bulk(void *region, const void *caller, size_t size)
{
	SHM_ACCESS_HOOK(region, size, 1);
	shm_copy_normal(region, caller, size);
}

#endif
