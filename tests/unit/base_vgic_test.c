/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated GICv3 against its document (IHI 0069): registers, and what reaches a guest. */
#include "base_test.h"

#include <string.h>

#include "base_guest.h"
#include "dev/gic.h"

#define TIMER 27u
#define TIMER_BIT (1u << TIMER)
#define SPI 40u
#define SPI_WORD (SPI / 32 * 4)
#define SPI_BIT (1u << SPI % 32)
#define SGI_FRAME(offset) (GICR_SGI + (offset))
#define ROUTER(intid) (GICD_IROUTER + 8 * (intid))

static struct guest g;

static uint64_t gicd_read_sized(uint32_t offset, unsigned int size)
{
	fake_core = 0;
	return vgic_dist_read(&g.cpus[0], offset, size);
}

static void gicd_write_sized(uint32_t offset, unsigned int size, uint64_t value)
{
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], offset, size, value);
}

static uint64_t gicr_read_sized(unsigned int of, uint32_t offset, unsigned int size)
{
	fake_core = 0;
	return vgic_redist_read(&g.cpus[0], of * GICR_FRAME + offset, size);
}

static void gicr_write_sized(unsigned int of, uint32_t offset, unsigned int size, uint64_t value)
{
	fake_core = 0;
	vgic_redist_write(&g.cpus[0], of * GICR_FRAME + offset, size, value);
}

/* Registers */

static void ctlr_has_one_security_state_and_affinity_routing(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write(&g, 0, GICD_CTLR, 0);
	assert_int_equal(gicd_read(&g, 0, GICD_CTLR), GICD_CTLR_DS | GICD_CTLR_ARE);
	gicd_write(&g, 0, GICD_CTLR, ~0u);
	assert_int_equal(gicd_read(&g, 0, GICD_CTLR),
			 GICD_CTLR_DS | GICD_CTLR_ARE | GICD_CTLR_ENABLE_G0 | GICD_CTLR_ENABLE_G1);
}

static void ctlr_never_shows_a_write_in_progress(void **state)
{
	(void)state;
	guest_make(&g, 1);
	/* What UniProton writes, and then polls. */
	gicd_write(&g, 0, GICD_CTLR, 0x32);
	assert_int_equal(gicd_read(&g, 0, GICD_CTLR) & GICD_CTLR_RWP, 0);
	assert_int_equal(gicr_read(&g, 0, 0, GICR_CTLR), 0);
}

static void typer_tells_lines_cores_and_id_bits(void **state)
{
	uint32_t typer;

	(void)state;
	guest_make(&g, 3);
	typer = gicd_read(&g, 0, GICD_TYPER);
	assert_int_equal(typer & 0x1f, 31);
	assert_int_equal(typer >> 5 & 7, 2);
	assert_int_equal(typer >> 19 & 0x1f, 9);
	/* SecurityExtn, MBIS, LPIS, DVIS, No1N: none of them. */
	assert_int_equal(typer & (1u << 10 | 1u << 16 | 1u << 17 | 1u << 18 | 1u << 25), 0);
}

static void pidr2_tells_gicv3_in_every_frame(void **state)
{
	(void)state;
	guest_make(&g, 2);
	assert_int_equal(gicd_read(&g, 0, GICD_PIDR2) >> 4 & 0xf, 3);
	assert_int_equal(gicr_read(&g, 0, 0, GICR_PIDR2) >> 4 & 0xf, 3);
	assert_int_equal(gicr_read(&g, 0, 1, GICR_PIDR2) >> 4 & 0xf, 3);
}

static void redistributor_typer_names_its_core_and_the_last(void **state)
{
	(void)state;
	guest_make(&g, 3);
	for (unsigned int n = 0; n < 3; n++) {
		uint64_t typer = gicr_read_sized(n, GICR_TYPER, 8);

		assert_int_equal(typer >> 32, n);
		assert_int_equal(typer >> 8 & 0xffff, n);
		assert_int_equal(typer >> 4 & 1, n == 2);
		assert_int_equal(typer & 0xf, 0);
		assert_int_equal(gicr_read(&g, 0, n, GICR_TYPER), (uint32_t)typer);
		assert_int_equal(gicr_read(&g, 0, n, GICR_TYPER + 4), n);
	}
}

static void waker_sleeps_until_it_is_woken(void **state)
{
	(void)state;
	guest_make(&g, 2);
	assert_int_equal(gicr_read(&g, 0, 1, GICR_WAKER), 6);
	gicr_write(&g, 0, 1, GICR_WAKER, 0);
	assert_int_equal(gicr_read(&g, 0, 1, GICR_WAKER), 0);
	assert_int_equal(gicr_read(&g, 0, 0, GICR_WAKER), 6);
	gicr_write(&g, 0, 1, GICR_WAKER, 2);
	assert_int_equal(gicr_read(&g, 0, 1, GICR_WAKER), 6);
}

static void set_and_clear_registers_work_by_ones(void **state)
{
	static const uint32_t pairs[][2] = {{GICD_ISENABLER, GICD_ICENABLER},
					    {GICD_ISPENDR, GICD_ICPENDR},
					    {GICD_ISACTIVER, GICD_ICACTIVER}};

	(void)state;
	guest_make(&g, 1);
	for (size_t n = 0; n < COUNT(pairs); n++) {
		uint32_t set = pairs[n][0] + 8, clear = pairs[n][1] + 8;

		gicd_write(&g, 0, set, 0x0f0f0000);
		gicd_write(&g, 0, set, 0x00f00001);
		assert_int_equal(gicd_read(&g, 0, set), 0x0fff0001);
		assert_int_equal(gicd_read(&g, 0, clear), 0x0fff0001);
		gicd_write(&g, 0, clear, 0x0f000000);
		assert_int_equal(gicd_read(&g, 0, set), 0x00ff0001);
		/* The neighbours. */
		assert_int_equal(gicd_read(&g, 0, set - 4), 0);
		assert_int_equal(gicd_read(&g, 0, set + 4), 0);
	}
}

static void private_registers_are_each_cores_own(void **state)
{
	static const uint32_t offsets[] = {GICD_IGROUPR, GICD_ISENABLER, GICD_ISPENDR, GICD_ISACTIVER};

	(void)state;
	guest_make(&g, 2);
	for (size_t n = 0; n < COUNT(offsets); n++) {
		gicr_write(&g, 0, 1, SGI_FRAME(offsets[n]), 0x08000100);
		assert_int_equal(gicr_read(&g, 0, 1, SGI_FRAME(offsets[n])), 0x08000100);
		assert_int_equal(gicr_read(&g, 0, 0, SGI_FRAME(offsets[n])), 0);
		/* The SGI frame has one word of each. */
		gicr_write(&g, 0, 1, SGI_FRAME(offsets[n] + 4), ~0u);
		assert_int_equal(gicr_read(&g, 0, 1, SGI_FRAME(offsets[n] + 4)), 0);
	}
}

