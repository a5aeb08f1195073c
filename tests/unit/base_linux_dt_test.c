/* SPDX-License-Identifier: Apache-2.0 */
/* Where a Linux guest finds its images, and the device tree it is given, read back with libfdt. */
#include "base_test.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "base_description.h"
#include "vm/linux.h"

#define MIB 0x100000ull

static struct system sys;
static _Alignas(8) char tree[LINUX_DTB_SIZE];
static _Alignas(8) char kernel[4096];

static void put_le(size_t offset, uint64_t value, size_t size)
{
	memcpy(kernel + offset, &value, size);
}

/* An Image header as the kernel's booting.rst has it. */
static void make_kernel(uint64_t text_offset, uint64_t image_size)
{
	memset(kernel, 0, sizeof(kernel));
	put_le(8, text_offset, 8);
	put_le(16, image_size, 8);
	memcpy(kernel + 56, "ARM\x64", 4);
}

static int linux_vm(void **state)
{
	struct vm_desc *vm = &sys.vms[3];

	fakes_reset(state);
	memset(&sys, 0, sizeof(sys));
	make_kernel(0, 30 * MIB);
	vm->used = true;
	vm->guest = GUEST_LINUX;
	memcpy(vm->label, "guest", 6);
	memcpy(vm->bootargs, "console=ttyAMA0 quiet", 22);
	vm->cpu_count = 3;
	vm->memory = ipa(0x1240000000);
	vm->memory_size = 64 * MIB;
	vm->gicd = ipa(0x7f08000000);
	vm->gicr = ipa(0x080a0000);
	vm->uart = ipa(0x09000000);
	vm->uart_intid = 33;
	vm->doorbell_count = 2;
	vm->doorbells[0] = 64;
	vm->doorbells[1] = 1019;
	vm->image = (struct image){kernel, sizeof(kernel)};
	vm->ramdisk = (struct image){kernel, 0x1234};
	sys.region_count = 3;
	sys.regions[0] = (struct region_desc){
		.at = ipa(0x2a800000), .size = 0x400000, .read_write = 1u << 3 | 1};
	sys.regions[1] = (struct region_desc){
		.at = ipa(0x2ac00000), .size = 0x400000, .read_write = 1u << 2 | 1};
	sys.regions[2] = (struct region_desc){
		.at = ipa(0x1234560000), .size = 0x801000, .read_only = 1u << 3};
	return 0;
}

/* Layout */

static const char *layout(struct linux_layout *out)
{
	return linux_layout(&sys.vms[3], out);
}

static void images_lie_behind_each_other_in_the_vms_memory(void **state)
{
	struct linux_layout at;

	(void)state;
	assert_null(layout(&at));
	assert_int_equal(at.kernel, 0);
	assert_int_equal(at.dtb, 30 * MIB);
	assert_int_equal(at.ramdisk, 30 * MIB + LINUX_DTB_SIZE);
}

static void the_kernel_lies_at_its_text_offset(void **state)
{
	struct linux_layout at;

	(void)state;
	make_kernel(0x80000, 30 * MIB);
	assert_null(layout(&at));
	assert_int_equal(at.kernel, 0x80000);
	assert_int_equal(at.dtb, 32 * MIB);
}

static void what_is_no_kernel_is_refused(void **state)
{
	struct linux_layout at;

	(void)state;
	kernel[56] = 'M';
	assert_non_null(strstr(layout(&at), "no arm64 Linux Image"));
	make_kernel(0, 30 * MIB);
	sys.vms[3].image.size = 63;
	assert_non_null(strstr(layout(&at), "no arm64 Linux Image"));
	sys.vms[3].image.size = 64;
	assert_null(layout(&at));
}

static void a_damaged_header_is_refused(void **state)
{
	static const uint64_t bad[][2] = {
		{0, 4095}, {2 * MIB, 30 * MIB}, {~0ull, 30 * MIB}, {0, ~0ull}, {0, 0}};
	struct linux_layout at;

	(void)state;
	for (size_t n = 0; n < COUNT(bad); n++) {
		make_kernel(bad[n][0], bad[n][1]);
		assert_non_null(strstr(layout(&at), "its header is damaged"));
	}
}

static void a_kernel_too_large_for_the_memory_is_refused(void **state)
{
	struct linux_layout at;

	(void)state;
	make_kernel(0, 64 * MIB + 1);
	assert_non_null(strstr(layout(&at), "does not fit the VM's memory"));
	/* The kernel alone fits, its device tree does not. */
	make_kernel(0, 64 * MIB);
	assert_non_null(strstr(layout(&at), "enlarge `memory`"));
}

