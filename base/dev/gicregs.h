/* SPDX-License-Identifier: Apache-2.0 */
/* Register offsets of GICv3 (IHI 0069), for the machine's GIC and for the emulated one. */
#ifndef BASE_DEV_GICREGS_H
#define BASE_DEV_GICREGS_H

#define GICD_CTLR 0x0000
#define GICD_TYPER 0x0004
#define GICD_IIDR 0x0008
#define GICD_IGROUPR 0x0080
#define GICD_ISENABLER 0x0100
#define GICD_ICENABLER 0x0180
#define GICD_ISPENDR 0x0200
#define GICD_ICPENDR 0x0280
#define GICD_ISACTIVER 0x0300
#define GICD_ICACTIVER 0x0380
#define GICD_IPRIORITYR 0x0400
#define GICD_ICFGR 0x0c00
#define GICD_IGRPMODR 0x0d00
#define GICD_IROUTER 0x6000 /* + 8 * INTID */
#define GICD_PIDR2 0xffe8
#define GICD_FRAME 0x10000

#define GICD_CTLR_ENABLE_G0 0x1u
#define GICD_CTLR_ENABLE_G1 0x2u
#define GICD_CTLR_ARE 0x10u
#define GICD_CTLR_DS 0x40u
#define GICD_CTLR_RWP 0x80000000u

#define GICR_CTLR 0x0000
#define GICR_IIDR 0x0004
#define GICR_TYPER 0x0008
#define GICR_WAKER 0x0014
#define GICR_PIDR2 0xffe8
#define GICR_SGI 0x10000 /* the SGI and PPI frame, laid out like the first bank of GICD */
#define GICR_FRAME 0x20000

#define GICR_WAKER_SLEEP 0x2u
#define GICR_WAKER_ASLEEP 0x4u
#define GICR_TYPER_LAST 0x10u

#define GIC_PIDR2_V3 0x30u

#define GIC_SPURIOUS 1023u
#define GIC_PRIVATE 32u  /* INTIDs below are SGIs (0-15) and PPIs (16-31) */
#define GIC_SPI_END 1020u /* first INTID after the SPIs */
#define GIC_TIMER_HYP 26u /* the base's own: dev/timer.h */
#define GIC_TIMER_VIRTUAL 27u
#define GIC_TIMER_PHYSICAL 30u

#endif
