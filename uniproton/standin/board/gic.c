/* SPDX-License-Identifier: Apache-2.0 */
/* Register names and offsets: GIC architecture specification (Arm IHI 0069), GICv3. */
#include "gic.h"
#include "board.h"
#include "cpu.h"
#include "mmio.h"

#define GICD_CTLR 0x0000
#define GICD_IGROUPR 0x0080
#define GICD_ISENABLER 0x0100
#define GICD_ICENABLER 0x0180
#define GICD_IPRIORITYR 0x0400
#define GICD_IGRPMODR 0x0D00
#define GICD_IROUTER 0x6000

#define GICD_CTLR_GROUPS 0x7u  /* EnableGrp0, EnableGrp1NS, EnableGrp1S */
#define GICD_CTLR_ENABLE 0x32u /* EnableGrp1NS, ARE_S, ARE_NS */
#define GICD_CTLR_RWP (1u << 31)

#define GICR_CTLR 0x0000
#define GICR_WAKER 0x0014
#define GICR_CTLR_RWP (1u << 3)
#define GICR_WAKER_PROCESSOR_SLEEP (1u << 1)
#define GICR_WAKER_CHILDREN_ASLEEP (1u << 2)
#define GICR_SGI_FRAME 0x10000

#define SPI_FIRST 32u

/* The GIC's registers for SGIs and PPIs have the SPIs' offsets, in another frame. */
static uintptr_t frame_of(U32 intid)
{
	return intid < SPI_FIRST ? BOARD_GICR_BASE + GICR_SGI_FRAME : BOARD_GICD_BASE;
}

static uintptr_t bit_register(U32 intid, U32 offset)
{
	return frame_of(intid) + offset + intid / 32 * 4;
}

static U32 bit_of(U32 intid)
{
	return 1u << (intid % 32);
}

/* Waits until the last write to a CTLR or ICENABLER has taken effect. */
static void wait_for_write(U32 intid)
{
	uintptr_t ctlr =
		intid < SPI_FIRST ? BOARD_GICR_BASE + GICR_CTLR : BOARD_GICD_BASE + GICD_CTLR;
	U32 rwp = intid < SPI_FIRST ? GICR_CTLR_RWP : GICD_CTLR_RWP;

	while (mmio_read(ctlr) & rwp)
		;
}

void gic_enable(U32 intid)
{
	mmio_write(bit_register(intid, GICD_ISENABLER), bit_of(intid));
	wait_for_write(intid);
}

void gic_disable(U32 intid)
{
	mmio_write(bit_register(intid, GICD_ICENABLER), bit_of(intid));
	wait_for_write(intid);
}

/* Non-secure Group 1: IGROUPR 1, IGRPMODR 0. */
static void set_group1(U32 intid)
{
	uintptr_t group = bit_register(intid, GICD_IGROUPR);
	uintptr_t modifier = bit_register(intid, GICD_IGRPMODR);

	(void)mmio_read(bit_register(intid, GICD_ISENABLER));
	gic_disable(intid);
	mmio_write(group, mmio_read(group) | bit_of(intid));
	mmio_write(modifier, mmio_read(modifier) & ~bit_of(intid));
}

/* The low half of IROUTER alone: affinity 0.0.0, this core. */
static void route_here(U32 spi)
{
	mmio_write(BOARD_GICD_BASE + GICD_IROUTER + (uintptr_t)spi * 8, 0);
}

void gic_set_priority(U32 intid, U32 priority)
{
	uintptr_t address = frame_of(intid) + GICD_IPRIORITYR + intid / 4 * 4;
	U32 shift = intid % 4 * 8;

	/* Four bits are implemented, the upper ones of each byte. */
	mmio_write(address, (mmio_read(address) & ~(0xffu << shift)) | priority << (shift + 4));
	if (intid >= SPI_FIRST)
		route_here(intid);
}

static void redistributor_wake(void)
{
	uintptr_t waker = BOARD_GICR_BASE + GICR_WAKER;

	mmio_write(waker, mmio_read(waker) & ~GICR_WAKER_PROCESSOR_SLEEP);
	while (mmio_read(waker) & GICR_WAKER_CHILDREN_ASLEEP)
		;
}

static void cpu_interface_open(void)
{
	write_sysreg(S3_0_C12_C12_5, 7); /* ICC_SRE_EL1: SRE, DFB, DIB */
	isb();
	write_sysreg(S3_0_C12_C12_3, 0);  /* ICC_BPR1_EL1 */
	write_sysreg(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
	write_sysreg(S3_0_C4_C6_0, 0xff); /* ICC_PMR_EL1: every priority */
	isb();
}

static void distributor_enable(void)
{
	U32 ctlr = mmio_read(BOARD_GICD_BASE + GICD_CTLR);

	if (ctlr & GICD_CTLR_GROUPS)
		return;
	mmio_write(BOARD_GICD_BASE + GICD_CTLR, ctlr | GICD_CTLR_ENABLE);
	wait_for_write(SPI_FIRST);
}

void gic_init(void)
{
	redistributor_wake();
	cpu_interface_open();
	for (U32 intid = 0; intid < SPI_FIRST; intid++)
		set_group1(intid);
	distributor_enable();
	for (U32 intid = SPI_FIRST; intid <= BOARD_SPI_LAST; intid++)
		set_group1(intid);
}

U32 gic_acknowledge(void)
{
	U32 intid = (U32)read_sysreg(S3_0_C12_C12_0) & 0xffffff; /* ICC_IAR1_EL1 */

	/* The acknowledge has taken effect before the handler touches its device. */
	isb();
	return intid;
}

void gic_end(U32 intid)
{
	write_sysreg(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
	isb();
	if (read_sysreg(S3_0_C12_C12_4) & 2)         /* ICC_CTLR_EL1.EOImode */
		write_sysreg(S3_0_C12_C11_1, intid); /* ICC_DIR_EL1 */
}