static void a_ramdisk_too_large_for_the_memory_is_refused(void **state)
{
	const uint64_t room = 34 * MIB - LINUX_DTB_SIZE;
	struct linux_layout at;

	(void)state;
	sys.vms[3].ramdisk.size = room;
	assert_null(layout(&at));
	sys.vms[3].ramdisk.size = room + 1;
	assert_non_null(strstr(layout(&at), "enlarge `memory`"));
	sys.vms[3].ramdisk.size = ~0ul;
	assert_non_null(strstr(layout(&at), "enlarge `memory`"));
}

/* Device tree */

static void make_tree(void)
{
	assert_int_equal(linux_device_tree(&sys, 3, NULL, tree, sizeof(tree)), 0);
	assert_int_equal(fdt_check_full(tree, sizeof(tree)), 0);
}

static int node_at(const char *path)
{
	int node = fdt_path_offset(tree, path);

	if (node < 0)
		fail_msg("no node %s", path);
	return node;
}

static void expect_bytes(const char *path, const char *property, const void *want, size_t size)
{
	int len;
	const void *v = fdt_getprop(tree, node_at(path), property, &len);

	if (!v)
		fail_msg("%s has no %s", path, property);
	assert_int_equal(len, size);
	assert_memory_equal(v, want, size);
}

static void expect_cells(const char *path, const char *property, const uint32_t *want, size_t count)
{
	fdt32_t cells[64];

	assert_true(count <= COUNT(cells));
	for (size_t n = 0; n < count; n++)
		cells[n] = cpu_to_fdt32(want[n]);
	expect_bytes(path, property, cells, count * sizeof(cells[0]));
}

#define CELLS(path, property, ...)                                                                 \
	expect_cells(path, property, (const uint32_t[]){__VA_ARGS__},                              \
		     sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))
#define STRINGS(path, property, text) expect_bytes(path, property, text, sizeof(text))
#define FLAG(path, property) expect_bytes(path, property, "", 0)

static void the_root_says_what_it_is(void **state)
{
	(void)state;
	make_tree();
	STRINGS("/", "compatible", "fusiondock,guest");
	STRINGS("/", "model", "guest");
	CELLS("/", "#address-cells", 2);
	CELLS("/", "#size-cells", 2);
	CELLS("/", "interrupt-parent",
	      fdt_get_phandle(tree, node_at("/interrupt-controller@7f08000000")));
}

static void chosen_has_arguments_console_and_ramdisk(void **state)
{
	const uint64_t ramdisk = 0x1240000000 + 30 * MIB + LINUX_DTB_SIZE;

	(void)state;
	make_tree();
	STRINGS("/chosen", "bootargs", "console=ttyAMA0 quiet");
	STRINGS("/chosen", "stdout-path", "/uart@9000000");
	node_at("/uart@9000000");
	CELLS("/chosen", "linux,initrd-start", 0x12, (uint32_t)ramdisk);
	CELLS("/chosen", "linux,initrd-end", 0x12, (uint32_t)ramdisk + 0x1234);
}

static void without_a_ramdisk_chosen_names_none(void **state)
{
	(void)state;
	sys.vms[3].ramdisk.size = 0;
	make_tree();
	assert_null(fdt_getprop(tree, node_at("/chosen"), "linux,initrd-start", NULL));
	assert_null(fdt_getprop(tree, node_at("/chosen"), "linux,initrd-end", NULL));
}

static void memory_is_the_vms(void **state)
{
	(void)state;
	make_tree();
	STRINGS("/memory@1240000000", "device_type", "memory");
	CELLS("/memory@1240000000", "reg", 0x12, 0x40000000, 0, 64 * (uint32_t)MIB);
}

static void every_core_is_started_by_psci(void **state)
{
	char path[16];
	int node, count = 0;

	(void)state;
	make_tree();
	CELLS("/cpus", "#address-cells", 1);
	CELLS("/cpus", "#size-cells", 0);
	fdt_for_each_subnode(node, tree, node_at("/cpus")) count++;
	assert_int_equal(count, 3);
	for (uint32_t n = 0; n < 3; n++) {
		snprintf(path, sizeof(path), "/cpus/cpu@%u", n);
		STRINGS(path, "device_type", "cpu");
		STRINGS(path, "compatible", "arm,armv8");
		STRINGS(path, "enable-method", "psci");
		CELLS(path, "reg", n);
	}
}

static void psci_is_called_by_hvc(void **state)
{
	(void)state;
	make_tree();
	STRINGS("/psci", "compatible", "arm,psci-1.0\0arm,psci-0.2");
	STRINGS("/psci", "method", "hvc");
}