static void distributor_has_no_private_interrupts(void **state)
{
	static const uint32_t offsets[] = {GICD_IGROUPR,   GICD_ISENABLER, GICD_ISPENDR,
					   GICD_ISACTIVER, GICD_ICFGR,	   GICD_ICFGR + 4,
					   GICD_IPRIORITYR, GICD_IPRIORITYR + 28};

	(void)state;
	guest_make(&g, 1);
	for (size_t n = 0; n < COUNT(offsets); n++) {
		gicd_write(&g, 0, offsets[n], ~0u);
		assert_int_equal(gicd_read(&g, 0, offsets[n]), 0);
	}
	assert_int_equal(g.cpus[0].private_irqs.enabled, 0);
	assert_int_equal(g.cpus[0].private_irqs.latch, 0);
}

static void group_registers_keep_what_is_written(void **state)
{
	(void)state;
	guest_make(&g, 1);
	for (uint32_t word = 1; word < 31; word++) {
		gicd_write(&g, 0, GICD_IGROUPR + 4 * word, 0x11110000 + word);
		assert_int_equal(gicd_read(&g, 0, GICD_IGROUPR + 4 * word), 0x11110000 + word);
	}
	gicd_write(&g, 0, GICD_IGROUPR + 4, 0);
	assert_int_equal(gicd_read(&g, 0, GICD_IGROUPR + 4), 0);
}

static void priorities_have_five_bits(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write(&g, 0, GICD_IPRIORITYR + 64, 0xffa70801);
	assert_int_equal(gicd_read(&g, 0, GICD_IPRIORITYR + 64), 0xf8a00800);
}

static void priorities_are_bytes(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write_sized(GICD_IPRIORITYR + 66, 1, 0xa0);
	assert_int_equal(gicd_read(&g, 0, GICD_IPRIORITYR + 64), 0x00a00000);
	assert_int_equal(gicd_read_sized(GICD_IPRIORITYR + 66, 1), 0xa0);
	gicd_write_sized(GICD_IPRIORITYR + 64, 2, 0xc0b0);
	assert_int_equal(gicd_read(&g, 0, GICD_IPRIORITYR + 64), 0x00a0c0b0);
	assert_int_equal(gicd_read_sized(GICD_IPRIORITYR + 64, 2), 0xc0b0);
	gicr_write_sized(0, SGI_FRAME(GICD_IPRIORITYR + 27), 1, 0x80);
	assert_int_equal(gicr_read(&g, 0, 0, SGI_FRAME(GICD_IPRIORITYR + 24)), 0x80000000);
	/* Behind the private ones there is nothing. */
	gicr_write_sized(0, SGI_FRAME(GICD_IPRIORITYR + 32), 4, ~0u);
	assert_int_equal(gicr_read(&g, 0, 0, SGI_FRAME(GICD_IPRIORITYR + 32)), 0);
}

static void config_chooses_edge_or_level_of_spis(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write(&g, 0, GICD_ICFGR + 12, 0xffffffff);
	assert_int_equal(gicd_read(&g, 0, GICD_ICFGR + 12), 0xaaaaaaaa);
	assert_int_equal(gicd_read(&g, 0, GICD_ICFGR + 8), 0);
	gicd_write(&g, 0, GICD_ICFGR + 12, 0x00000008);
	assert_int_equal(gicd_read(&g, 0, GICD_ICFGR + 12), 0x8);
}

static void config_of_private_interrupts_is_fixed(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICFGR), 0);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICFGR + 4), ~0u);
	assert_int_equal(gicr_read(&g, 0, 0, SGI_FRAME(GICD_ICFGR)), 0xaaaaaaaa);
	assert_int_equal(gicr_read(&g, 0, 0, SGI_FRAME(GICD_ICFGR + 4)), 0);
}

static void routers_are_written_whole_or_by_halves(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write_sized(ROUTER(SPI), 8, 0x0000000180000001);
	assert_int_equal(gicd_read_sized(ROUTER(SPI), 8), 0x0000000180000001);
	assert_int_equal(gicd_read(&g, 0, ROUTER(SPI)), 0x80000001);
	assert_int_equal(gicd_read(&g, 0, ROUTER(SPI) + 4), 1);
	gicd_write(&g, 0, ROUTER(SPI), 3);
	assert_int_equal(gicd_read_sized(ROUTER(SPI), 8), 0x0000000100000003);
	gicd_write(&g, 0, ROUTER(SPI) + 4, 0);
	assert_int_equal(gicd_read_sized(ROUTER(SPI), 8), 3);
	assert_int_equal(gicd_read_sized(ROUTER(SPI + 1), 8), 0);
}

static void routers_exist_for_spis_alone(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write_sized(ROUTER(31), 8, 1);
	gicd_write_sized(ROUTER(1020), 8, 1);
	gicd_write_sized(ROUTER(32), 2, 1);
	gicd_write_sized(ROUTER(32), 1, 1);
	assert_int_equal(gicd_read_sized(ROUTER(31), 8), 0);
	assert_int_equal(gicd_read_sized(ROUTER(1020), 8), 0);
	assert_int_equal(gicd_read_sized(ROUTER(32), 8), 0);
	gicd_write_sized(ROUTER(1019), 8, 1);
	assert_int_equal(gicd_read_sized(ROUTER(1019), 8), 1);
}

/* The registers that keep something, of the size the document allows. */
static bool distributor_has(uint32_t offset, unsigned int size)
{
	if (offset >= GICD_IPRIORITYR + 32 && offset < GICD_IPRIORITYR + 1020)
		return size <= 4;
	if (offset >= ROUTER(32) && offset < ROUTER(1020))
		return size >= 4;
	if (size != 4)
		return false;
	if (offset >= GICD_IGROUPR && offset < GICD_IPRIORITYR)
		return offset % 0x80 >= 4;
	return (offset >= GICD_ICFGR + 8 && offset < GICD_ICFGR + 0x100) || offset == GICD_CTLR ||
	       offset == GICD_TYPER || offset == GICD_IIDR || offset == GICD_PIDR2;
}

