/* SPDX-License-Identifier: Apache-2.0 */
/* A VM from its description to its first instruction, and the work that others post to it. */
#include "base_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/sysreg.h"
#include "base_description.h"
#include "vm/linux.h"

#define POOL_PAGES 64u
#define FWB (1ull << 40) /* ID_AA64MMFR2_EL1.FWB */
#define MIB 0x100000ull

static struct cpu cpus[4];
static struct host host;
static struct page_pool pool;
static void *pool_memory;
static unsigned char *memory;
static _Alignas(8) char description[TREE_SIZE], machine[TREE_SIZE];
static char reported[320];
static unsigned char image[3000];

static void collect(const char *path, const char *property, const char *reason)
{
	snprintf(reported, sizeof(reported), "%s: %s: %s", path, property ? property : "", reason);
}

static void describe(uint32_t id, enum guest_kind guest, uint32_t first_core, uint32_t cores)
{
	struct vm_desc *d = &the_system.vms[id];

	d->used = true;
	d->node = fdt_path_offset(description, id ? "/vms/vm@1" : "/vms/vm@0");
	d->guest = guest;
	d->cpu_count = cores;
	for (uint32_t n = 0; n < cores; n++)
		d->cpus[n] = first_core + n;
	d->memory = ipa(0x40000000);
	d->memory_size = 4 * MIB;
	d->memory_pa = ptr_pa(memory);
	d->gicd = ipa(0x08000000);
	d->gicr = ipa(0x080a0000);
	d->uart = ipa(0x09000000);
	d->uart_intid = 33;
	d->doorbell_count = 2;
	d->doorbells[0] = 64;
	d->doorbells[1] = 65;
	d->image = (struct image){image, sizeof(image)};
	vms[id].id = id;
	vms[id].desc = d;
}

static int two_vms(void **state)
{
	fakes_reset(state);
	pool_memory = aligned_alloc(4096, POOL_PAGES * 4096);
	memory = aligned_alloc(2 * MIB, 4 * MIB);
	assert_true(pool_memory && memory);
	pool = (struct page_pool){(uintptr_t)pool_memory,
				  (uintptr_t)pool_memory + POOL_PAGES * 4096};
	memset(memory, 0xee, 4 * MIB);
	good_description(description);
	good_machine(machine);
	assert_null(host_read(machine, &host));
	memset(cpus, 0, sizeof(cpus));
	for (uint32_t n = 0; n < 4; n++)
		cpus[n].mpidr = n;
	for (size_t n = 0; n < sizeof(image); n++)
		image[n] = (unsigned char)(n * 7 + 1);
	the_system.fdt = description;
	describe(0, GUEST_FLAT, 1, 2);
	describe(1, GUEST_FLAT, 3, 1);
	fake_sysreg_set("id_aa64mmfr2_el1", FWB);
	return 0;
}

static int free_memory(void **state)
{
	(void)state;
	free(pool_memory);
	free(memory);
	return 0;
}

static bool prepare(uint32_t id)
{
	return vm_prepare(&vms[id], &host, cpus, &pool, collect);
}

static void make_kernel(void)
{
	const uint64_t size = MIB;

	memset(image, 0, 64);
	memcpy(image + 16, &size, sizeof(size));
	memcpy(image + 56, "ARM\x64", 4);
	the_system.vms[0].guest = GUEST_LINUX;
	memcpy(the_system.vms[0].label, "linux", 6);
}

static void cores_are_connected_by_their_mpidr(void **state)
{
	(void)state;
	assert_true(prepare(0));
	assert_ptr_equal(vms[0].vcpus[0].cpu, &cpus[1]);
	assert_ptr_equal(vms[0].vcpus[1].cpu, &cpus[2]);
	assert_ptr_equal(cpus[1].vcpu, &vms[0].vcpus[0]);
	assert_ptr_equal(cpus[2].vcpu, &vms[0].vcpus[1]);
	assert_null(cpus[0].vcpu);
	assert_null(cpus[3].vcpu);
	assert_int_equal(vms[0].vcpus[1].vgic.index, 1);
	assert_int_equal(vms[0].vgic.cpu_count, 2);
}

