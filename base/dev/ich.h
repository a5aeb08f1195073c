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

/* ICH_HCR_EL2: when a maintenance interrupt comes, and what traps. */
#define ICH_HCR_UIE 0x2u      /* at most one register is in use */
#define ICH_HCR_LRENPIE 0x4u  /* the guest has ended what is in no register */
#define ICH_HCR_NPIE 0x8u     /* no register is pending */
#define ICH_HCR_TDIR 0x4000u  /* ICC_DIR_EL1, where the core has that trap */

/* Interface on, with these bits; ich_ended_outside counts from 0 again. */
void ich_enable(uint32_t bits);

/* ICH_HCR_EL2.EOIcount: interrupts that the guest has ended and that are in no list register. */
unsigned int ich_ended_outside(void);

/* ICC_CTLR_EL1.EOImode of the guest: ICC_DIR_EL1 deactivates, not the end of interrupt. */
bool ich_splits_end(void);

#endif