static bool redistributor_has(uint32_t offset, unsigned int size)
{
	uint32_t sgi = offset - GICR_SGI;

	if (offset == GICR_TYPER)
		return size == 4 || size == 8;
	if (offset < GICR_SGI)
		return size == 4 && (offset == GICR_IIDR || offset == GICR_TYPER + 4 ||
				     offset == GICR_WAKER || offset == GICR_PIDR2);
	if (sgi >= GICD_IPRIORITYR && sgi < GICD_IPRIORITYR + 32)
		return size <= 4;
	if (size != 4)
		return false;
	return (sgi >= GICD_IGROUPR && sgi < GICD_IPRIORITYR && sgi % 0x80 == 0) ||
	       sgi == GICD_ICFGR || sgi == GICD_ICFGR + 4;
}

/* What every access leaves behind. */
static void forget_traces(const struct guest *before)
{
	g.cpus[0].dirty = before->cpus[0].dirty;
	g.vgic.lock = before->vgic.lock;
}

static void what_is_not_there_reads_zero_and_ignores_writes(void **state)
{
	struct guest before;

	(void)state;
	guest_make(&g, 1);
	before = g;
	for (unsigned int size = 1; size <= 8; size *= 2) {
		for (uint32_t at = 0; at < GICD_FRAME; at += size) {
			if (distributor_has(at, size))
				continue;
			gicd_write_sized(at, size, ~0ull);
			if (gicd_read_sized(at, size))
				fail_msg("GICD 0x%x, size %u is not zero", at, size);
		}
		for (uint32_t at = 0; at < GICR_FRAME; at += size) {
			if (redistributor_has(at, size))
				continue;
			gicr_write_sized(0, at, size, ~0ull);
			if (gicr_read_sized(0, at, size))
				fail_msg("GICR 0x%x, size %u is not zero", at, size);
		}
		forget_traces(&before);
		assert_memory_equal(&g, &before, sizeof(g));
	}
}

static void read_only_registers_ignore_writes(void **state)
{
	static const uint32_t fixed[] = {GICD_TYPER, GICD_IIDR, GICD_PIDR2};

	(void)state;
	guest_make(&g, 2);
	for (size_t n = 0; n < COUNT(fixed); n++) {
		uint32_t before = gicd_read(&g, 0, fixed[n]);

		gicd_write(&g, 0, fixed[n], ~before);
		assert_int_equal(gicd_read(&g, 0, fixed[n]), before);
	}
	gicr_write(&g, 0, 0, GICR_TYPER, ~0u);
	assert_int_equal(gicr_read(&g, 0, 0, GICR_TYPER), 0);
}

static void disabling_all_spis_leaves_private_interrupts_alone(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, TIMER, 0x80, false);
	guest_setup(&g, 0, 10, 0x80, true);
	for (uint32_t intid = 32; intid < 387; intid++)
		guest_setup(&g, 0, intid, 0x80, true);
	for (uint32_t intid = 32; intid < 387; intid++)
		gicd_write(&g, 0, GICD_ICENABLER + intid / 32 * 4, 1u << intid % 32);
	for (uint32_t word = 1; word < 12; word++)
		assert_int_equal(gicd_read(&g, 0, GICD_ISENABLER + 4 * word), 0);
	assert_int_equal(gicr_read(&g, 0, 0, SGI_FRAME(GICD_ISENABLER)), TIMER_BIT | 1u << 10);
}

/* Delivery */

static void an_edge_reaches_the_guest_once(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void list_register_has_group_and_priority(void **state)
{
	uint64_t lr;

	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0x98, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	lr = guest_lr(0, SPI);
	assert_int_equal(lr, ICH_LR_PENDING | ICH_LR_GROUP1 | 0x98ull << ICH_LR_PRIORITY_SHIFT | SPI);
}

static void nothing_is_shown_while_it_is_disabled(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_ICENABLER + SPI_WORD, SPI_BIT);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), SPI_BIT);
	gicd_write(&g, 0, GICD_ISENABLER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void nothing_is_shown_while_its_group_is_off(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G0);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_int_equal(guest_lr(0, SPI), 0);
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G1);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void group_zero_is_shown_as_such(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_IGROUPR + SPI_WORD, 0);
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G0);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_true(guest_lr(0, SPI));
	assert_false(guest_lr(0, SPI) & ICH_LR_GROUP1);
}