static void each_vm_has_tables_and_a_vmid_of_its_own(void **state)
{
	(void)state;
	assert_true(prepare(0));
	assert_true(prepare(1));
	assert_int_equal(vms[0].vttbr >> 48, 1);
	assert_int_equal(vms[1].vttbr >> 48, 2);
	assert_int_equal(vms[0].vttbr & 0xffffffffffff, (uintptr_t)vms[0].stage2.root);
	assert_int_not_equal(vms[0].vttbr & 0xffffffffffff, vms[1].vttbr & 0xffffffffffff);
}

static void the_guest_is_confined_by_hcr(void **state)
{
	const uint64_t needed =
		HCR_VM | HCR_SWIO | HCR_FMO | HCR_IMO | HCR_AMO | HCR_TSC | HCR_TID3 | HCR_RW;
	const uint64_t never =
		1ull << 27 | 1ull << 29 | 1ull << 26 | 1ull << 30; /* TGE, HCD, TVM, TRVM */

	(void)state;
	assert_true(prepare(0));
	assert_int_equal(vms[0].hcr & needed, needed);
	assert_int_equal(vms[0].hcr & never, 0);
}

static void memory_types_are_forced_or_a_missing_mmu_replaced(void **state)
{
	(void)state;
	assert_true(prepare(0));
	assert_true(vms[0].hcr & HCR_FWB);
	assert_false(vms[0].hcr & HCR_DC);
	assert_true(vms[0].stage2.fwb);
	fake_sysreg_set("id_aa64mmfr2_el1", 0);
	assert_true(prepare(1));
	assert_false(vms[1].hcr & HCR_FWB);
	assert_true(vms[1].hcr & HCR_DC);
	assert_false(vms[1].stage2.fwb);
}

static void linux_keeps_its_own_memory_types(void **state)
{
	(void)state;
	fake_sysreg_set("id_aa64mmfr2_el1", 0);
	make_kernel();
	assert_true(prepare(0));
	assert_false(vms[0].hcr & (HCR_DC | HCR_FWB));
}

/* The descriptor of a page of 4 KiB or a block of 2 MiB; 0: nothing is mapped. */
static uint64_t leaf(const struct vm *vm, uint64_t at)
{
	const uint64_t *l1 = vm->stage2.root, *l2, *l3;

	if (!(l1[at >> 30] & 1))
		return 0;
	l2 = (const uint64_t *)(uintptr_t)(l1[at >> 30] & 0xfffffffff000);
	if (!(l2[at >> 21 & 511] & 2))
		return l2[at >> 21 & 511];
	l3 = (const uint64_t *)(uintptr_t)(l2[at >> 21 & 511] & 0xfffffffff000);
	return l3[at >> 12 & 511];
}

static void memory_and_visible_regions_are_mapped(void **state)
{
	(void)state;
	the_system.region_count = 3;
	the_system.regions[0] = (struct region_desc){
		.at = ipa(0x2a800000), .size = 0x1000, .pa = pa(0x7000), .read_write = 3};
	the_system.regions[1] = (struct region_desc){.at = ipa(0x2a801000),
						     .size = 0x1000,
						     .pa = pa(0x8000),
						     .read_write = 2,
						     .read_only = 1};
	the_system.regions[2] = (struct region_desc){
		.at = ipa(0x2a802000), .size = 0x1000, .pa = pa(0x9000), .read_write = 2};
	assert_true(prepare(0));
	assert_int_equal(leaf(&vms[0], 0x40000000) & 0xffffffe00000, (uintptr_t)memory);
	assert_int_equal(leaf(&vms[0], 0x40200000) & 0xffffffe00000, (uintptr_t)memory + 2 * MIB);
	assert_int_equal(leaf(&vms[0], 0x40400000), 0);
	assert_int_equal(leaf(&vms[0], 0x2a800000) & 0xfffffffff000, 0x7000);
	assert_int_equal(leaf(&vms[0], 0x2a800000) >> 6 & 3, 3);
	assert_int_equal(leaf(&vms[0], 0x2a801000) & 0xfffffffff000, 0x8000);
	assert_int_equal(leaf(&vms[0], 0x2a801000) >> 6 & 3, 1);
	assert_int_equal(leaf(&vms[0], 0x2a802000), 0);
}

