/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stage-2 tables, read back by a walker that knows the Arm ARM (D8.3, VMSAv8-64 descriptors)
 * and nothing of the code that built them.
 */
#include "base_test.h"

#include <stdlib.h>
#include <string.h>

#include "vm/stage2.h"

#define POOL_PAGES 64u
#define PAGE 0x1000ull
#define MIB 0x100000ull
#define GIB 0x40000000ull
#define IPA_TOP (1ull << 39)

static struct stage2 s2;
static struct page_pool pool;
static void *pool_memory;

/* What a walk finds. */
struct leaf {
	bool mapped;
	int level;
	uint64_t out;
	unsigned int memattr, s2ap, sh, xn;
	bool af;
};

static uint64_t bits(uint64_t v, int high, int low)
{
	return v << (63 - high) >> (63 - high + low);
}

static struct leaf walk(uint64_t at)
{
	const uint64_t *table = s2.root;
	struct leaf leaf = {.mapped = false};

	for (int level = 1; level <= 3; level++) {
		int low = 12 + 9 * (3 - level);
		uint64_t d = table[bits(at, low + 8, low)];

		if (!(d & 1))
			return leaf;
		if (level < 3 && d & 2) {
			assert_int_equal(bits(d, 63, 48), 0);
			table = (const uint64_t *)(uintptr_t)(bits(d, 47, 12) << 12);
			continue;
		}
		/* At level 3 only 0b11 is a page. */
		assert_true(level < 3 || d & 2);
		assert_int_equal(level < 3 ? bits(d, low - 1, 12) : 0, 0);
		leaf = (struct leaf){
			.mapped = true,
			.level = level,
			.out = (bits(d, 47, low) << low) + bits(at, low - 1, 0),
			.memattr = (unsigned int)bits(d, 5, 2),
			.s2ap = (unsigned int)bits(d, 7, 6),
			.sh = (unsigned int)bits(d, 9, 8),
			.af = bits(d, 10, 10),
			.xn = (unsigned int)bits(d, 54, 53),
		};
		return leaf;
	}
	return leaf;
}

static void fresh_tables(bool fwb, unsigned int pages)
{
	free(pool_memory);
	pool_memory = aligned_alloc(PAGE, POOL_PAGES * PAGE);
	assert_non_null(pool_memory);
	memset(pool_memory, 0xff, POOL_PAGES * PAGE);
	pool = (struct page_pool){(uintptr_t)pool_memory, (uintptr_t)pool_memory + pages * PAGE};
	assert_true(stage2_init(&s2, &pool, fwb));
}

static int drop_tables(void **state)
{
	(void)state;
	free(pool_memory);
	pool_memory = NULL;
	return 0;
}

static bool map(uint64_t at, uint64_t to, uint64_t size, enum stage2_rights rights)
{
	return stage2_map(&s2, &pool, ipa(at), pa(to), size, rights);
}

static unsigned int pages_used(void)
{
	return (unsigned int)((pool.next - (uintptr_t)pool_memory) / PAGE);
}

/* Every page of a mapping, and the pages around it. */
static void check_mapping(uint64_t at, uint64_t to, uint64_t size, unsigned int s2ap)
{
	for (uint64_t off = 0; off < size; off += PAGE) {
		struct leaf l = walk(at + off + off / PAGE % PAGE);

		if (!l.mapped || l.out != to + off + off / PAGE % PAGE || l.s2ap != s2ap || !l.af)
			fail_msg("0x%llx: wrong translation", (unsigned long long)(at + off));
	}
	if (at)
		assert_false(walk(at - 1).mapped);
	if (at + size < IPA_TOP)
		assert_false(walk(at + size).mapped);
}

static void an_empty_table_maps_nothing(void **state)
{
	uint32_t seed = 1;

	(void)state;
	fresh_tables(true, POOL_PAGES);
	for (int n = 0; n < 100000; n++)
		assert_false(walk(((uint64_t)fake_random(&seed) << 12 | 5) % IPA_TOP).mapped);
}

static void a_page_is_a_page(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x2a800000, 0x5000, PAGE, STAGE2_RAM));
	check_mapping(0x2a800000, 0x5000, PAGE, 3);
	assert_int_equal(walk(0x2a800000).level, 3);
}

static void aligned_memory_is_mapped_by_blocks(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x40000000, 0x80000000, 2 * GIB, STAGE2_RAM));
	assert_int_equal(walk(0x40000000).level, 1);
	assert_int_equal(pages_used(), 1);
	assert_true(map(0x2a800000, 0x50800000, 4 * MIB, STAGE2_SHARED_RW));
	assert_int_equal(walk(0x2a800000).level, 2);
	assert_int_equal(walk(0x2aa00000).level, 2);
	assert_int_equal(pages_used(), 2);
	check_mapping(0x2a800000, 0x50800000, 4 * MIB, 3);
	check_mapping(0x40000000, 0x80000000, 2 * GIB, 3);
}

