/* SPDX-License-Identifier: Apache-2.0 */
/* Where VMs and regions lie in the machine's memory. */
#include "base_test.h"

#include <stdio.h>
#include <string.h>

#include "base_description.h"
#include "vm/place.h"
#include "vm/pmem.h"

static struct system sys;
static struct host host;
static _Alignas(8) char description[TREE_SIZE];
static unsigned int report_count;
static char reported[512];

static void collect(const char *path, const char *property, const char *reason)
{
	report_count++;
	snprintf(reported, sizeof(reported), "%s: %s: %s", path, property ? property : "", reason);
}

/* The default system on a machine with nothing reserved but the bundle. */
static int default_system(void **state)
{
	fakes_reset(state);
	memset(&sys, 0, sizeof(sys));
	report_count = 0;
	good_description(description);
	host = good_host();
	host.ram[0] = (struct range){0x20000000, 0x80000000};
	sys.fdt = description;
	sys.region_count = 2;
	sys.regions[0].node = fdt_path_offset(description, "/regions/region@2a800000");
	sys.regions[0].at = ipa(0x2a800000);
	sys.regions[0].size = 0x400000;
	sys.regions[1].node = fdt_path_offset(description, "/regions/region@2ac00000");
	sys.regions[1].at = ipa(0x2ac00000);
	sys.regions[1].size = 0x400000;
	sys.vms[0].used = sys.vms[1].used = true;
	sys.vms[0].node = fdt_path_offset(description, "/vms/vm@0");
	sys.vms[0].memory = ipa(0x40000000);
	sys.vms[0].memory_size = 0x10000000;
	sys.vms[1].node = fdt_path_offset(description, "/vms/vm@1");
	sys.vms[1].memory = ipa(0x2b000000);
	sys.vms[1].memory_size = 0x1000000;
	return 0;
}

static unsigned int place_all(void)
{
	return system_place(&sys, &host, collect);
}

static void where_the_machine_has_free_memory_guests_see_it_one_to_one(void **state)
{
	(void)state;
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.regions[0].pa.pa, 0x2a800000);
	assert_int_equal(sys.regions[1].pa.pa, 0x2ac00000);
	assert_int_equal(sys.vms[0].memory_pa.pa, 0x40000000);
	assert_int_equal(sys.vms[1].memory_pa.pa, 0x2b000000);
}

static void without_memory_there_the_lowest_free_place_is_taken(void **state)
{
	(void)state;
	/* QEMU's machine: nothing below 0x40000000, and the base lies at its start. */
	host.ram[0] = (struct range){0x40000000, 0x80000000};
	host_reserve(&host, 0x40000000, 0x400000);
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.regions[0].pa.pa, 0x40400000);
	assert_int_equal(sys.regions[1].pa.pa, 0x40800000);
}

static void memory_that_is_reserved_in_part_is_not_used_one_to_one(void **state)
{
	(void)state;
	host_reserve(&host, 0x2affffff, 1);
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.regions[0].pa.pa, 0x2a800000);
	assert_int_equal(sys.regions[1].pa.pa, 0x20000000);
}

static void memory_that_ends_too_early_is_not_used_one_to_one(void **state)
{
	(void)state;
	host.ram[0] = (struct range){0x20000000, 0x0affffff};
	host.ram[1] = (struct range){0x80000000, 0x40000000};
	host.ram_count = 2;
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.regions[0].pa.pa, 0x2a800000);
	assert_int_equal(sys.regions[1].pa.pa, 0x20000000);
	assert_int_equal(sys.vms[0].memory_pa.pa, 0x80000000);
}

static void large_sizes_lie_on_blocks_and_small_ones_on_pages(void **state)
{
	(void)state;
	host.ram[0] = (struct range){0x80001000, 0x40000000};
	sys.regions[0].size = 0x3000;
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.regions[0].pa.pa, 0x80001000);
	assert_int_equal(sys.regions[1].pa.pa, 0x80200000);
}

static void regions_of_different_vms_may_have_one_address_but_not_one_memory(void **state)
{
	(void)state;
	sys.regions[1].at = sys.regions[0].at;
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.regions[0].pa.pa, 0x2a800000);
	assert_int_equal(sys.regions[1].pa.pa, 0x20000000);
}

static void what_does_not_fit_is_named(void **state)
{
	(void)state;
	sys.vms[0].memory_size = 0x100000000;
	assert_int_equal(place_all(), 1);
	assert_int_equal(report_count, 1);
	assert_non_null(strstr(reported, "/vms/vm@0: memory: "));
	assert_non_null(strstr(reported, "no 0x100000000 bytes of free memory"));
	assert_int_equal(sys.vms[1].memory_pa.pa, 0x2b000000);
}

static void a_region_that_does_not_fit_is_named(void **state)
{
	(void)state;
	sys.regions[1].size = 0xc0000000;
	assert_int_equal(place_all(), 1);
	assert_non_null(strstr(reported, "/regions/region@2ac00000: reg: "));
}

