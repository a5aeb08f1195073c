/* SPDX-License-Identifier: Apache-2.0 */
/* GICv3 of a single core: SGIs and PPIs in the redistributor, SPIs in the distributor. */
#ifndef BOARD_GIC_H
#define BOARD_GIC_H

#include "prt_typedef.h"

#define GIC_INTID_SPURIOUS 1020 /* this and above: nothing to handle */

/* Wakes the redistributor, puts all interrupts into Group 1 and off, opens the CPU interface. */
void gic_init(void);

/* priority: 0 (highest) .. 15. An SPI is also routed to this core. */
void gic_set_priority(U32 intid, U32 priority);
void gic_enable(U32 intid);
void gic_disable(U32 intid);

U32 gic_acknowledge(void);
void gic_end(U32 intid);

#endif
