/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/gic.h"

#include "arch/barrier.h"
#include "arch/mmu.h"
#include "arch/spinlock.h"
#include "arch/sysreg.h"
#include "dev/gicregs.h"
#include "dev/mmio.h"

#define PPI_MAINTENANCE 25u
#define PRIORITY_BYTES 0xa0a0a0a0u
#define ICC_SRE_ALL 0xfull /* SRE, DFB, DIB, Enable: EL1 may use its system registers */
#define ICC_CTLR_EOIMODE 0x2ull

static uint64_t dist, redists, redists_size;
static struct spinlock dist_lock;

static void wait_rwp(uint64_t ctlr, uint32_t bit)
{
	while (mmio_read32(ctlr) & bit)
		cpu_relax();
}

bool gic_init(uint64_t gicd, uint64_t gicr, uint64_t gicr_size)
{
	uint32_t lines;

	dist = gicd;
	redists = gicr;
	redists_size = gicr_size;
	if (!mmu_map(gicd, GICD_FRAME, MMU_DEVICE) || !mmu_map(gicr, gicr_size, MMU_DEVICE))
		return false;

	mmio_write32(dist + GICD_CTLR, 0);
	wait_rwp(dist + GICD_CTLR, GICD_CTLR_RWP);
	lines = (mmio_read32(dist + GICD_TYPER) & 0x1f) + 1;
	for (uint32_t n = 1; n < lines; n++) {
		mmio_write32(dist + GICD_ICENABLER + 4 * n, ~0u);
		mmio_write32(dist + GICD_ICPENDR + 4 * n, ~0u);
		mmio_write32(dist + GICD_ICACTIVER + 4 * n, ~0u);
		mmio_write32(dist + GICD_IGROUPR + 4 * n, ~0u);
	}
	wait_rwp(dist + GICD_CTLR, GICD_CTLR_RWP);
	mmio_write32(dist + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_ENABLE_G1);
	wait_rwp(dist + GICD_CTLR, GICD_CTLR_RWP);
	return true;
}

/* The redistributor whose GICR_TYPER carries this core's affinity, 0: none. */
static uint64_t find_redist(uint64_t mpidr)
{
	uint64_t want = (mpidr & 0xffffff) | (mpidr >> 32 & 0xff) << 24;

	for (uint64_t at = redists; at + GICR_FRAME <= redists + redists_size; at += GICR_FRAME) {
		uint64_t typer = mmio_read64(at + GICR_TYPER);

		if (typer >> 32 == want)
			return at;
		if (typer & GICR_TYPER_LAST)
			return 0;
	}
	return 0;
}

bool gic_init_cpu(uint64_t mpidr)
{
	uint64_t rd = find_redist(mpidr), sgi = rd + GICR_SGI;

	if (!rd)
		return false;
	mmio_write32(rd + GICR_WAKER, mmio_read32(rd + GICR_WAKER) & ~GICR_WAKER_SLEEP);
	wait_rwp(rd + GICR_WAKER, GICR_WAKER_ASLEEP);

	mmio_write32(sgi + GICD_ICENABLER, ~0u);
	mmio_write32(sgi + GICD_ICPENDR, ~0u);
	mmio_write32(sgi + GICD_ICACTIVER, ~0u);
	mmio_write32(sgi + GICD_IGROUPR, ~0u);
	for (uint32_t n = 0; n < GIC_PRIVATE; n += 4)
		mmio_write32(sgi + GICD_IPRIORITYR + n, PRIORITY_BYTES);
	mmio_write32(sgi + GICD_ISENABLER, 1u << GIC_SGI_KICK | 1u << PPI_MAINTENANCE |
						   1u << GIC_TIMER_HYP |
						   1u << GIC_TIMER_VIRTUAL |
						   1u << GIC_TIMER_PHYSICAL);
	wait_rwp(rd + GICR_CTLR, 1u << 3);

	write_sysreg_x(ICC_SRE_EL2, ICC_SRE_ALL);
	isb();
	write_sysreg_x(ICC_PMR_EL1, 0xff);
	write_sysreg_x(ICC_BPR1_EL1, 0);
	write_sysreg_x(ICC_CTLR_EL1, ICC_CTLR_EOIMODE);
	write_sysreg_x(ICC_IGRPEN1_EL1, 1);
	isb();
	return true;
}

static void set_edge(uint32_t intid, bool edge)
{
	uint64_t at = dist + GICD_ICFGR + intid / 16 * 4;
	uint32_t bit = 2u << intid % 16 * 2, v = mmio_read32(at);

	mmio_write32(at, edge ? v | bit : v & ~bit);
}

void gic_enable_spi(uint32_t intid, uint64_t mpidr, bool edge)
{
	uint32_t word = intid / 32 * 4, bit = 1u << intid % 32;
	uint64_t prio = dist + GICD_IPRIORITYR + (intid & ~3u);
	uint32_t shift = intid % 4 * 8;

	/* Words are shared with other SPIs, which another core may be setting up. */
	spin_lock(&dist_lock);
	set_edge(intid, edge);
	mmio_write32(prio, (mmio_read32(prio) & ~(0xffu << shift)) | 0xa0u << shift);
	mmio_write64(dist + GICD_IROUTER + 8ull * intid, mpidr);
	mmio_write32(dist + GICD_ISENABLER + word, bit);
	spin_unlock(&dist_lock);
}

void gic_disable_spi(uint32_t intid)
{
	uint32_t word = intid / 32 * 4, bit = 1u << intid % 32;

	mmio_write32(dist + GICD_ICENABLER + word, bit);
	wait_rwp(dist + GICD_CTLR, GICD_CTLR_RWP);
	mmio_write32(dist + GICD_ICPENDR + word, bit);
	mmio_write32(dist + GICD_ICACTIVER + word, bit);
}

bool gic_spi_pending(uint32_t intid)
{
	return mmio_read32(dist + GICD_ISPENDR + intid / 32 * 4) >> intid % 32 & 1;
}

uint32_t gic_ack(void)
{
	uint32_t intid = (uint32_t)read_sysreg_x(ICC_IAR1_EL1) & 0xffffff;

	/* The acknowledge takes effect before anything the handler reads (IHI 0069, 4.1.1). */
	dsb(sy);
	return intid >= GIC_SPI_END ? GIC_SPURIOUS : intid;
}

void gic_drop(uint32_t intid)
{
	write_sysreg_x(ICC_EOIR1_EL1, intid);
	isb();
}

void gic_deactivate(uint32_t intid)
{
	write_sysreg_x(ICC_DIR_EL1, intid);
	isb();
}

uint64_t gic_kick_value(uint64_t mpidr)
{
	return 1ull << (mpidr & 0xf) | (mpidr >> 4 & 0xf) << 44 | (mpidr >> 8 & 0xff) << 16 |
	       (mpidr >> 16 & 0xff) << 32 | (mpidr >> 32 & 0xff) << 48 |
	       (uint64_t)GIC_SGI_KICK << 24;
}

void gic_kick(uint64_t kick_value)
{
	/* What was posted is visible before the interrupt; pairs with the dsb in gic_ack. */
	dsb(ishst);
	write_sysreg_x(ICC_SGI1R_EL1, kick_value);
	isb();
}