static void everything_that_does_not_fit_is_named(void **state)
{
	(void)state;
	host.ram[0] = (struct range){0x90000000, 0x1000};
	assert_int_equal(place_all(), 4);
	assert_int_equal(report_count, 4);
}

static void the_largest_free_piece_is_told(void **state)
{
	(void)state;
	/* Free: 0x20000000 to 0x28000000 and 0x2c000000 to 0xa0000000. */
	host_reserve(&host, 0x28000000, 0x4000000);
	assert_int_equal(pmem_largest(&host, BLOCK_SIZE), 0xa0000000 - 0x2c000000);
	sys.vms[0].memory_size = 0x80000000;
	sys.vms[1].used = false;
	sys.region_count = 0;
	assert_int_equal(place_all(), 1);
	assert_non_null(strstr(reported, "the largest has 0x74000000"));
}

static void a_vm_with_devices_lies_where_the_devices_see_it(void **state)
{
	(void)state;
	/* A region asks for the same memory and comes first in the description. */
	sys.vms[1].device_count = 1;
	sys.regions[0].at = sys.vms[1].memory;
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.vms[1].memory_pa.pa, 0x2b000000);
	assert_int_not_equal(sys.regions[0].pa.pa, 0x2b000000);
}

static void a_vm_with_devices_that_cannot_lie_there_is_refused(void **state)
{
	(void)state;
	sys.vms[1].device_count = 1;
	host_reserve(&host, 0x2bfff000, 0x1000);
	assert_int_equal(place_all(), 1);
	assert_non_null(strstr(reported, "/vms/vm@1: memory: must be free memory of the machine"));
	assert_non_null(strstr(reported, "0x2b000000 is not"));
}

static void a_vm_that_is_not_used_gets_nothing(void **state)
{
	(void)state;
	sys.vms[2].memory = ipa(0x60000000);
	sys.vms[2].memory_size = 0x1000000;
	assert_int_equal(place_all(), 0);
	assert_int_equal(sys.vms[2].memory_pa.pa, 0);
	assert_true(pmem_take(&host, 0x60000000, 0x1000000));
}

/* Physical memory by itself */

static void memory_is_given_once(void **state)
{
	(void)state;
	assert_true(pmem_take(&host, 0x30000000, 0x2000));
	assert_false(pmem_take(&host, 0x30000000, 0x1000));
	assert_false(pmem_take(&host, 0x30001000, 0x1000));
	assert_false(pmem_take(&host, 0x2ffff000, 0x4000));
	assert_true(pmem_take(&host, 0x30002000, 0x1000));
	assert_true(pmem_take(&host, 0x2ffff000, 0x1000));
}

static void what_is_no_memory_is_not_given(void **state)
{
	(void)state;
	assert_false(pmem_take(&host, 0x1ffff000, 0x1000));
	assert_false(pmem_take(&host, 0x1ffff000, 0x2000));
	assert_false(pmem_take(&host, 0xa0000000, 0x1000));
	assert_false(pmem_take(&host, 0x9ffff000, 0x2000));
	assert_false(pmem_take(&host, 0xfffffffffffff000, 0x1000));
	assert_false(pmem_take(&host, 0x20000000, ~0xfffull));
}

static void when_no_more_ranges_can_be_kept_nothing_is_given(void **state)
{
	paddr_t at;

	(void)state;
	while (host.reserved_count < HOST_RANGES)
		assert_true(pmem_alloc(&host, 0x1000, 0x1000, &at));
	assert_false(pmem_alloc(&host, 0x1000, 0x1000, &at));
	assert_false(pmem_take(&host, 0x90000000, 0x1000));
}

static void the_whole_of_a_bank_can_be_given(void **state)
{
	paddr_t at;

	(void)state;
	host.ram[0] = (struct range){0x200000, 0x400000};
	assert_int_equal(pmem_largest(&host, BLOCK_SIZE), 0x400000);
	assert_true(pmem_alloc(&host, 0x400000, BLOCK_SIZE, &at));
	assert_int_equal(at.pa, 0x200000);
	assert_int_equal(pmem_largest(&host, PAGE_SIZE), 0);
}

static void pages_of_a_pool_are_zeroed_and_end(void **state)
{
	static _Alignas(4096) char memory[2 * 4096];
	struct page_pool pool = {(uintptr_t)memory, (uintptr_t)memory + sizeof(memory)};
	static const char zero[4096];

	(void)state;
	memset(memory, 0x5a, sizeof(memory));
	assert_ptr_equal(pool_page(&pool), memory);
	assert_memory_equal(memory, zero, sizeof(zero));
	assert_int_equal(memory[4096], 0x5a);
	assert_ptr_equal(pool_page(&pool), memory + 4096);
	assert_null(pool_page(&pool));
	assert_null(pool_page(&pool));
}

/* Random machines and systems */

static bool overlap(const struct range *a, const struct range *b)
{
	return a->start < b->start + b->size && b->start < a->start + a->size;
}

