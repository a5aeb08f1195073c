/* SPDX-License-Identifier: Apache-2.0 */
/* Accesses to device registers of the machine. */
#ifndef BASE_DEV_MMIO_H
#define BASE_DEV_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read32(uint64_t at)
{
	return *(volatile uint32_t *)(uintptr_t)at;
}

static inline void mmio_write32(uint64_t at, uint32_t v)
{
	*(volatile uint32_t *)(uintptr_t)at = v;
}

static inline uint64_t mmio_read64(uint64_t at)
{
	return *(volatile uint64_t *)(uintptr_t)at;
}

static inline void mmio_write64(uint64_t at, uint64_t v)
{
	*(volatile uint64_t *)(uintptr_t)at = v;
}

#endif