static void memory_unequally_aligned_is_mapped_by_pages(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x2a800000, 0x50801000, 4 * MIB, STAGE2_RAM));
	assert_int_equal(walk(0x2a800000).level, 3);
	check_mapping(0x2a800000, 0x50801000, 4 * MIB, 3);
}

static void a_mapping_uses_pages_at_its_edges_and_blocks_between(void **state)
{
	const uint64_t at = 0x3ffff000, to = 0x7ffff000, size = PAGE + GIB + 2 * MIB + 2 * PAGE;

	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(at, to, size, STAGE2_RAM));
	assert_int_equal(walk(at).level, 3);
	assert_int_equal(walk(at + PAGE).level, 1);
	assert_int_equal(walk(at + PAGE + GIB).level, 2);
	assert_int_equal(walk(at + PAGE + GIB + 2 * MIB).level, 3);
	check_mapping(at, to, size, 3);
}

static void the_top_of_the_39_bit_space_can_be_mapped(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(IPA_TOP - 2 * PAGE, 0x9000, 2 * PAGE, STAGE2_RAM));
	check_mapping(IPA_TOP - 2 * PAGE, 0x9000, 2 * PAGE, 3);
}

static void the_physical_address_may_have_48_bits(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x1000, 0xfffffffff000, PAGE, STAGE2_RAM));
	assert_int_equal(walk(0x1000).out, 0xfffffffff000);
}

static void rights_are_those_asked_for(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x100000, 0x100000, PAGE, STAGE2_RAM));
	assert_true(map(0x200000, 0x200000, PAGE, STAGE2_SHARED_RW));
	assert_true(map(0x300000, 0x300000, PAGE, STAGE2_SHARED_RO));
	/* S2AP: 0b01 read, 0b11 read and write. XN: 0b00 EL1 and EL0 execute, 0b10 neither. */
	assert_int_equal(walk(0x100000).s2ap, 3);
	assert_int_equal(walk(0x100000).xn, 0);
	assert_int_equal(walk(0x200000).s2ap, 3);
	assert_int_equal(walk(0x200000).xn, 2);
	assert_int_equal(walk(0x300000).s2ap, 1);
	assert_int_equal(walk(0x300000).xn, 2);
}

static void devices_are_device_memory_and_not_executable(void **state)
{
	(void)state;
	for (int fwb = 0; fwb < 2; fwb++) {
		struct leaf l;

		fresh_tables(fwb, POOL_PAGES);
		assert_true(map(0x0a000000, 0x0a000000, PAGE, STAGE2_DEVICE));
		l = walk(0x0a000000);
		assert_int_equal(l.memattr, 1); /* Device-nGnRE */
		assert_int_equal(l.s2ap, 3);
		assert_int_equal(l.xn, 2);
		assert_true(l.af);
	}
}

static void identity_is_told_page_by_page(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x0a000000, 0x0a000000, PAGE, STAGE2_DEVICE));
	assert_true(map(0x0a002000, 0x0a003000, PAGE, STAGE2_DEVICE));
	assert_true(stage2_is_identity(&s2, ipa(0x0a000000)));
	assert_true(stage2_is_identity(&s2, ipa(0x0a000fff)));
	assert_false(stage2_is_identity(&s2, ipa(0x0a001000)));
	assert_false(stage2_is_identity(&s2, ipa(0x0a002000)));
	assert_false(stage2_is_identity(&s2, ipa(0x40000000)));
}

static void memory_is_normal_write_back_inner_shareable(void **state)
{
	static const enum stage2_rights rights[] = {STAGE2_RAM, STAGE2_SHARED_RW, STAGE2_SHARED_RO};

	(void)state;
	for (int fwb = 0; fwb < 2; fwb++) {
		fresh_tables(fwb, POOL_PAGES);
		for (uint64_t n = 0; n < COUNT(rights); n++) {
			struct leaf l;

			assert_true(map(n * 2 * MIB, n * 2 * MIB, 2 * MIB, rights[n]));
			l = walk(n * 2 * MIB);
			/* With FWB 0b0110 forces write-back; without it 0b1111 is write-back at
			 * stage 2. */
			assert_int_equal(l.memattr, fwb ? 6 : 15);
			assert_int_equal(l.sh, 3);
			assert_true(l.af);
		}
	}
}

static void nothing_is_mapped_twice(void **state)
{
	(void)state;
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x40000000, 0x40000000, 4 * MIB, STAGE2_RAM));
	assert_false(map(0x40000000, 0x60000000, 4 * MIB, STAGE2_RAM));
	assert_false(map(0x403ff000, 0x60000000, PAGE, STAGE2_SHARED_RW));
	assert_false(map(0x3ffff000, 0x60000000, 2 * PAGE, STAGE2_RAM));
	assert_true(map(0x50001000, 0x50001000, PAGE, STAGE2_RAM));
	assert_false(map(0x50000000, 0x50000000, 2 * MIB, STAGE2_RAM));
	assert_false(map(0x50001000, 0x50001000, PAGE, STAGE2_RAM));
	/* What was there is as it was. */
	for (uint64_t off = 0; off < 4 * MIB; off += PAGE)
		assert_int_equal(walk(0x40000000 + off).out, 0x40000000 + off);
}