static void devices_are_mapped_one_to_one(void **state)
{
	struct device_desc *d = &the_system.vms[0].devices[0];

	(void)state;
	the_system.vms[0].device_count = 2;
	d[0].reg_count = d[1].reg_count = 1;
	/* Two on one page, the second across its end. */
	d[0].regs[0] = (struct range){0x0a000000, 0x200};
	d[1].regs[0] = (struct range){0x0a000e00, 0x400};
	assert_true(prepare(0));
	assert_int_equal(leaf(&vms[0], 0x0a000000) & 0xfffffffff000, 0x0a000000);
	assert_int_equal(leaf(&vms[0], 0x0a001000) & 0xfffffffff000, 0x0a001000);
	assert_int_equal(leaf(&vms[0], 0x0a002000), 0);
}

static void a_pool_that_ends_is_reported(void **state)
{
	(void)state;
	pool.end = pool.next + 4096;
	assert_false(prepare(0));
	assert_string_equal(reported, "/vms/vm@0: : no page left for its stage-2 tables");
	make_kernel();
	pool.end = pool.next + 8 * 4096;
	assert_false(prepare(0));
	assert_string_equal(reported, "/vms/vm@0: : no page left for its device tree");
}

static void a_kernel_that_is_none_is_reported(void **state)
{
	(void)state;
	the_system.vms[0].guest = GUEST_LINUX;
	assert_false(prepare(0));
	assert_non_null(strstr(reported, "/vms/vm@0: image: is no arm64 Linux Image"));
}

static void a_flat_image_lies_and_starts_at_the_memorys_start(void **state)
{
	uint64_t context = 1;

	(void)state;
	assert_true(prepare(0));
	assert_int_equal(vm_load(&vms[0], &context), 0x40000000);
	assert_int_equal(context, 0);
	assert_memory_equal(memory, image, sizeof(image));
	for (size_t n = sizeof(image); n < 4 * MIB; n++)
		assert_int_equal(memory[n], 0);
	/* Written back: the guest starts without caches. */
	assert_ptr_equal(fake_cleaned, memory);
	assert_int_equal(fake_cleaned_size, 4 * MIB);
}

static void linux_gets_its_device_tree_in_x0(void **state)
{
	uint64_t context = 0;

	(void)state;
	make_kernel();
	the_system.vms[0].ramdisk = (struct image){image + 64, 500};
	assert_true(prepare(0));
	assert_int_equal(vm_load(&vms[0], &context), 0x40000000);
	assert_memory_equal(memory, image, sizeof(image));
	assert_int_equal(context, 0x40000000 + 2 * MIB);
	assert_int_equal(fdt_check_full(memory + 2 * MIB, LINUX_DTB_SIZE), 0);
	assert_memory_equal(memory + 2 * MIB + LINUX_DTB_SIZE, image + 64, 500);
}

static void spis_of_devices_are_on_while_the_vm_lives(void **state)
{
	struct device_desc *d = &the_system.vms[0].devices[0];
	uint64_t context;

	(void)state;
	the_system.vms[0].device_count = 1;
	d->reg_count = d->spi_count = 1;
	d->regs[0] = (struct range){0x0a000000, 0x200};
	d->spis[0] = (struct spi_desc){48, true};
	assert_true(prepare(0));
	assert_true(vm_owns_spi(&vms[0], 48));
	assert_false(vm_owns_spi(&vms[0], 49));
	assert_false(vm_owns_spi(&vms[1], 48));
	vm_load(&vms[0], &context);
	assert_true(fake_spis[48].enabled && fake_spis[48].edge);
	assert_int_equal(fake_spis[48].mpidr, 1);
	vm_devices_off(&vms[0]);
	assert_false(fake_spis[48].enabled);
}