static void disabling_takes_a_shown_interrupt_back(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_true(guest_lr(0, SPI));
	/* By the other core. */
	gicd_write(&g, 1, GICD_ICENABLER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	gicd_write(&g, 1, GICD_ISENABLER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void edges_before_the_acknowledge_are_one(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void an_edge_while_active_comes_after_the_end(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	assert_int_equal(guest_lr(0, SPI) & (ICH_LR_PENDING | ICH_LR_ACTIVE),
			 ICH_LR_PENDING | ICH_LR_ACTIVE);
	guest_eoi(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void an_edge_between_end_and_next_trap_is_not_lost(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_eoi(&g, 0, SPI);
	guest_edge(&g, 0, SPI); /* the base has not looked at the list register yet */
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void an_edge_between_acknowledge_and_next_trap_is_not_lost(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_edge(&g, 1, SPI);
	guest_eoi(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_level_comes_again_while_its_line_is_high(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_line(&g, 0, SPI, false);
	guest_eoi(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_level_that_falls_before_the_acknowledge_is_gone(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	guest_line(&g, 0, SPI, true);
	guest_settle(&g);
	assert_true(guest_lr(0, SPI));
	guest_line(&g, 0, SPI, false);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), 0);
}

static void a_rising_line_of_an_edge_interrupt_is_one_edge(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_line(&g, 0, SPI, false);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void pending_can_be_written(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	gicd_write(&g, 0, GICD_ISPENDR + SPI_WORD, SPI_BIT);
	assert_int_equal(gicd_read(&g, 0, GICD_ICPENDR + SPI_WORD), SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void pending_can_be_cleared_out_of_another_cores_list_register(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	gicd_write(&g, 1, GICD_ICPENDR + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_edge(&g, 1, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void an_edge_after_the_clear_of_pending_is_not_lost(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	gicd_write(&g, 1, GICD_ICPENDR + SPI_WORD, SPI_BIT);
	guest_edge(&g, 1, SPI); /* core 0 has not seen the clear yet */
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_level_cannot_be_cleared_while_its_line_is_high(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	guest_line(&g, 0, SPI, true);
	gicd_write(&g, 0, GICD_ICPENDR + SPI_WORD, SPI_BIT);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void active_can_be_cleared_by_the_core_that_has_it(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + SPI_WORD), SPI_BIT);
	gicd_write(&g, 0, GICD_ICACTIVER + SPI_WORD, SPI_BIT);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + SPI_WORD), 0);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void active_can_be_cleared_by_another_core(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	gicd_write(&g, 1, GICD_ICACTIVER + SPI_WORD, SPI_BIT);
	guest_edge(&g, 1, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void active_that_is_written_blocks_until_it_is_cleared(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_ISACTIVER + SPI_WORD, SPI_BIT);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	gicd_write(&g, 0, GICD_ICACTIVER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

/* More pending than list registers */

static void many_come_in_the_order_of_their_priorities(void **state)
{
	static const unsigned int counts[] = {1, 4, 16};

	(void)state;
	for (size_t k = 0; k < COUNT(counts); k++) {
		fakes_reset(NULL);
		fake_lr_count = counts[k];
		guest_make(&g, 1);
		/* 31 SPIs, priorities shuffled: 7 and 31 have no common factor. */
		for (uint32_t n = 0; n < 31; n++)
			guest_setup(&g, 0, 64 + n, (uint8_t)(8 * (n * 7 % 31)), true);
		for (uint32_t n = 0; n < 31; n++)
			guest_edge(&g, 0, 64 + n);
		guest_settle(&g);
		assert_true(fake_cores[0].underflow);
		for (uint32_t rank = 0; rank < 31; rank++) {
			uint32_t intid = guest_serve(&g, 0);

			assert_true(intid >= 64 && intid < 95);
			assert_int_equal((intid - 64) * 7 % 31, rank);
		}
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
		assert_false(fake_cores[0].underflow);
	}
}

static void underflow_is_asked_for_only_when_something_is_left(void **state)
{
	(void)state;
	guest_make(&g, 1);
	for (uint32_t n = 0; n < 4; n++) {
		guest_setup(&g, 0, 64 + n, 0x80, true);
		guest_edge(&g, 0, 64 + n);
	}
	guest_settle(&g);
	assert_false(fake_cores[0].underflow);
	guest_setup(&g, 0, 90, 0x80, true);
	guest_edge(&g, 0, 90);
	guest_settle(&g);
	assert_true(fake_cores[0].underflow);
}

static void a_better_one_takes_the_place_of_a_shown_one(void **state)
{
	(void)state;
	fake_lr_count = 1;
	guest_make(&g, 1);
	guest_setup(&g, 0, 64, 0xa0, true);
	guest_setup(&g, 0, 65, 0x40, true);
	guest_edge(&g, 0, 64);
	guest_settle(&g);
	assert_true(guest_lr(0, 64));
	guest_edge(&g, 0, 65);
	assert_int_equal(guest_serve(&g, 0), 65);
	assert_int_equal(guest_serve(&g, 0), 64);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void an_active_one_keeps_its_list_register(void **state)
{
	(void)state;
	fake_lr_count = 1;
	guest_make(&g, 1);
	guest_setup(&g, 0, 64, 0xa0, true);
	guest_setup(&g, 0, 65, 0x40, true);
	guest_edge(&g, 0, 64);
	assert_int_equal(guest_take(&g, 0), 64);
	guest_edge(&g, 0, 65);
	guest_settle(&g);
	assert_true(guest_lr(0, 64) & ICH_LR_ACTIVE);
	guest_eoi(&g, 0, 64);
	assert_int_equal(guest_serve(&g, 0), 65);
}

static void a_higher_priority_interrupts_a_handler(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, 64, 0xa0, true);
	guest_setup(&g, 0, 65, 0x40, true);
	guest_edge(&g, 0, 64);
	assert_int_equal(guest_take(&g, 0), 64);
	guest_edge(&g, 0, 65);
	assert_int_equal(guest_take(&g, 0), 65);
	guest_eoi(&g, 0, 65);
	guest_eoi(&g, 0, 64);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void the_last_spi_is_delivered_and_none_behind_it(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write(&g, 0, GICD_IGROUPR + 124, ~0u);
	gicd_write(&g, 0, GICD_ISENABLER + 124, ~0u);
	gicd_write(&g, 0, GICD_ISPENDR + 124, 0xf8000000);
	assert_int_equal(guest_serve(&g, 0), 1019);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

/* SGIs */

static void sgis_ready(unsigned int cpus, uint32_t sgi)
{
	guest_make(&g, cpus);
	for (unsigned int n = 0; n < cpus; n++)
		guest_setup(&g, n, sgi, 0x80, true);
}

static void send_sgi(unsigned int core, uint64_t sgi1r)
{
	fake_core = core;
	vgic_send_sgi(&g.cpus[core], sgi1r);
}

static unsigned int who_got(unsigned int cpus, uint32_t sgi)
{
	unsigned int mask = 0;

	for (unsigned int n = 0; n < cpus; n++) {
		uint32_t intid = guest_serve(&g, n);

		assert_true(intid == sgi || intid == SPURIOUS);
		mask |= (intid == sgi ? 1u : 0) << n;
	}
	return mask;
}

static void an_sgi_reaches_the_listed_cores(void **state)
{
	(void)state;
	sgis_ready(4, 5);
	send_sgi(1, 5ull << 24 | 0xd);
	assert_int_equal(who_got(4, 5), 0xd);
	send_sgi(1, 5ull << 24 | 0x2);
	assert_int_equal(who_got(4, 5), 0x2);
	send_sgi(1, 5ull << 24);
	assert_int_equal(who_got(4, 5), 0);
}

static void an_sgi_to_all_others_spares_the_sender(void **state)
{
	(void)state;
	sgis_ready(4, 0);
	/* The target list means nothing then. */
	send_sgi(2, 1ull << 40 | 0x4);
	assert_int_equal(who_got(4, 0), 0xb);
}

static void an_sgi_to_cores_that_do_not_exist_goes_nowhere(void **state)
{
	(void)state;
	sgis_ready(2, 3);
	send_sgi(0, 3ull << 24 | 0xfffc);
	send_sgi(0, 3ull << 24 | 1ull << 16 | 0x3); /* Aff1 */
	send_sgi(0, 3ull << 24 | 1ull << 32 | 0x3); /* Aff2 */
	send_sgi(0, 3ull << 24 | 1ull << 48 | 0x3); /* Aff3 */
	send_sgi(0, 3ull << 24 | 1ull << 44 | 0x3); /* range selector: cores 16 to 31 */
	assert_int_equal(who_got(2, 3), 0);
}

static void an_sgi_kicks_the_core_it_is_for(void **state)
{
	(void)state;
	sgis_ready(2, 1);
	guest_settle(&g);
	send_sgi(0, 1ull << 24 | 0x2);
	assert_int_equal(fake_cores[1].kicks, 1);
	assert_int_equal(fake_cores[0].kicks, 0);
}

static void a_doorbell_sgi_is_raised_on_the_named_vcpu(void **state)
{
	(void)state;
	sgis_ready(2, 10);
	fake_core = 1;
	vgic_raise(&g.cpus[1], &g.cpus[0], 10);
	assert_int_equal(who_got(2, 10), 1);
}

/* Interrupts of the core's timers */

static void timer_ready(unsigned int cpus)
{
	guest_make(&g, cpus);
	for (unsigned int n = 0; n < cpus; n++)
		guest_setup(&g, n, TIMER, 0x20, false);
}

static void a_timer_interrupt_is_tied_to_the_physical_one(void **state)
{
	uint64_t lr;

	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	lr = guest_lr(0, TIMER);
	assert_true(lr & ICH_LR_HW);
	assert_int_equal(lr >> ICH_LR_PINTID_SHIFT & 0x3ff, TIMER);
	assert_int_equal(guest_take(&g, 0), TIMER);
	assert_true(fake_cores[0].phys_active & TIMER_BIT);
	guest_timer(&g, 0, TIMER, false);
	guest_eoi(&g, 0, TIMER);
	assert_false(fake_cores[0].phys_active & TIMER_BIT);
	assert_int_equal(fake_cores[0].deactivations, 0);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void the_next_timer_interrupt_after_an_unseen_end_is_not_lost(void **state)
{
	(void)state;
	timer_ready(1);
	for (int tick = 0; tick < 100; tick++) {
		guest_timer(&g, 0, TIMER, true);
		assert_int_equal(guest_take(&g, 0), TIMER);
		guest_timer(&g, 0, TIMER, false);
		/* No trap between this end and the next interrupt: the list register is empty then. */
		guest_eoi(&g, 0, TIMER);
	}
	assert_int_equal(fake_cores[0].deactivations, 0);
}

static void a_withdrawn_timer_interrupt_ends_the_physical_one(void **state)
{
	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	/* The guest sets the timer to a later time with interrupts masked, then traps. */
	guest_timer(&g, 0, TIMER, false);
	vgic_mark_dirty(&g.cpus[0]);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_false(fake_cores[0].phys_active & TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void a_timer_withdrawn_while_disabled_does_not_come_later(void **state)
{
	(void)state;
	timer_ready(1);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICENABLER), TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	guest_timer(&g, 0, TIMER, false);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ISENABLER), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void a_timer_that_fires_while_disabled_comes_when_enabled(void **state)
{
	(void)state;
	timer_ready(1);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICENABLER), TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ISENABLER), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void clearing_active_ends_the_physical_timer_interrupt(void **state)
{
	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_take(&g, 0), TIMER);
	guest_timer(&g, 0, TIMER, false);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICACTIVER), ~0u);
	guest_settle(&g);
	assert_false(fake_cores[0].phys_active & TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void clearing_pending_does_not_silence_the_timer_for_ever(void **state)
{
	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	/* The line is high: the interrupt is pending again at once. */
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), TIMER);
	/* And with the line low it is gone, but not the next one. */
	guest_timer(&g, 0, TIMER, false);
	guest_settle(&g);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	guest_timer(&g, 0, TIMER, false);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void clearing_through_another_cores_frame_ends_it_there(void **state)
{
	(void)state;
	timer_ready(2);
	guest_timer(&g, 1, TIMER, true);
	guest_settle(&g);
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 1), TIMER);
	guest_timer(&g, 1, TIMER, false);
	guest_settle(&g);
	guest_timer(&g, 1, TIMER, true);
	assert_int_equal(guest_take(&g, 1), TIMER);
	guest_timer(&g, 1, TIMER, false);
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICACTIVER), TIMER_BIT);
	guest_settle(&g);
	assert_false(fake_cores[1].phys_active & TIMER_BIT);
	guest_timer(&g, 1, TIMER, true);
	assert_int_equal(guest_serve(&g, 1), TIMER);
}

static void clearing_a_disabled_timer_through_another_cores_frame_ends_it_there(void **state)
{
	(void)state;
	timer_ready(2);
	gicr_write(&g, 1, 1, SGI_FRAME(GICD_ICENABLER), TIMER_BIT);
	guest_timer(&g, 1, TIMER, true);
	guest_settle(&g);
	guest_timer(&g, 1, TIMER, false);
	/* Core 0 must not end its own physical timer interrupt for that. */
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICACTIVER), TIMER_BIT);
	gicr_write(&g, 1, 1, SGI_FRAME(GICD_ISENABLER), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
	guest_timer(&g, 1, TIMER, true);
	assert_int_equal(guest_serve(&g, 1), TIMER);
}

static void both_timers_of_a_core_are_independent(void **state)
{
	(void)state;
	timer_ready(1);
	guest_setup(&g, 0, GIC_TIMER_PHYSICAL, 0x40, false);
	guest_timer(&g, 0, GIC_TIMER_PHYSICAL, true);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_take(&g, 0), TIMER);
	guest_timer(&g, 0, TIMER, false);
	guest_eoi(&g, 0, TIMER);
	assert_int_equal(guest_take(&g, 0), GIC_TIMER_PHYSICAL);
	guest_timer(&g, 0, GIC_TIMER_PHYSICAL, false);
	guest_eoi(&g, 0, GIC_TIMER_PHYSICAL);
	assert_int_equal(fake_cores[0].phys_active, 0);
}

/* Interrupts of the machine's devices */

#define DEVICE 48u
#define DEVICE_WORD (DEVICE / 32 * 4)
#define DEVICE_BIT (1u << DEVICE % 32)

static void device_ready(unsigned int cpus, bool edge)
{
	guest_make(&g, cpus);
	gic_enable_spi(DEVICE, 0, edge);
	guest_setup(&g, 0, DEVICE, 0xa0, edge);
}

static void a_device_interrupt_is_ended_by_the_guest(void **state)
{
	(void)state;
	for (int edge = 0; edge < 2; edge++) {
		device_ready(1, edge);
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_take(&g, 0), DEVICE);
		assert_int_equal(guest_lr(0, DEVICE) >> ICH_LR_PINTID_SHIFT & 0x3ff, DEVICE);
		assert_true(guest_lr(0, DEVICE) & ICH_LR_HW);
		guest_device(&g, DEVICE, false);
		assert_true(fake_spis[DEVICE].active);
		guest_eoi(&g, 0, DEVICE);
		assert_false(fake_spis[DEVICE].active);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	}
}

static void a_device_level_comes_again_while_it_is_high(void **state)
{
	(void)state;
	device_ready(1, false);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
	guest_device(&g, DEVICE, false);
	vgic_mark_dirty(&g.cpus[0]);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_false(fake_spis[DEVICE].active);
}

static void a_device_edge_while_active_comes_after_the_end(void **state)
{
	(void)state;
	device_ready(1, true);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_take(&g, 0), DEVICE);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	guest_eoi(&g, 0, DEVICE);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_device_interrupt_may_be_handled_on_another_core(void **state)
{
	(void)state;
	device_ready(2, true);
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], ROUTER(DEVICE), 8, 1);
	for (int n = 0; n < 3; n++) {
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
		assert_int_equal(guest_serve(&g, 1), DEVICE);
	}
}

static void clearing_a_device_interrupt_does_not_silence_it(void **state)
{
	(void)state;
	for (int edge = 0; edge < 2; edge++) {
		device_ready(2, edge);
		guest_device(&g, DEVICE, true);
		guest_settle(&g);
		guest_device(&g, DEVICE, false);
		gicd_write(&g, 1, GICD_ICPENDR + DEVICE_WORD, DEVICE_BIT);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
		assert_false(fake_spis[DEVICE].active);
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_take(&g, 0), DEVICE);
		guest_device(&g, DEVICE, false);
		gicd_write(&g, 0, GICD_ICACTIVER + DEVICE_WORD, DEVICE_BIT);
		guest_settle(&g);
		assert_false(fake_spis[DEVICE].active);
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_serve(&g, 0), DEVICE);
		guest_device(&g, DEVICE, false);
	}
}

static void a_core_that_stops_ends_the_device_interrupt_it_handles(void **state)
{
	(void)state;
	device_ready(2, false);
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], ROUTER(DEVICE), 8, 1);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_take(&g, 1), DEVICE);
	guest_device(&g, DEVICE, false);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	assert_false(fake_spis[DEVICE].active);
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], ROUTER(DEVICE), 8, 0);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
}

/* Routing */

static void route(unsigned int core, uint32_t intid, uint64_t value)
{
	fake_core = core;
	vgic_dist_write(&g.cpus[core], ROUTER(intid), 8, value);
}

static void an_spi_goes_where_it_is_routed(void **state)
{
	(void)state;
	guest_make(&g, 3);
	guest_setup(&g, 0, SPI, 0xa0, true);
	for (unsigned int n = 0; n < 3; n++) {
		route(0, SPI, n);
		guest_edge(&g, 0, SPI);
		assert_int_equal(who_got(3, SPI), 1u << n);
	}
}

static void an_spi_for_any_core_goes_to_one(void **state)
{
	(void)state;
	guest_make(&g, 3);
	guest_setup(&g, 0, SPI, 0xa0, true);
	route(0, SPI, 1ull << 31);
	guest_edge(&g, 0, SPI);
	assert_int_equal(__builtin_popcount(who_got(3, SPI)), 1);
}

static void an_spi_routed_to_no_core_waits(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	route(0, SPI, 7);
	guest_edge(&g, 0, SPI);
	assert_int_equal(who_got(2, SPI), 0);
	route(0, SPI, 0x100000000); /* Aff3 1 */
	assert_int_equal(who_got(2, SPI), 0);
	route(0, SPI, 1);
	assert_int_equal(who_got(2, SPI), 2);
}

static void rerouting_moves_an_interrupt_that_is_already_shown(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	route(0, SPI, 1);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_true(guest_lr(1, SPI));
	route(0, SPI, 0);
	/* Core 0 goes back to its guest before core 1 has let go of it. */
	guest_enter_core(&g, 0);
	assert_int_equal(who_got(2, SPI), 1);
}

static void rerouting_moves_a_level_that_is_already_shown(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, false);
	route(0, SPI, 1);
	guest_line(&g, 0, SPI, true);
	guest_settle(&g);
	route(0, SPI, 0);
	guest_enter_core(&g, 0);
	assert_int_equal(who_got(2, SPI), 1);
}

static void an_edge_while_active_elsewhere_follows_the_route(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	route(0, SPI, 1);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 1), SPI);
	route(0, SPI, 0);
	guest_edge(&g, 0, SPI);
	/* Active on core 1: not on core 0 before the end. */
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	guest_eoi(&g, 1, SPI);
	guest_settle(&g);
	vgic_mark_dirty(&g.cpus[1]); /* its next trap */
	guest_settle(&g);
	assert_true(guest_serve(&g, 0) == SPI || guest_serve(&g, 1) == SPI);
	assert_int_equal(who_got(2, SPI), 0);
}