static void an_empty_pool_is_told(void **state)
{
	struct page_pool none = {0, 0};
	struct stage2 other;

	(void)state;
	assert_false(stage2_init(&other, &none, true));
	for (unsigned int pages = 1; pages < 3; pages++) {
		fresh_tables(true, pages);
		assert_false(map(0x1000, 0x1000, PAGE, STAGE2_RAM));
	}
	fresh_tables(true, 3);
	assert_true(map(0x1000, 0x1000, PAGE, STAGE2_RAM));
	assert_true(map(0x2000, 0x7000, PAGE, STAGE2_RAM));
	assert_false(map(0x200000, 0x201000, PAGE, STAGE2_RAM));
}

static void tables_start_empty_whatever_the_memory_held(void **state)
{
	(void)state;
	/* fresh_tables fills the pool with ones. */
	fresh_tables(true, POOL_PAGES);
	assert_true(map(0x40001000, 0x1000, PAGE, STAGE2_RAM));
	check_mapping(0x40001000, 0x1000, PAGE, 3);
	for (uint64_t at = 0x40000000; at < 0x40200000; at += PAGE)
		assert_int_equal(walk(at).mapped, at == 0x40001000);
}

/* The windows of a VM as the default system has them, and random looks at everything else. */
static void a_whole_vm_has_its_windows_and_nothing_else(void **state)
{
	static const struct {
		uint64_t at, to, size;
		enum stage2_rights rights;
	} windows[] = {
		{0x2b000000, 0x51000000, 0x1000000, STAGE2_RAM},
		{0x2a800000, 0x50800000, 0x400000, STAGE2_SHARED_RW},
		{0x2ac00000, 0x50c05000, 0x400000, STAGE2_SHARED_RO},
		{0x1234560000, 0x90003000, 0x801000, STAGE2_SHARED_RW},
	};
	uint32_t seed = 3;

	(void)state;
	fresh_tables(false, POOL_PAGES);
	for (size_t n = 0; n < COUNT(windows); n++)
		assert_true(map(windows[n].at, windows[n].to, windows[n].size, windows[n].rights));
	for (int round = 0; round < 1000000; round++) {
		/* Half of them near the windows. */
		uint64_t at = (uint64_t)fake_random(&seed) << 32 | fake_random(&seed);
		const uint64_t near = 0x2a000000 + at % 0x3000000;
		uint64_t want = 0;
		struct leaf l;

		at = round & 1 ? near : at % IPA_TOP;
		for (size_t n = 0; n < COUNT(windows); n++) {
			if (at - windows[n].at < windows[n].size)
				want = windows[n].to + (at - windows[n].at);
		}
		l = walk(at);
		assert_int_equal(l.mapped, want != 0);
		assert_int_equal(l.out, want);
	}
}

static void random_mappings_are_what_was_asked_for(void **state)
{
	uint32_t seed = 99;

	(void)state;
	for (int round = 0; round < 200; round++) {
		uint64_t at = (uint64_t)(fake_random(&seed) % 0x8000) << 12;
		uint64_t to = (uint64_t)fake_random(&seed) << 12;
		uint64_t size = (uint64_t)(1 + fake_random(&seed) % 3000) << 12;

		/* Often with the same alignment, so that blocks occur. */
		if (round & 1)
			to = (to & ~(2 * MIB - 1)) | (at & (2 * MIB - 1));
		fresh_tables(round & 2, POOL_PAGES);
		assert_true(map(at, to, size, STAGE2_RAM));
		check_mapping(at, to, size, 3);
	}
}

#define TABLE_TEST(function) cmocka_unit_test_setup_teardown(function, fakes_reset, drop_tables)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TABLE_TEST(an_empty_table_maps_nothing),
		TABLE_TEST(a_page_is_a_page),
		TABLE_TEST(aligned_memory_is_mapped_by_blocks),
		TABLE_TEST(memory_unequally_aligned_is_mapped_by_pages),
		TABLE_TEST(a_mapping_uses_pages_at_its_edges_and_blocks_between),
		TABLE_TEST(the_top_of_the_39_bit_space_can_be_mapped),
		TABLE_TEST(the_physical_address_may_have_48_bits),
		TABLE_TEST(rights_are_those_asked_for),
		TABLE_TEST(devices_are_device_memory_and_not_executable),
		TABLE_TEST(identity_is_told_page_by_page),
		TABLE_TEST(memory_is_normal_write_back_inner_shareable),
		TABLE_TEST(nothing_is_mapped_twice),
		TABLE_TEST(an_empty_pool_is_told),
		TABLE_TEST(tables_start_empty_whatever_the_memory_held),
		TABLE_TEST(a_whole_vm_has_its_windows_and_nothing_else),
		TABLE_TEST(random_mappings_are_what_was_asked_for),
	};

	return cmocka_run_group_tests_name("stage-2 tables", tests, NULL, NULL);
}