static void the_gic_has_a_frame_for_each_core(void **state)
{
	const char *path = "/interrupt-controller@7f08000000";

	(void)state;
	make_tree();
	STRINGS(path, "compatible", "arm,gic-v3");
	FLAG(path, "interrupt-controller");
	CELLS(path, "#interrupt-cells", 3);
	CELLS(path, "reg", 0x7f, 0x08000000, 0, 0x10000, 0, 0x080a0000, 0, 3 * 0x20000);
}

static void the_timer_has_its_four_interrupts(void **state)
{
	(void)state;
	make_tree();
	STRINGS("/timer", "compatible", "arm,armv8-timer");
	FLAG("/timer", "always-on");
	/* Virtual timer: PPI 11, INTID 27, third in the list. */
	CELLS("/timer", "interrupts", 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4);
}

static void the_uart_has_clocks_and_its_spi(void **state)
{
	uint32_t clock;

	(void)state;
	make_tree();
	clock = fdt_get_phandle(tree, node_at("/clock"));
	assert_int_not_equal(clock, 0);
	STRINGS("/clock", "compatible", "fixed-clock");
	CELLS("/clock", "#clock-cells", 0);
	node_at("/clock");
	STRINGS("/uart@9000000", "compatible", "arm,pl011\0arm,primecell");
	CELLS("/uart@9000000", "reg", 0, 0x09000000, 0, 0x1000);
	CELLS("/uart@9000000", "interrupts", 0, 1, 4);
	CELLS("/uart@9000000", "clocks", clock, clock);
	STRINGS("/uart@9000000", "clock-names", "uartclk\0apb_pclk");
}

static void visible_regions_are_reserved_and_not_mapped(void **state)
{
	int node, count = 0;

	(void)state;
	make_tree();
	CELLS("/reserved-memory", "#address-cells", 2);
	CELLS("/reserved-memory", "#size-cells", 2);
	FLAG("/reserved-memory", "ranges");
	fdt_for_each_subnode(node, tree, node_at("/reserved-memory")) count++;
	assert_int_equal(count, 2);
	CELLS("/reserved-memory/region@2a800000", "reg", 0, 0x2a800000, 0, 0x400000);
	FLAG("/reserved-memory/region@2a800000", "no-map");
	CELLS("/reserved-memory/region@1234560000", "reg", 0x12, 0x34560000, 0, 0x801000);
	FLAG("/reserved-memory/region@1234560000", "no-map");
}

static void the_driver_finds_id_doorbells_and_regions(void **state)
{
	(void)state;
	make_tree();
	STRINGS("/fusiondock", "compatible", "fusiondock,mcs");
	CELLS("/fusiondock", "fusiondock,vm-id", 3);
	/* Rising edges; SPI n is INTID n + 32. */
	CELLS("/fusiondock", "interrupts", 0, 32, 1, 0, 987, 1);
	CELLS("/fusiondock", "memory-region",
	      fdt_get_phandle(tree, node_at("/reserved-memory/region@2a800000")),
	      fdt_get_phandle(tree, node_at("/reserved-memory/region@1234560000")));
}

static void without_doorbells_and_regions_the_driver_is_told_of_none(void **state)
{
	(void)state;
	sys.vms[3].doorbell_count = 0;
	sys.region_count = 0;
	make_tree();
	assert_null(fdt_getprop(tree, node_at("/fusiondock"), "interrupts", NULL));
	assert_null(fdt_getprop(tree, node_at("/fusiondock"), "memory-region", NULL));
}

static void every_phandle_is_there_once(void **state)
{
	(void)state;
	make_tree();
	for (int a = fdt_next_node(tree, -1, NULL); a >= 0; a = fdt_next_node(tree, a, NULL)) {
		uint32_t phandle = fdt_get_phandle(tree, a);

		for (int b = fdt_next_node(tree, a, NULL); phandle && b >= 0;
		     b = fdt_next_node(tree, b, NULL))
			assert_int_not_equal(fdt_get_phandle(tree, b), phandle);
	}
}

static void the_largest_system_fits(void **state)
{
	(void)state;
	sys.vms[3].cpu_count = SYSTEM_CPUS_PER_VM;
	sys.vms[3].doorbell_count = FUSIONDOCK_VECTOR_MAX;
	for (uint32_t n = 0; n < FUSIONDOCK_VECTOR_MAX; n++)
		sys.vms[3].doorbells[n] = 64 + n;
	memset(sys.vms[3].bootargs, 'x', SYSTEM_BOOTARGS - 1);
	sys.region_count = FUSIONDOCK_REGION_MAX;
	for (uint32_t n = 0; n < FUSIONDOCK_REGION_MAX; n++)
		sys.regions[n] = (struct region_desc){
			.at = ipa(0x7000000000 + n * MIB), .size = MIB, .read_write = 8};
	make_tree();
	expect_bytes("/chosen", "bootargs", sys.vms[3].bootargs, SYSTEM_BOOTARGS);
}