/* The doorbell's short way */

#define BELL 70u
#define BELL_WORD (BELL / 32 * 4)
#define BELL_BIT (1u << BELL % 32)

static void bell_ready(unsigned int cpus, uint32_t intid)
{
	guest_make_with_doorbell(&g, cpus, intid);
	guest_setup(&g, 0, intid, 0x60, true);
	guest_settle(&g);
}

static void a_doorbell_takes_the_short_way_without_a_look_at_the_model(void **state)
{
	static const uint32_t intids[] = {BELL, 10};

	(void)state;
	for (size_t n = 0; n < COUNT(intids); n++) {
		unsigned int before;

		bell_ready(2, intids[n]);
		before = fake_cores[0].enables;
		guest_ring(&g);
		assert_true(fake_cores[0].kicks);
		assert_true(guest_short_way(&g, 0));
		assert_int_equal(fake_cores[0].enables, before);
		assert_int_equal(guest_lr(0, intids[n]),
				 ICH_LR_PENDING | ICH_LR_GROUP1 | 0x60ull << ICH_LR_PRIORITY_SHIFT | intids[n]);
		assert_int_equal(guest_ack(&g, 0), intids[n]);
		guest_eoi(&g, 0, intids[n]);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	}
}

static void doorbells_by_the_short_way_coalesce_until_they_are_taken(void **state)
{
	(void)state;
	bell_ready(1, BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	assert_int_equal(guest_ack(&g, 0), BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	assert_int_equal(guest_ack(&g, 0), SPURIOUS);
	guest_eoi(&g, 0, BELL);
	assert_int_equal(guest_ack(&g, 0), BELL);
	guest_eoi(&g, 0, BELL);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_doorbell_by_the_short_way_survives_the_next_look_at_the_model(void **state)
{
	(void)state;
	bell_ready(1, BELL);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_settle(&g);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + BELL_WORD), BELL_BIT);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), BELL);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_doorbell_that_is_not_plain_goes_the_general_way(void **state)
{
	(void)state;
	bell_ready(1, BELL);
	gicd_write(&g, 0, GICD_ICENABLER + BELL_WORD, BELL_BIT);
	guest_settle(&g);
	guest_ring(&g);
	assert_false(guest_short_way(&g, 0));
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	gicd_write(&g, 0, GICD_ISENABLER + BELL_WORD, BELL_BIT);
	assert_int_equal(guest_serve(&g, 0), BELL);
	gicd_write(&g, 0, GICD_CTLR, 0);
	guest_settle(&g);
	guest_ring(&g);
	assert_false(guest_short_way(&g, 0));
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G1);
	assert_int_equal(guest_serve(&g, 0), BELL);
}