static uint32_t is_pending(uint32_t intid)
{
	return (uint32_t)vgic_dist_read(&vms[0].vcpus[0].vgic, GICD_ISPENDR + intid / 32 * 4, 4) >>
		       intid % 32 &
	       1;
}

static void start(void)
{
	uint64_t context;

	assert_true(prepare(0));
	vm_load(&vms[0], &context);
	vgic_cpu_start(&vms[0].vcpus[0].vgic);
	vuart_reset(&vms[0].uart, NULL);
}

static void posted_doorbells_become_their_interrupts(void **state)
{
	(void)state;
	start();
	assert_true(vm_post(&vms[0], 1));
	assert_false(vm_post(&vms[0], 1));
	assert_int_equal(fake_cores[1].kicks, 1);
	vm_take_posted(&vms[0].vcpus[0]);
	assert_true(is_pending(65));
	assert_false(is_pending(64));
	assert_true(vm_post(&vms[0], 1));
	assert_true(vm_post(&vms[0], 0));
	vm_take_posted(&vms[0].vcpus[0]);
	assert_true(is_pending(64));
	vm_take_posted(&vms[0].vcpus[0]);
	assert_int_equal(vms[0].posted, 0);
}

static void posted_uart_work_moves_the_line(void **state)
{
	(void)state;
	start();
	vuart_write(&vms[0].uart, 0x38, 0x40);
	vuart_receive(&vms[0].uart, 'x');
	assert_false(is_pending(33));
	vm_post(&vms[0], POST_UART);
	vm_take_posted(&vms[0].vcpus[0]);
	assert_true(is_pending(33));
	assert_false(is_pending(64));
}

static void a_stop_reaches_every_core_and_the_first_reason_stays(void **state)
{
	(void)state;
	start();
	fake_cores[1].kicks = fake_cores[2].kicks = 0;
	vm_stop(&vms[0], VM_END_FAULT);
	vm_stop(&vms[0], VM_END_OFF);
	assert_int_equal(vms[0].end, VM_END_FAULT);
	assert_true(fake_cores[1].kicks && fake_cores[2].kicks);
	/* And is seen there, whatever the short way of arch/vectors.S would do. */
	assert_true(vms[0].vcpus[0].vgic.dirty && vms[0].vcpus[1].vgic.dirty);
}

static void vms_are_found_by_id(void **state)
{
	(void)state;
	assert_ptr_equal(vm_by_id(1), &vms[1]);
	assert_null(vm_by_id(2));
	assert_null(vm_by_id(FUSIONDOCK_VM_MAX));
	assert_null(vm_by_id(1ull << 32));
	assert_null(vm_by_id(~0ull));
}

#define VM_TEST(function) cmocka_unit_test_setup_teardown(function, two_vms, free_memory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VM_TEST(cores_are_connected_by_their_mpidr),
		VM_TEST(each_vm_has_tables_and_a_vmid_of_its_own),
		VM_TEST(the_guest_is_confined_by_hcr),
		VM_TEST(memory_types_are_forced_or_a_missing_mmu_replaced),
		VM_TEST(linux_keeps_its_own_memory_types),
		VM_TEST(memory_and_visible_regions_are_mapped),
		VM_TEST(devices_are_mapped_one_to_one),
		VM_TEST(a_pool_that_ends_is_reported),
		VM_TEST(a_kernel_that_is_none_is_reported),
		VM_TEST(a_flat_image_lies_and_starts_at_the_memorys_start),
		VM_TEST(linux_gets_its_device_tree_in_x0),
		VM_TEST(spis_of_devices_are_on_while_the_vm_lives),
		VM_TEST(posted_doorbells_become_their_interrupts),
		VM_TEST(posted_uart_work_moves_the_line),
		VM_TEST(a_stop_reaches_every_core_and_the_first_reason_stays),
		VM_TEST(vms_are_found_by_id),
	};

	return cmocka_run_group_tests_name("a virtual machine", tests, NULL, NULL);
}
