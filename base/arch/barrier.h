/* SPDX-License-Identifier: Apache-2.0 */
/* Barriers of the base. Each use says what it pairs with. Empty of effect on the test host. */
#ifndef BASE_ARCH_BARRIER_H
#define BASE_ARCH_BARRIER_H

#ifdef __aarch64__
#define isb() __asm__ volatile("isb" ::: "memory")
#define dsb(domain) __asm__ volatile("dsb " #domain ::: "memory")
#define wfi() __asm__ volatile("wfi" ::: "memory")
#define cpu_relax() __asm__ volatile("yield" ::: "memory")
#else
#define isb() __asm__ volatile("" ::: "memory")
#define dsb(domain) __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define wfi() __asm__ volatile("" ::: "memory")
#define cpu_relax() __asm__ volatile("" ::: "memory")
#endif

#endif