static void few_list_registers_leave_the_general_way(void **state)
{
	(void)state;
	for (unsigned int lrs = 1; lrs <= 2; lrs++) {
		fake_lr_count = lrs;
		bell_ready(1, BELL);
		guest_ring(&g);
		assert_false(guest_short_way(&g, 0));
		assert_int_equal(guest_serve(&g, 0), BELL);
	}
}

static void a_disabled_doorbell_leaves_the_short_way_of_another_core(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	gicd_write(&g, 1, GICD_ICENABLER + BELL_WORD, BELL_BIT);
	guest_ring(&g);
	assert_false(guest_short_way(&g, 0));
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void kicks_follow_the_route_of_the_doorbell(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	route(0, BELL, 1);
	guest_settle(&g);
	guest_ring(&g);
	assert_int_equal(fake_cores[0].kicks, 0);
	assert_int_equal(fake_cores[1].kicks, 1);
	assert_true(guest_short_way(&g, 1));
	assert_int_equal(guest_serve(&g, 1), BELL);
	route(0, BELL, 0);
	guest_ring(&g);
	assert_int_equal(guest_serve(&g, 0), BELL);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

static void a_doorbell_routed_away_while_shown_moves(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	route(1, BELL, 1);
	guest_enter_core(&g, 1);
	assert_int_equal(guest_serve(&g, 1), BELL);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_core_that_stops_closes_its_short_way(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	fake_core = 0;
	vgic_cpu_stop(&g.cpus[0]);
	fake_cores[0].kicks = fake_cores[1].kicks = 0;
	guest_ring(&g);
	assert_int_equal(fake_cores[0].kicks, 0);
	assert_int_equal(fake_cores[1].kicks, 1);
	assert_false(guest_short_way(&g, 0));
	route(1, BELL, 1);
	assert_int_equal(guest_serve(&g, 1), BELL);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

/* Cores that come and go */

static void an_spi_of_a_core_that_is_off_waits_for_it(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	route(0, SPI, 1);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	fake_core = 1;
	vgic_cpu_start(&g.cpus[1]);
	assert_int_equal(guest_serve(&g, 1), SPI);
}

static void a_core_that_stops_hands_its_spis_back(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_setup(&g, 0, SPI + 1, 0xa0, true);
	route(0, SPI, 1);
	route(0, SPI + 1, 1);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 1), SPI);
	guest_edge(&g, 0, SPI + 1);
	guest_settle(&g);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	/* The one it was handling is over, the one it had not taken is pending. */
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + SPI_WORD), 0);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), SPI_BIT << 1);
	route(0, SPI + 1, 0);
	assert_int_equal(guest_serve(&g, 0), SPI + 1);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_core_that_stops_ends_its_timers(void **state)
{
	(void)state;
	timer_ready(2);
	guest_setup(&g, 1, GIC_TIMER_PHYSICAL, 0x40, false);
	guest_timer(&g, 1, TIMER, true);
	guest_timer(&g, 1, GIC_TIMER_PHYSICAL, true);
	assert_int_equal(guest_take(&g, 1), TIMER);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	assert_int_equal(fake_cores[1].phys_active, 0);
}