static void random_machine(uint32_t *seed)
{
	uint64_t at = 0x1000000ull * (1 + fake_random(seed) % 64);

	memset(&host, 0, sizeof(host));
	host.ram_count = 1 + fake_random(seed) % 3;
	for (uint32_t n = 0; n < host.ram_count; n++) {
		host.ram[n] = (struct range){at, 0x1000ull * (1 + fake_random(seed) % 0x40000)};
		at += host.ram[n].size + 0x1000ull * (fake_random(seed) % 0x10000);
	}
	for (uint32_t n = fake_random(seed) % 12; n; n--)
		host_reserve(&host, fake_random(seed) % 0xffffffff,
			     1 + fake_random(seed) % 0x4000000);
}

static void random_system(uint32_t *seed)
{
	memset(&sys, 0, sizeof(sys));
	sys.fdt = description;
	sys.region_count = 1 + fake_random(seed) % 8;
	for (uint32_t n = 0; n < sys.region_count; n++) {
		sys.regions[n].at = ipa(0x1000ull * (fake_random(seed) % 0x100000));
		sys.regions[n].size = 0x1000ull * (1 + fake_random(seed) % 0x800);
	}
	for (uint32_t n = 1 + fake_random(seed) % 4; n; n--) {
		sys.vms[n].used = true;
		sys.vms[n].memory = ipa(0x200000ull * (fake_random(seed) % 0x800));
		sys.vms[n].memory_size = 0x200000ull * (1 + fake_random(seed) % 64);
	}
}

static uint32_t placed(struct range *list)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < sys.region_count; k++)
		list[n++] = (struct range){sys.regions[k].pa.pa, sys.regions[k].size};
	for (uint32_t k = 0; k < FUSIONDOCK_VM_MAX; k++) {
		if (sys.vms[k].used)
			list[n++] = (struct range){sys.vms[k].memory_pa.pa, sys.vms[k].memory_size};
	}
	return n;
}

static void nothing_that_is_placed_overlaps_anything(void **state)
{
	struct range list[FUSIONDOCK_REGION_MAX + FUSIONDOCK_VM_MAX];
	unsigned int whole = 0;
	uint32_t seed = 42;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct host before;
		uint32_t count;

		random_machine(&seed);
		random_system(&seed);
		before = host;
		if (place_all())
			continue;
		whole++;
		count = placed(list);
		for (uint32_t a = 0; a < count; a++) {
			assert_true(host_is_ram(&before, list[a].start, list[a].size));
			assert_int_equal(list[a].start % PAGE_SIZE, 0);
			for (uint32_t b = 0; b < before.reserved_count; b++)
				assert_false(overlap(&list[a], &before.reserved[b]));
			for (uint32_t b = a + 1; b < count; b++)
				assert_false(overlap(&list[a], &list[b]));
		}
	}
	/* The machines are small enough to fail and large enough to succeed. */
	assert_in_range(whole, 300, 2900); /* of 3000 */
}

static void the_largest_piece_is_exactly_what_can_be_given(void **state)
{
	uint32_t seed = 77;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		uint64_t align = round & 1 ? BLOCK_SIZE : PAGE_SIZE, size;
		struct host copy;
		paddr_t at;

		random_machine(&seed);
		copy = host;
		size = pmem_largest(&host, align);
		if (size)
			assert_true(pmem_alloc(&host, size, align, &at));
		assert_false(pmem_alloc(&copy, size + align, align, &at));
	}
}

#define PLACE_TEST(function) cmocka_unit_test_setup(function, default_system)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(where_the_machine_has_free_memory_guests_see_it_one_to_one),
		PLACE_TEST(without_memory_there_the_lowest_free_place_is_taken),
		PLACE_TEST(memory_that_is_reserved_in_part_is_not_used_one_to_one),
		PLACE_TEST(memory_that_ends_too_early_is_not_used_one_to_one),
		PLACE_TEST(large_sizes_lie_on_blocks_and_small_ones_on_pages),
		PLACE_TEST(regions_of_different_vms_may_have_one_address_but_not_one_memory),
		PLACE_TEST(what_does_not_fit_is_named),
		PLACE_TEST(a_region_that_does_not_fit_is_named),
		PLACE_TEST(everything_that_does_not_fit_is_named),
		PLACE_TEST(the_largest_free_piece_is_told),
		PLACE_TEST(a_vm_with_devices_lies_where_the_devices_see_it),
		PLACE_TEST(a_vm_with_devices_that_cannot_lie_there_is_refused),
		PLACE_TEST(a_vm_that_is_not_used_gets_nothing),
		PLACE_TEST(memory_is_given_once),
		PLACE_TEST(what_is_no_memory_is_not_given),
		PLACE_TEST(when_no_more_ranges_can_be_kept_nothing_is_given),
		PLACE_TEST(the_whole_of_a_bank_can_be_given),
		PLACE_TEST(pages_of_a_pool_are_zeroed_and_end),
		PLACE_TEST(nothing_that_is_placed_overlaps_anything),
		PLACE_TEST(the_largest_piece_is_exactly_what_can_be_given),
	};

	return cmocka_run_group_tests_name("physical memory", tests, NULL, NULL);
}
