/* SPDX-License-Identifier: Apache-2.0 */
/* The register frames of the emulated GICv3 against the document (IHI 0069, 12.8 to 12.11). */
#include "base_test.h"

#include <string.h>

#include "base_guest.h"
#include "dev/gic.h"

#define TIMER GIC_TIMER_VIRTUAL
#define TIMER_BIT (1u << TIMER)
#define SPI 40u
#define SPI_WORD (SPI / 32 * 4)
#define SPI_BIT (1u << SPI % 32)

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
	static const uint32_t offsets[] = {GICD_IGROUPR, GICD_ISENABLER, GICD_ISPENDR,
					   GICD_ISACTIVER};

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
	static const uint32_t offsets[] = {GICD_IGROUPR,    GICD_ISENABLER,      GICD_ISPENDR,
					   GICD_ISACTIVER,  GICD_ICFGR,          GICD_ICFGR + 4,
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
	};

	return cmocka_run_group_tests_name("emulated GIC, registers", tests, NULL, NULL);
}