static void a_core_that_starts_has_nothing_of_its_last_life(void **state)
{
	(void)state;
	sgis_ready(2, 4);
	send_sgi(0, 4ull << 24 | 0x2);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	vgic_cpu_start(&g.cpus[1]);
	assert_int_equal(gicr_read(&g, 1, 1, SGI_FRAME(GICD_ISENABLER)), 0);
	assert_int_equal(gicr_read(&g, 1, 1, SGI_FRAME(GICD_ISPENDR)), 0);
	guest_setup(&g, 1, 4, 0x80, true);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

static void an_sgi_to_a_core_that_is_off_is_not_kept(void **state)
{
	(void)state;
	sgis_ready(2, 4);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	send_sgi(0, 4ull << 24 | 0x2);
	fake_core = 1;
	vgic_cpu_start(&g.cpus[1]);
	guest_setup(&g, 1, 4, 0x80, true);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

static void reset_brings_back_power_on(void **state)
{
	static struct guest fresh;

	(void)state;
	guest_make(&g, 2);
	for (unsigned int n = 0; n < 2; n++) {
		fake_core = n;
		vgic_cpu_stop(&g.cpus[n]);
	}
	vgic_reset(&g.vgic);
	fresh = g;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_setup(&g, 1, TIMER, 0xa0, true);
	route(0, SPI, 1);
	guest_line(&g, 0, 50, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	for (unsigned int n = 0; n < 2; n++) {
		fake_core = n;
		vgic_cpu_stop(&g.cpus[n]);
	}
	vgic_reset(&g.vgic);
	assert_memory_equal(g.vgic.spis, fresh.vgic.spis, sizeof(fresh.vgic.spis));
	assert_memory_equal(g.vgic.irouter, fresh.vgic.irouter, sizeof(fresh.vgic.irouter));
	assert_int_equal(g.vgic.ctlr, 0);
	for (unsigned int n = 0; n < 2; n++) {
		assert_false(g.cpus[n].online);
		assert_int_equal(g.cpus[n].waker, GICR_WAKER_SLEEP);
		assert_memory_equal(&g.cpus[n].private_irqs, &fresh.cpus[n].private_irqs,
				    sizeof(struct vgic_bank));
	}
}

static void nothing_is_done_on_entry_when_nothing_changed(void **state)
{
	unsigned int before;

	(void)state;
	guest_make(&g, 1);
	guest_settle(&g);
	before = fake_cores[0].enables;
	guest_enter_core(&g, 0);
	guest_enter_core(&g, 0);
	assert_int_equal(fake_cores[0].enables, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(ctlr_has_one_security_state_and_affinity_routing),
		BASE_TEST(ctlr_never_shows_a_write_in_progress),
		BASE_TEST(typer_tells_lines_cores_and_id_bits),
		BASE_TEST(pidr2_tells_gicv3_in_every_frame),
		BASE_TEST(redistributor_typer_names_its_core_and_the_last),
		BASE_TEST(waker_sleeps_until_it_is_woken),
		BASE_TEST(set_and_clear_registers_work_by_ones),
		BASE_TEST(private_registers_are_each_cores_own),
		BASE_TEST(distributor_has_no_private_interrupts),
		BASE_TEST(group_registers_keep_what_is_written),
		BASE_TEST(priorities_have_five_bits),
		BASE_TEST(priorities_are_bytes),
		BASE_TEST(config_chooses_edge_or_level_of_spis),
		BASE_TEST(config_of_private_interrupts_is_fixed),
		BASE_TEST(routers_are_written_whole_or_by_halves),
		BASE_TEST(routers_exist_for_spis_alone),
		BASE_TEST(what_is_not_there_reads_zero_and_ignores_writes),
		BASE_TEST(read_only_registers_ignore_writes),
		BASE_TEST(disabling_all_spis_leaves_private_interrupts_alone),
		BASE_TEST(an_edge_reaches_the_guest_once),
		BASE_TEST(list_register_has_group_and_priority),
		BASE_TEST(nothing_is_shown_while_it_is_disabled),
		BASE_TEST(nothing_is_shown_while_its_group_is_off),
		BASE_TEST(group_zero_is_shown_as_such),
		BASE_TEST(disabling_takes_a_shown_interrupt_back),
		BASE_TEST(edges_before_the_acknowledge_are_one),
		BASE_TEST(an_edge_while_active_comes_after_the_end),
		BASE_TEST(an_edge_between_end_and_next_trap_is_not_lost),
		BASE_TEST(an_edge_between_acknowledge_and_next_trap_is_not_lost),
		BASE_TEST(a_level_comes_again_while_its_line_is_high),
		BASE_TEST(a_level_that_falls_before_the_acknowledge_is_gone),
		BASE_TEST(a_rising_line_of_an_edge_interrupt_is_one_edge),
		BASE_TEST(pending_can_be_written),
		BASE_TEST(pending_can_be_cleared_out_of_another_cores_list_register),
		BASE_TEST(an_edge_after_the_clear_of_pending_is_not_lost),
		BASE_TEST(a_level_cannot_be_cleared_while_its_line_is_high),
		BASE_TEST(active_can_be_cleared_by_the_core_that_has_it),
		BASE_TEST(active_can_be_cleared_by_another_core),
		BASE_TEST(active_that_is_written_blocks_until_it_is_cleared),
		BASE_TEST(many_come_in_the_order_of_their_priorities),
		BASE_TEST(underflow_is_asked_for_only_when_something_is_left),
		BASE_TEST(a_better_one_takes_the_place_of_a_shown_one),
		BASE_TEST(an_active_one_keeps_its_list_register),
		BASE_TEST(a_higher_priority_interrupts_a_handler),
		BASE_TEST(the_last_spi_is_delivered_and_none_behind_it),
		BASE_TEST(an_sgi_reaches_the_listed_cores),
		BASE_TEST(an_sgi_to_all_others_spares_the_sender),
		BASE_TEST(an_sgi_to_cores_that_do_not_exist_goes_nowhere),
		BASE_TEST(an_sgi_kicks_the_core_it_is_for),
		BASE_TEST(a_doorbell_sgi_is_raised_on_the_named_vcpu),
		BASE_TEST(a_timer_interrupt_is_tied_to_the_physical_one),
		BASE_TEST(the_next_timer_interrupt_after_an_unseen_end_is_not_lost),
		BASE_TEST(a_withdrawn_timer_interrupt_ends_the_physical_one),
		BASE_TEST(a_timer_withdrawn_while_disabled_does_not_come_later),
		BASE_TEST(a_timer_that_fires_while_disabled_comes_when_enabled),
		BASE_TEST(clearing_active_ends_the_physical_timer_interrupt),
		BASE_TEST(clearing_pending_does_not_silence_the_timer_for_ever),
		BASE_TEST(clearing_through_another_cores_frame_ends_it_there),
		BASE_TEST(clearing_a_disabled_timer_through_another_cores_frame_ends_it_there),
		BASE_TEST(both_timers_of_a_core_are_independent),
		BASE_TEST(a_device_interrupt_is_ended_by_the_guest),
		BASE_TEST(a_device_level_comes_again_while_it_is_high),
		BASE_TEST(a_device_edge_while_active_comes_after_the_end),
		BASE_TEST(a_device_interrupt_may_be_handled_on_another_core),
		BASE_TEST(clearing_a_device_interrupt_does_not_silence_it),
		BASE_TEST(a_core_that_stops_ends_the_device_interrupt_it_handles),
		BASE_TEST(an_spi_goes_where_it_is_routed),
		BASE_TEST(an_spi_for_any_core_goes_to_one),
		BASE_TEST(an_spi_routed_to_no_core_waits),
		BASE_TEST(rerouting_moves_an_interrupt_that_is_already_shown),
		BASE_TEST(rerouting_moves_a_level_that_is_already_shown),
		BASE_TEST(an_edge_while_active_elsewhere_follows_the_route),
		BASE_TEST(a_doorbell_takes_the_short_way_without_a_look_at_the_model),
		BASE_TEST(doorbells_by_the_short_way_coalesce_until_they_are_taken),
		BASE_TEST(a_doorbell_by_the_short_way_survives_the_next_look_at_the_model),
		BASE_TEST(a_doorbell_that_is_not_plain_goes_the_general_way),
		BASE_TEST(few_list_registers_leave_the_general_way),
		BASE_TEST(a_disabled_doorbell_leaves_the_short_way_of_another_core),
		BASE_TEST(kicks_follow_the_route_of_the_doorbell),
		BASE_TEST(a_doorbell_routed_away_while_shown_moves),
		BASE_TEST(a_core_that_stops_closes_its_short_way),
		BASE_TEST(an_spi_of_a_core_that_is_off_waits_for_it),
		BASE_TEST(a_core_that_stops_hands_its_spis_back),
		BASE_TEST(a_core_that_stops_ends_its_timers),
		BASE_TEST(a_core_that_starts_has_nothing_of_its_last_life),
		BASE_TEST(an_sgi_to_a_core_that_is_off_is_not_kept),
		BASE_TEST(reset_brings_back_power_on),
		BASE_TEST(nothing_is_done_on_entry_when_nothing_changed),
	};

	return cmocka_run_group_tests_name("emulated GIC", tests, NULL, NULL);
}
