/* SPDX-License-Identifier: Apache-2.0 */
/* Devices of the machine for a VM: what is read from the machine's tree, and what cannot be given.
 */
#include "base_test.h"

#include <stdio.h>
#include <string.h>

#include "base_description.h"
#include "vm/device.h"

#define REPORTS 16
#define NET "/virtio_mmio@a000000"
#define DISK "/virtio_mmio@a001000"

static _Alignas(8) char machine[TREE_SIZE], description[TREE_SIZE];
static char reports[REPORTS][320];
static unsigned int report_count;
static struct host host;
static struct system sys;

static void collect(const char *path, const char *property, const char *reason)
{
	snprintf(reports[report_count++ % REPORTS], sizeof(reports[0]), "%s: %s: %s", path,
		 property ? property : "", reason);
}

static int machine_with_devices(void **state)
{
	const struct edit edits[] = {
		SET("/intc@8000000", "phandle", 0x8005),
		SET("/", "interrupt-parent", 0x8005),
		SUBNODE("/", "virtio_mmio@a000000"),
		TEXT(NET, "compatible", "virtio,mmio"),
		SET(NET, "reg", 0, 0x0a000000, 0, 0x200),
		SET(NET, "interrupts", 0, 16, 1),
		SUBNODE("/", "virtio_mmio@a001000"),
		TEXT(DISK, "compatible", "virtio,mmio"),
		SET(DISK, "reg", 0, 0x0a001000, 0, 0x1000, 0x1, 0x0a002000, 0, 0x3000),
		SET(DISK, "interrupts", 0, 17, 4, 0, 18, 1),
	};

	fakes_reset(state);
	good_machine(machine);
	for (size_t n = 0; n < COUNT(edits); n++)
		edit_tree(machine, &edits[n]);
	good_description(description);
	memset(&sys, 0, sizeof(sys));
	report_count = 0;
	return 0;
}

static void change(const struct edit *e)
{
	edit_tree(machine, e);
}

/* Reads `list` as the devices of VM `id`, after host_read of the machine as it is now. */
static unsigned int give(uint32_t id, const char *list, size_t size)
{
	const char *node = id ? "/vms/vm@1" : "/vms/vm@0";
	const struct edit e = {EDIT_BYTES, node, "devices", list, (unsigned int)size};
	struct check c = {.fdt = description, .host = &host, .report = collect};

	report_count = 0;
	edit_tree(description, &e);
	assert_null(host_read(machine, &host));
	sys.fdt = description;
	sys.vms[id].used = true;
	sys.vms[id].node = fdt_path_offset(description, node);
	if (!sys.vms[id].uart_intid)
		sys.vms[id].uart_intid = 900 + id;
	read_devices(&c, &sys.vms[id]);
	check_devices(&c, &sys);
	assert_int_equal(c.mistakes, report_count);
	return c.mistakes;
}

#define GIVE(id, list) give(id, list, sizeof(list))

static void expect(const char *words)
{
	for (unsigned int n = 0; n < report_count && n < REPORTS; n++) {
		if (strstr(reports[n], words))
			return;
	}
	for (unsigned int n = 0; n < report_count && n < REPORTS; n++)
		print_message("  %s\n", reports[n]);
	fail_msg("expected: %s", words);
}

static void a_device_is_read_with_registers_and_interrupts(void **state)
{
	const struct vm_desc *vm = &sys.vms[0];
	const struct device_desc *d = vm->devices;

	(void)state;
	assert_int_equal(GIVE(0, NET "\0" DISK), 0);
	assert_int_equal(vm->device_count, 2);
	assert_int_equal(d[0].host_node, fdt_path_offset(machine, NET));
	assert_int_equal(d[0].reg_count, 1);
	assert_int_equal(d[0].regs[0].start, 0x0a000000);
	assert_int_equal(d[0].regs[0].size, 0x200);
	assert_int_equal(d[0].spi_count, 1);
	assert_int_equal(d[0].spis[0].intid, 48);
	assert_true(d[0].spis[0].edge);
	assert_int_equal(d[1].reg_count, 2);
	assert_int_equal(d[1].regs[1].start, 0x10a002000);
	assert_int_equal(d[1].spi_count, 2);
	assert_int_equal(d[1].spis[0].intid, 49);
	assert_false(d[1].spis[0].edge);
	assert_int_equal(d[1].spis[1].intid, 50);
	assert_true(d[1].spis[1].edge);
}

static void a_vm_without_the_property_has_none(void **state)
{
	struct check c = {.fdt = description, .host = &host, .report = collect};

	(void)state;
	sys.vms[0].node = fdt_path_offset(description, "/vms/vm@0");
	read_devices(&c, &sys.vms[0]);
	assert_int_equal(sys.vms[0].device_count, 0);
	assert_int_equal(c.mistakes, 0);
}