static void a_buffer_too_small_is_an_error(void **state)
{
	(void)state;
	for (int size = 0; size < 1800; size += 8) {
		char *small = test_malloc((size_t)size + 1);

		assert_int_equal(linux_device_tree(&sys, 3, NULL, small, size), -FDT_ERR_NOSPACE);
		test_free(small);
	}
}

static void a_device_keeps_its_node_with_new_references(void **state)
{
	static _Alignas(8) char machine[TREE_SIZE];
	struct device_desc *d = &sys.vms[3].devices[0];
	const struct edit node[] = {
		SUBNODE("/", "virtio_mmio@a000000"),
		TEXT("/virtio_mmio@a000000", "compatible", "virtio,mmio"),
		EMPTY("/virtio_mmio@a000000", "dma-coherent"),
		SET("/virtio_mmio@a000000", "reg", 0x0a000000, 0x200),
		SET("/virtio_mmio@a000000", "phandle", 1),
		SET("/virtio_mmio@a000000", "interrupt-parent", 0x8005),
		SET("/virtio_mmio@a000000", "interrupts", 0, 16, 1),
		TEXT("/virtio_mmio@a000000", "status", "disabled"),
	};

	(void)state;
	good_machine(machine);
	for (size_t n = 0; n < COUNT(node); n++)
		edit_tree(machine, &node[n]);
	sys.vms[3].device_count = 1;
	d->host_node = fdt_path_offset(machine, "/virtio_mmio@a000000");
	d->reg_count = d->spi_count = 1;
	d->regs[0] = (struct range){0x0a000000, 0x200};
	d->spis[0] = (struct spi_desc){48, true};
	assert_int_equal(linux_device_tree(&sys, 3, machine, tree, sizeof(tree)), 0);
	assert_int_equal(fdt_check_full(tree, sizeof(tree)), 0);
	STRINGS("/virtio_mmio@a000000", "compatible", "virtio,mmio");
	FLAG("/virtio_mmio@a000000", "dma-coherent");
	CELLS("/virtio_mmio@a000000", "reg", 0, 0x0a000000, 0, 0x200);
	CELLS("/virtio_mmio@a000000", "interrupts", 0, 16, 1);
	assert_null(fdt_getprop(tree, node_at("/virtio_mmio@a000000"), "interrupt-parent", NULL));
	assert_null(fdt_getprop(tree, node_at("/virtio_mmio@a000000"), "phandle", NULL));
	assert_null(fdt_getprop(tree, node_at("/virtio_mmio@a000000"), "status", NULL));
}

#define LINUX_TEST(function) cmocka_unit_test_setup(function, linux_vm)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINUX_TEST(images_lie_behind_each_other_in_the_vms_memory),
		LINUX_TEST(the_kernel_lies_at_its_text_offset),
		LINUX_TEST(what_is_no_kernel_is_refused),
		LINUX_TEST(a_damaged_header_is_refused),
		LINUX_TEST(a_kernel_too_large_for_the_memory_is_refused),
		LINUX_TEST(a_ramdisk_too_large_for_the_memory_is_refused),
		LINUX_TEST(the_root_says_what_it_is),
		LINUX_TEST(chosen_has_arguments_console_and_ramdisk),
		LINUX_TEST(without_a_ramdisk_chosen_names_none),
		LINUX_TEST(memory_is_the_vms),
		LINUX_TEST(every_core_is_started_by_psci),
		LINUX_TEST(psci_is_called_by_hvc),
		LINUX_TEST(the_gic_has_a_frame_for_each_core),
		LINUX_TEST(the_timer_has_its_four_interrupts),
		LINUX_TEST(the_uart_has_clocks_and_its_spi),
		LINUX_TEST(visible_regions_are_reserved_and_not_mapped),
		LINUX_TEST(the_driver_finds_id_doorbells_and_regions),
		LINUX_TEST(without_doorbells_and_regions_the_driver_is_told_of_none),
		LINUX_TEST(every_phandle_is_there_once),
		LINUX_TEST(the_largest_system_fits),
		LINUX_TEST(a_buffer_too_small_is_an_error),
		LINUX_TEST(a_device_keeps_its_node_with_new_references),
	};

	return cmocka_run_group_tests_name("Linux guest", tests, NULL, NULL);
}
