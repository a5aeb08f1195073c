/* SPDX-License-Identifier: Apache-2.0 */
/* The virtual CPU interface of the calling core: list registers and their control (IHI 0069, 12.4). */
#ifndef BASE_DEV_ICH_H
#define BASE_DEV_ICH_H

#include <stdbool.h>
#include <stdint.h>

#define ICH_LR_MAX 16

#define ICH_LR_PENDING (1ull << 62)
#define ICH_LR_ACTIVE (1ull << 63)
#define ICH_LR_HW (1ull << 61)
#define ICH_LR_GROUP1 (1ull << 60)
#define ICH_LR_PRIORITY_SHIFT 48
#define ICH_LR_PINTID_SHIFT 32

/* Number of list registers of this core, 1 .. 16. */
unsigned int ich_lr_count(void);
uint64_t ich_lr_read(unsigned int n);
void ich_lr_write(unsigned int n, uint64_t value);

/* Clears the interface for a core that starts: nothing enabled, all priorities masked. */
void ich_reset(void);

/* Interface on; underflow: ask for a maintenance interrupt when at most one register is in use. */
void ich_enable(bool underflow);

#endif
