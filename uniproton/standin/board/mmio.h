/* SPDX-License-Identifier: Apache-2.0 */
/* Device registers, 32 bits wide. */
#ifndef BOARD_MMIO_H
#define BOARD_MMIO_H

#include "prt_typedef.h"

static inline U32 mmio_read(uintptr_t address)
{
	return *(volatile U32 *)address;
}

static inline void mmio_write(uintptr_t address, U32 value)
{
	*(volatile U32 *)address = value;
}

#endif