static void a_device_without_interrupts_can_be_given(void **state)
{
	(void)state;
	change(&(struct edit)ERASE(NET, "interrupts"));
	assert_int_equal(GIVE(0, NET), 0);
	assert_int_equal(sys.vms[0].devices[0].spi_count, 0);
}

static void a_device_behind_a_transparent_bus_can_be_given(void **state)
{
	(void)state;
	change(&(struct edit)SUBNODE("/", "soc"));
	change(&(struct edit)TEXT("/soc", "compatible", "simple-bus"));
	change(&(struct edit)SET("/soc", "#address-cells", 1));
	change(&(struct edit)SET("/soc", "#size-cells", 1));
	change(&(struct edit)EMPTY("/soc", "ranges"));
	change(&(struct edit)SUBNODE("/soc", "timer@b000000"));
	change(&(struct edit)TEXT("/soc/timer@b000000", "compatible", "acme,timer"));
	change(&(struct edit)SET("/soc/timer@b000000", "reg", 0x0b000000, 0x1000));
	assert_int_equal(GIVE(0, "/soc/timer@b000000"), 0);
	assert_int_equal(sys.vms[0].devices[0].regs[0].start, 0x0b000000);
	change(&(struct edit)SET("/soc", "ranges", 0, 0x10000000, 0, 0x1000));
	assert_int_equal(GIVE(1, "/soc/timer@b000000"), 1);
	expect("its bus changes addresses");
}

static void what_is_not_there_is_named(void **state)
{
	(void)state;
	assert_int_equal(GIVE(0, "/virtio_mmio@a00f000"), 1);
	expect("/vms/vm@0: devices: /virtio_mmio@a00f000: is no node of the machine's device tree");
	assert_int_equal(GIVE(1, "virtio_mmio@a000000"), 1);
	expect("virtio_mmio@a000000: is no node");
}

static void a_list_that_is_no_list_of_strings_is_refused(void **state)
{
	(void)state;
	assert_int_equal(give(0, NET, sizeof(NET) - 1), 1);
	expect("must be a list of paths");
	assert_int_equal(give(1, "", 0), 1);
	assert_int_equal(give(1, "", 1), 1);
}

static void what_the_base_needs_is_not_given(void **state)
{
	(void)state;
	GIVE(0, "/intc@8000000\0/pl011@9000000");
	assert_int_equal(report_count, 2);
	assert_int_equal(sys.vms[0].device_count, 0);
	expect("/intc@8000000: the base needs it itself");
	expect("/pl011@9000000: the base needs it itself");
}

static void the_machines_memory_is_no_device(void **state)
{
	(void)state;
	assert_int_equal(GIVE(0, "/memory@40000000"), 1);
	expect("/memory@40000000: its registers at 0x40000000 are memory of the machine");
}

static void registers_over_the_machines_memory_are_refused(void **state)
{
	(void)state;
	change(&(struct edit)SET(NET, "reg", 0, 0xbffff000, 0, 0x2000));
	assert_int_equal(GIVE(0, NET), 1);
	expect("its registers at 0xbffff000 are memory of the machine");
	/* On the same page is enough. */
	change(&(struct edit)SET("/memory@40000000", "reg", 0, 0x40000000, 0, 0x7ffff100));
	change(&(struct edit)SET(NET, "reg", 0, 0xbffff200, 0, 0x100));
	assert_int_equal(GIVE(1, NET), 2);
	expect("its registers at 0xbffff200 are memory of the machine");
}

static void what_a_guest_would_not_find_is_named(void **state)
{
	static const char *const unmet[] = {"clocks",
					    "resets",
					    "iommus",
					    "power-domains",
					    "dmas",
					    "msi-parent",
					    "interrupts-extended",
					    "memory-region",
					    "ranges"};

	for (size_t n = 0; n < COUNT(unmet); n++) {
		char words[64];

		machine_with_devices(state);
		change(&(struct edit)SET(NET, unmet[n], 1));
		assert_int_equal(GIVE(0, NET), 1);
		snprintf(words, sizeof(words), "needs `%s`, which the base cannot give", unmet[n]);
		expect(words);
	}
}

