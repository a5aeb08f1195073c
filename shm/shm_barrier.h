/* SPDX-License-Identifier: Apache-2.0 */
/* The barriers of the library. Acquire and release are in shm_access.h. */
#ifndef SHM_BARRIER_H
#define SHM_BARRIER_H

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the region header is little endian; this library has no byte swapping"
#endif

/*
 * Returns when all earlier stores of this core can be seen by every observer. Full
 * system, because the region may be mapped as Device memory here, and because the
 * doorbell leaves through the GIC, which is no member of the inner shareable domain.
 */
static inline void shm_barrier_full(void)
{
#if defined(__aarch64__)
	__asm__ volatile("dsb sy" ::: "memory");
#else
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/*
 * Earlier loads are made before what follows. For a look whether the payload just copied
 * was still valid: pairs with the barrier in the peer's shm_view_give_up().
 */
static inline void shm_barrier_load(void)
{
#if defined(__aarch64__)
	__asm__ volatile("dmb ld" ::: "memory");
#else
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
#endif
}

#endif