static void interrupts_that_cannot_be_handed_on_are_refused(void **state)
{
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "interrupts", 1, 5, 4));
	assert_int_equal(GIVE(0, NET), 1);
	expect("an interrupt of it is no SPI");
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "interrupts", 0, 988, 4));
	assert_int_equal(GIVE(0, NET), 1);
	expect("is no SPI");
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "interrupts", 0, 16, 8));
	assert_int_equal(GIVE(0, NET), 1);
	expect("interrupt type 8 is neither rising edge (1) nor high level (4)");
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "interrupts", 0, 16));
	assert_int_equal(GIVE(0, NET), 1);
	expect("its interrupts do not go to the GIC");
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "interrupt-parent", 77));
	assert_int_equal(GIVE(0, NET), 1);
	expect("its interrupts do not go to the GIC");
}

static void limits_of_a_device_are_told(void **state)
{
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "interrupts", 0, 1, 4, 0, 2, 4, 0, 3, 4, 0, 4, 4, 0, 5, 4, 0,
				 6, 4, 0, 7, 4, 0, 8, 4, 0, 9, 4));
	GIVE(0, NET);
	expect("has more than 8 interrupts");
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "reg", 0, 0x10000000, 0, 0x1000, 0, 0x10001000, 0, 0x1000, 0,
				 0x10002000, 0, 0x1000, 0, 0x10003000, 0, 0x1000, 0, 0x10004000, 0,
				 0x1000));
	assert_int_equal(GIVE(0, NET), 1);
	expect("has more than 4 register ranges");
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "reg", 0x80, 0, 0, 0x1000));
	assert_int_equal(GIVE(0, NET), 1);
	expect("beyond the guest-physical space of 39 bits");
	machine_with_devices(state);
	change(&(struct edit)ERASE(NET, "reg"));
	assert_int_equal(GIVE(0, NET), 1);
	expect("has no registers (reg)");
}

static void a_device_belongs_to_one_vm_once(void **state)
{
	(void)state;
	assert_int_equal(GIVE(0, NET), 0);
	assert_int_equal(GIVE(1, NET), 1);
	expect("/vms/vm@1: devices: device 0 of the list is VM 0's already");
	machine_with_devices(state);
	GIVE(0, NET "\0" NET);
	expect("device 1 of the list stands twice");
}

static void devices_that_share_a_page_go_together(void **state)
{
	(void)state;
	change(&(struct edit)SUBNODE("/", "virtio_mmio@a000200"));
	change(&(struct edit)TEXT("/virtio_mmio@a000200", "compatible", "virtio,mmio"));
	change(&(struct edit)SET("/virtio_mmio@a000200", "reg", 0, 0x0a000200, 0, 0x200));
	assert_int_equal(GIVE(0, NET), 1);
	expect("registers at 0xa000000 share a page with /virtio_mmio@a000200");
	sys.vms[0].device_count = 0;
	report_count = 0;
	assert_int_equal(GIVE(0, NET "\0/virtio_mmio@a000200"), 0);
}

static void interrupts_that_are_taken_are_refused(void **state)
{
	machine_with_devices(state);
	sys.vms[0].uart_intid = 48;
	assert_int_equal(GIVE(0, NET), 1);
	expect("INTID 48 of a device is in uart-intid or doorbell-intids already");
	machine_with_devices(state);
	sys.vms[0].doorbell_count = 2;
	sys.vms[0].doorbells[1] = 48;
	assert_int_equal(GIVE(0, NET), 1);
	machine_with_devices(state);
	change(&(struct edit)SET(NET, "interrupts", 0, 1, 4));
	assert_int_equal(GIVE(0, NET), 1);
	expect("INTID 33 is the base's own UART");
}

#define DEVICE_TEST(function) cmocka_unit_test_setup(function, machine_with_devices)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DEVICE_TEST(a_device_is_read_with_registers_and_interrupts),
		DEVICE_TEST(a_vm_without_the_property_has_none),
		DEVICE_TEST(a_device_without_interrupts_can_be_given),
		DEVICE_TEST(a_device_behind_a_transparent_bus_can_be_given),
		DEVICE_TEST(what_is_not_there_is_named),
		DEVICE_TEST(a_list_that_is_no_list_of_strings_is_refused),
		DEVICE_TEST(what_the_base_needs_is_not_given),
		DEVICE_TEST(the_machines_memory_is_no_device),
		DEVICE_TEST(registers_over_the_machines_memory_are_refused),
		DEVICE_TEST(what_a_guest_would_not_find_is_named),
		DEVICE_TEST(interrupts_that_cannot_be_handed_on_are_refused),
		DEVICE_TEST(limits_of_a_device_are_told),
		DEVICE_TEST(a_device_belongs_to_one_vm_once),
		DEVICE_TEST(devices_that_share_a_page_go_together),
		DEVICE_TEST(interrupts_that_are_taken_are_refused),
	};

	return cmocka_run_group_tests_name("devices of the machine", tests, NULL, NULL);
}
