/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system description: the good one is understood to the last field, and every mistake a person
 * can make in it is named with its node, its property and the reason.
 */
#include "base_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_description.h"

#define BUNDLE_SIZE (128 * 1024)
#define REPORTS 64

struct one_report {
	char path[100], property[40], reason[240];
};

static struct one_report reports[REPORTS];
static unsigned int report_count;
static struct system sys;
static _Alignas(8) char description[TREE_SIZE];
static _Alignas(8) char bundle[BUNDLE_SIZE];

static void collect(const char *path, const char *property, const char *reason)
{
	struct one_report *r = &reports[report_count++ % REPORTS];

	snprintf(r->path, sizeof(r->path), "%s", path);
	snprintf(r->property, sizeof(r->property), "%s", property ? property : "");
	snprintf(r->reason, sizeof(r->reason), "%s", reason);
}

static unsigned int read_bundle(const void *from, size_t size)
{
	struct host h = good_host();
	unsigned int mistakes;

	report_count = 0;
	mistakes = system_read(&sys, from, size, &h, collect);
	assert_int_equal(mistakes, report_count);
	return mistakes;
}

static unsigned int read_edited(const struct edit *edits, size_t count)
{
	good_description(description);
	for (size_t n = 0; n < count; n++)
		edit_tree(description, &edits[n]);
	make_bundle(bundle, sizeof(bundle), description, (int)fdt_totalsize(description));
	return read_bundle(bundle, sizeof(bundle));
}

static void show_reports(void)
{
	for (unsigned int n = 0; n < report_count && n < REPORTS; n++)
		print_message("  %s: %s: %s\n", reports[n].path, reports[n].property,
			      reports[n].reason);
}

static bool reported(const char *path, const char *property, const char *words)
{
	for (unsigned int n = 0; n < report_count && n < REPORTS; n++) {
		if (!strcmp(reports[n].path, path) && !strcmp(reports[n].property, property) &&
		    strstr(reports[n].reason, words))
			return true;
	}
	return false;
}

static void the_good_system_has_no_mistake(void **state)
{
	(void)state;
	if (read_edited(NULL, 0)) {
		show_reports();
		fail();
	}
}

static void linux_vm_is_read_to_the_last_field(void **state)
{
	const struct vm_desc *vm = &sys.vms[0];

	(void)state;
	assert_int_equal(read_edited(NULL, 0), 0);
	assert_true(vm->used);
	assert_string_equal(vm->label, "openEuler-rt");
	assert_int_equal(vm->guest, GUEST_LINUX);
	assert_int_equal(vm->cpu_count, 2);
	assert_int_equal(vm->cpus[0], 0);
	assert_int_equal(vm->cpus[1], 1);
	assert_int_equal(vm->memory.ipa, 0x40000000);
	assert_int_equal(vm->memory_size, 0x10000000);
	assert_int_equal(vm->gicd.ipa, 0x08000000);
	assert_int_equal(vm->gicr.ipa, 0x080a0000);
	assert_int_equal(vm->uart.ipa, 0x09000000);
	assert_int_equal(vm->uart_intid, 33);
	assert_int_equal(vm->doorbell_count, 2);
	assert_int_equal(vm->doorbells[0], 64);
	assert_int_equal(vm->doorbells[1], 65);
	assert_int_equal(vm->rings, 1u << 1);
	assert_int_equal(vm->image.size, LINUX_BYTES);
	assert_memory_equal(vm->image.data, "image", 6);
	assert_int_equal(vm->ramdisk.size, ROOTFS_BYTES);
	assert_string_equal(vm->bootargs, "console=ttyAMA0");
	assert_int_equal(vm->console_rate, SYSTEM_CONSOLE_RATE);
	assert_int_equal(vm->doorbell_interval, 0);
	assert_int_equal(vm->device_count, 0);
}

static void flat_vm_is_read_to_the_last_field(void **state)
{
	const struct vm_desc *vm = &sys.vms[1];

	(void)state;
	assert_int_equal(read_edited(NULL, 0), 0);
	assert_true(vm->used);
	assert_string_equal(vm->label, "UniProton");
	assert_int_equal(vm->guest, GUEST_FLAT);
	assert_int_equal(vm->cpu_count, 1);
	assert_int_equal(vm->cpus[0], 2);
	assert_int_equal(vm->memory.ipa, 0x2b000000);
	assert_int_equal(vm->memory_size, 0x1000000);
	assert_int_equal(vm->gicd.ipa, 0x7fff000000);
	assert_int_equal(vm->gicr.ipa, 0x7fff040000);
	assert_int_equal(vm->uart.ipa, 0x82230000);
	assert_int_equal(vm->uart_intid, 203);
	assert_int_equal(vm->doorbell_count, 1);
	assert_int_equal(vm->doorbells[0], 10);
	assert_int_equal(vm->rings, 1u << 0);
	assert_int_equal(vm->image.size, UNIPROTON_BYTES);
	assert_int_equal(vm->ramdisk.size, 0);
	assert_string_equal(vm->bootargs, "");
}

static void regions_are_read_in_their_order(void **state)
{
	const struct region_desc *r = sys.regions;

	(void)state;
	assert_int_equal(read_edited(NULL, 0), 0);
	assert_int_equal(sys.region_count, 2);
	assert_int_equal(r[0].at.ipa, 0x2a800000);
	assert_int_equal(r[0].size, 0x400000);
	assert_int_equal(r[0].writer, 0);
	assert_int_equal(r[0].reader, 1);
	assert_int_equal(r[0].read_write, 3);
	assert_int_equal(r[0].read_only, 0);
	assert_int_equal(r[1].at.ipa, 0x2ac00000);
	assert_int_equal(r[1].size, 0x400000);
	assert_int_equal(r[1].writer, 1);
	assert_int_equal(r[1].reader, 0);
	assert_int_equal(r[1].read_write, 3);
}

static void other_vms_do_not_exist(void **state)
{
	(void)state;
	assert_int_equal(read_edited(NULL, 0), 0);
	for (uint32_t id = 2; id < FUSIONDOCK_VM_MAX; id++)
		assert_false(sys.vms[id].used);
}

#define ALLOWED(...)                                                                               \
	do {                                                                                       \
		const struct edit edits[] = {__VA_ARGS__};                                         \
		if (read_edited(edits, COUNT(edits))) {                                            \
			show_reports();                                                            \
			fail();                                                                    \
		}                                                                                  \
	} while (0)

static void what_is_optional_may_be_left_out(void **state)
{
	(void)state;
	ALLOWED(ERASE("/vms/vm@0", "ramdisk"));
	assert_int_equal(sys.vms[0].ramdisk.size, 0);
	ALLOWED(ERASE("/vms/vm@0", "bootargs"));
	assert_string_equal(sys.vms[0].bootargs, "");
	ALLOWED(ERASE("/vms/vm@0", "rings"));
	assert_int_equal(sys.vms[0].rings, 0);
	ALLOWED(ERASE("/vms/vm@0", "doorbell-intids"));
	assert_int_equal(sys.vms[0].doorbell_count, 0);
	ALLOWED(ERASE("/regions", NULL));
	assert_int_equal(sys.region_count, 0);
	ALLOWED(ERASE("/", "model"));
}

static void limits_themselves_are_allowed(void **state)
{
	(void)state;
	ALLOWED(TEXT("/vms/vm@0", "label", "12345678901234567890123"));
	assert_string_equal(sys.vms[0].label, "12345678901234567890123");
	ALLOWED(SET("/vms/vm@0", "uart-intid", 32));
	ALLOWED(SET("/vms/vm@0", "uart-intid", 1019));
	ALLOWED(SET("/vms/vm@1", "doorbell-intids", 0, 15, 32, 1019));
	ALLOWED(SET("/vms/vm@0", "console-rate", 1),
		SET("/vms/vm@0", "doorbell-min-interval", 1000000));
	assert_int_equal(sys.vms[0].console_rate, 1);
	assert_int_equal(sys.vms[0].doorbell_interval, 1000000);
	/* Up to the last byte of the 39-bit space. */
	ALLOWED(SET("/vms/vm@1", "memory", 0x7f, 0x00000000, 0, 0xff000000));
	ALLOWED(SET("/vms/vm@0", "gic-distributor", 0x7f, 0xffff0000));
	ALLOWED(SET("/vms/vm@0", "uart", 0x7f, 0xfffff000));
	ALLOWED(SET("/regions/region@2a800000", "reg", 0x1, 0, 0, 0xfffff000));
	assert_int_equal(sys.regions[0].size, 0xfffff000);
	ALLOWED(SET("/regions/region@2a800000", "reg", 0, 0x2a800000, 0, 0x1000));
}

static void windows_may_touch_each_other(void **state)
{
	(void)state;
	ALLOWED(SET("/vms/vm@1", "uart", 0, 0x2c000000));
	ALLOWED(SET("/vms/vm@1", "uart", 0, 0x2affffff & ~0xfffu),
		SET("/regions/region@2ac00000", "reg", 0, 0x2ac00000, 0, 0x3ff000));
}

static void vms_that_do_not_share_may_use_the_same_addresses(void **state)
{
	(void)state;
	/* VM 0's UART where VM 1 has its memory. */
	ALLOWED(SET("/vms/vm@0", "uart", 0, 0x2b000000));
}

static void a_region_may_be_read_only_for_a_third_vm(void **state)
{
	const struct edit third[] = {
		SUBNODE("/vms", "vm@7"),
		SET("/vms/vm@7", "phandle", 9),
		SET("/vms/vm@7", "reg", 7),
		TEXT("/vms/vm@7", "label", "watcher"),
		TEXT("/vms/vm@7", "guest", "flat"),
		SET("/vms/vm@7", "cpus", 3),
		SET("/vms/vm@7", "memory", 0, 0x50000000, 0, 0x100000),
		SET("/vms/vm@7", "gic-distributor", 0, 0x08000000),
		SET("/vms/vm@7", "gic-redistributors", 0, 0x080a0000),
		SET("/vms/vm@7", "uart", 0, 0x09000000),
		SET("/vms/vm@7", "uart-intid", 33),
		TEXT("/vms/vm@7", "image", "uniproton"),
		SET("/regions/region@2a800000", "read-only", 9),
	};

	(void)state;
	if (read_edited(third, COUNT(third)))
		show_reports();
	assert_int_equal(report_count, 0);
	assert_int_equal(sys.regions[0].read_only, 1u << 7);
	assert_true(region_readable(&sys.regions[0], 7));
	assert_false(region_writable(&sys.regions[0], 7));
	assert_false(region_readable(&sys.regions[1], 7));
}

struct planted {
	struct edit edit;
	const char *path, *property, *words;
	unsigned int more; /* complaints that follow from it */
	struct edit second;
};

#define V0 "/vms/vm@0"
#define V1 "/vms/vm@1"
#define R0 "/regions/region@2a800000"
#define R1 "/regions/region@2ac00000"
#define STATE "/views/state@2a7ff000"
#define TRACE "/views/trace@2a700000"

static void views_are_read(void **state)
{
	const struct view_desc *v = sys.views;

	(void)state;
	assert_int_equal(read_edited(NULL, 0), 0);
	assert_true(v[FUSIONDOCK_VIEW_STATE].used);
	assert_int_equal(v[FUSIONDOCK_VIEW_STATE].at.ipa, 0x2a7ff000);
	assert_int_equal(v[FUSIONDOCK_VIEW_STATE].size, 0x1000);
	assert_int_equal(v[FUSIONDOCK_VIEW_STATE].read_only, 3);
	assert_int_equal(v[FUSIONDOCK_VIEW_TRACE].at.ipa, 0x2a700000);
	assert_int_equal(v[FUSIONDOCK_VIEW_TRACE].size, 0x40000);
	assert_int_equal(v[FUSIONDOCK_VIEW_TRACE].read_only, 1);
	assert_int_equal(v[FUSIONDOCK_VIEW_TRACE].events, FUSIONDOCK_TRACE_ALL);
	ALLOWED(SET(TRACE, "events", 0x12));
	assert_int_equal(v[FUSIONDOCK_VIEW_TRACE].events, 0x12);
	ALLOWED(SET(V0, "observes", VM1));
	assert_int_equal(sys.vms[0].observes, 2);
	ALLOWED(ERASE("/views", NULL));
	assert_false(sys.views[FUSIONDOCK_VIEW_STATE].used);
}

static void the_watchdog_has_a_time_for_the_start(void **state)
{
	(void)state;
	ALLOWED(SET(V1, "watchdog", 20));
	assert_int_equal(sys.vms[1].watchdog_ms, 20);
	assert_int_equal(sys.vms[1].watchdog_start_ms, 20);
	assert_int_equal(sys.vms[0].watchdog_ms, 0);
	ALLOWED(SET(V1, "watchdog", 20), SET(V1, "watchdog-start", 3600000));
	assert_int_equal(sys.vms[1].watchdog_start_ms, 3600000);
}

/* clang-format off */
static const struct planted mistakes[] = {
	/* The frame. */
	{ERASE("/", "compatible"), "/", "compatible", "must be \"fusiondock,system\"", 0, {0}},
	{TEXT("/", "compatible", "fusiondock,sistem"), "/", "compatible", "must be", 0, {0}},
	{ERASE("/vms", NULL), "/", "", "has no node vms", 0, {0}},
	{SUBNODE("/", "shm"), "/shm", "", "unknown node", 0, {0}},
	{SUBNODE(V1, "uart"), V1 "/uart", "", "unknown node", 0, {0}},
	{SUBNODE(R0, "header"), R0 "/header", "", "unknown node", 0, {0}},
	{SET("/vms", "#address-cells", 2), "/vms", "#address-cells", "must be 1", 0, {0}},
	{SET("/vms", "#size-cells", 1), "/vms", "#size-cells", "must be 0", 0, {0}},
	{SET("/regions", "#address-cells", 1), "/regions", "#address-cells", "must be 2", 0, {0}},
	{SET("/regions", "#size-cells", 1), "/regions", "#size-cells", "must be 2", 0, {0}},
	{SET("/views", "#address-cells", 1), "/views", "#address-cells", "must be 2", 0, {0}},
	{SET("/views", "#size-cells", 1), "/views", "#size-cells", "must be 2", 0, {0}},
	/* Views. */
	{SUBNODE("/views", "stats@2a600000"), "/views/stats@2a600000", "", "there are state@ADDRESS and trace@ADDRESS", 0, {0}},
	{SUBNODE("/views", "state@2a600000"), STATE, "", "stands twice", 2, {0}},
	{SUBNODE(STATE, "vm"), STATE "/vm", "", "unknown node", 0, {0}},
	{SET("/views", "reg", 1), "/views", "reg", "unknown property", 0, {0}},
	{SET(STATE, "read-write", VM0), STATE, "read-write", "unknown property", 0, {0}},
	{ERASE(STATE, "reg"), STATE, "reg", "is missing", 0, {0}},
	{ERASE(TRACE, "read-only"), TRACE, "read-only", "is missing", 0, {0}},
	{SET(STATE, "reg", 0, 0x2a700000, 0, 0x2000), STATE, "reg", "has 0x1000 bytes, not 0x2000", 1, {0}},
	{SET(TRACE, "reg", 0, 0x10000000, 0, 0x1001000), TRACE, "reg", "at most 0x1000000", 0, {0}},
	{SET(TRACE, "reg", 0, 0x10000800, 0, 0x1000), TRACE, "reg", "multiples of a page", 0, {0}},
	{SET(TRACE, "reg", 0, 0x2a7fd000, 0, 0x3000), TRACE, "reg", "overlaps " STATE ": reg", 0, {0}},
	{SET(STATE, "reg", 0, 0x2a800000, 0, 0x1000), STATE, "reg", "overlaps " R0 ": reg", 1, {0}},
	{SET(TRACE, "reg", 0, 0x10000000, 0, 0x1000), TRACE, "reg", "64 events for each of 4 cores", 0, {0}},
	{SET(TRACE, "events", 0xffffffff), TRACE, "events", "bits of no event", 0, {0}},
	{SET(TRACE, "events", 1), TRACE, "events", "bits of no event", 0, {0}},
	{SET(STATE, "events", 2), STATE, "events", "only for the trace view", 0, {0}},
	{SET(V0, "observes", VM0), V0, "observes", "names the VM itself", 0, {0}},
	/* The watchdog. */
	{SET(V1, "watchdog", 0), V1, "watchdog", "0 milliseconds; 1 to 3600000, or leave it out", 0, {0}},
	{SET(V1, "watchdog", 3600001), V1, "watchdog", "1 to 3600000", 0, {0}},
	{SET(V1, "watchdog-start", 10), V1, "watchdog-start", "without `watchdog` it has no meaning", 0, {0}},
	{SET(V1, "watchdog", 10), V1, "watchdog-start", "0 milliseconds; 1 to 3600000", 0, SET(V1, "watchdog-start", 0)},
	/* Properties nobody knows. */
	{TEXT("/", "modell", "x"), "/", "modell", "unknown property", 0, {0}},
	{SET("/vms", "rings", 1), "/vms", "rings", "unknown property", 0, {0}},
	{SET(V0, "doorbel-intids", 64), V0, "doorbel-intids", "unknown property", 0, {0}},
	{SET("/regions", "reg", 1), "/regions", "reg", "unknown property", 0, {0}},
	{SET(R0, "owner", VM0), R0, "owner", "unknown property", 0, {0}},
	/* What must be there. */
	{ERASE(V0, "label"), V0, "label", "is missing", 0, {0}},
	{ERASE(V1, "guest"), V1, "guest", "is missing", 0, {0}},
	{ERASE(V0, "cpus"), V0, "cpus", "is missing", 0, {0}},
	{ERASE(V0, "memory"), V0, "memory", "is missing", 0, {0}},
	{ERASE(V1, "memory"), V1, "memory", "is missing", 0, {0}},
	{ERASE(V0, "gic-distributor"), V0, "gic-distributor", "is missing", 0, {0}},
	{ERASE(V0, "gic-redistributors"), V0, "gic-redistributors", "is missing", 0, {0}},
	{ERASE(V0, "uart"), V0, "uart", "is missing", 0, {0}},
	{ERASE(V0, "uart-intid"), V0, "uart-intid", "is missing", 0, {0}},
	{ERASE(V0, "image"), V0, "image", "is missing", 0, {0}},
	{ERASE(R0, "reg"), R0, "reg", "is missing", 0, {0}},
	{ERASE(R0, "writer"), R0, "writer", "is missing", 0, {0}},
	{ERASE(R0, "reader"), R0, "reader", "is missing", 0, {0}},
	{ERASE(R1, "writer"), R1, "writer", "is missing", 0, {0}},
	{ERASE(R0, "read-write"), R0, "read-write", "is missing", 2, {0}},
	/* Without its id a VM cannot be told from VM 0, and no phandle leads to it. */
	{ERASE(V1, "reg"), V1, "reg", "is missing", 6, {0}},
	/* The number of cells. */
	{SET(V0, "uart-intid", 33, 34), V0, "uart-intid", "has 8 bytes, must be 1 cells", 0, {0}},
	{BYTES(V0, "uart-intid", "abc"), V0, "uart-intid", "has 3 bytes, must be 1 cells", 0, {0}},
	{SET(V0, "memory", 0x40000000, 0x10000000), V0, "memory", "has 8 bytes, must be 4 cells", 0, {0}},
	{SET(V0, "uart", 0x9000000), V0, "uart", "has 4 bytes, must be 2 cells", 0, {0}},
	{SET(R0, "reg", 0x2a800000, 0x400000), R0, "reg", "has 8 bytes, must be 4 cells", 0, {0}},
	{EMPTY(V0, "cpus"), V0, "cpus", "has 0 bytes, must be 1 to 8 cells", 0, {0}},
	{SET(V0, "cpus", 0, 1, 2, 3, 4, 5, 6, 7, 8), V0, "cpus", "has 36 bytes, must be 1 to 8 cells", 0, {0}},
	{EMPTY(V0, "doorbell-intids"), V0, "doorbell-intids", "must be 1 to 32 cells", 0, {0}},
	{BYTES(V0, "doorbell-intids", "abcde"), V0, "doorbell-intids", "has 5 bytes", 0, {0}},
	{EMPTY(V0, "rings"), V0, "rings", "must be 1 to 8 cells", 0, {0}},
	/* Strings. */
	{EMPTY(V0, "label"), V0, "label", "must be one string", 0, {0}},
	{TEXT(V0, "label", ""), V0, "label", "must be one string", 0, {0}},
	{TEXT(V0, "label", "one\0two"), V0, "label", "must be one string", 0, {0}},
	{BYTES(V0, "label", "endless"), V0, "label", "must be one string", 0, {0}},
	{TEXT(V0, "label", "123456789012345678901234"), V0, "label", "has 24 characters, at most 23 fit", 0, {0}},
	{TEXT(V0, "label", "red \x1b[31m"), V0, "label", "not printable ASCII", 0, {0}},
	{TEXT(V0, "label", "rub out \x7f"), V0, "label", "not printable ASCII", 0, {0}},
	{TEXT(V0, "label", "caf\xc3\xa9"), V0, "label", "not printable ASCII", 0, {0}},
	{TEXT(V1, "guest", "uniproton"), V1, "guest", "\"uniproton\" is neither \"linux\" nor \"flat\"", 0, {0}},
	{TEXT(V0, "bootargs", ""), V0, "bootargs", "must be one string", 0, {0}},
	/* VM ids. */
	{SET(V1, "reg", 8), V1, "reg", "VM id 8; ids go from 0 to 7", 6, {0}},
	{SET(V1, "reg", 0), V1, "reg", "VM id 0 stands twice", 6, {0}},
	/* Cores. */
	{SET(V1, "cpus", 4), V1, "cpus", "core 0x4 is not in the machine's device tree", 0, {0}},
	{SET(V1, "cpus", 1), V1, "cpus", "core 0x1 is already VM 0's", 0, {0}},
	{SET(V0, "cpus", 1, 1), V0, "cpus", "core 0x1 is already VM 0's", 0, {0}},
	/* Memory and region windows. */
	{SET(V1, "memory", 0, 0x2b000000, 0, 0), V1, "memory", "the size is 0", 0, {0}},
	{SET(V1, "memory", 0, 0x2b000010, 0, 0x1000000), V1, "memory", "multiples of a page", 0, {0}},
	{SET(V1, "memory", 0, 0x2b000000, 0, 0x1000010), V1, "memory", "multiples of a page", 0, {0}},
	{SET(V1, "memory", 0x80, 0, 0, 0x1000000), V1, "memory", "space of 39 bits", 0, {0}},
	{SET(V1, "memory", 0, 0x2b000000, 0x80, 0), V1, "memory", "space of 39 bits", 3, {0}},
	{SET(V0, "memory", 0x7f, 0xffe00000, 0, 0x400000), V0, "memory", "space of 39 bits", 0, {0}},
	{SET(V0, "memory", 0, 0x40100000, 0, 0x10000000), V0, "memory", "multiples of 2 MiB", 0, {0}},
	{SET(V0, "memory", 0, 0x40000000, 0, 0x10100000), V0, "memory", "multiples of 2 MiB", 0, {0}},
	{SET(R0, "reg", 0, 0x2a800000, 0, 0), R0, "reg", "the size is 0", 0, {0}},
	{SET(R0, "reg", 0, 0x2a800000, 0, 0x3ffff0), R0, "reg", "multiples of a page, 0x1000", 0, {0}},
	{SET(R0, "reg", 0, 0x2a800800, 0, 0x1000), R0, "reg", "multiples of a page, 0x1000", 0, {0}},
	{SET(R0, "reg", 0x7f, 0x2a800000, 0x7f, 0), R0, "reg", "end beyond the guest-physical space", 3, {0}},
	{SET(R0, "reg", 0x10, 0, 0x1, 0), R0, "reg", "0x100000000 does not fit the header's 32 bits", 0, {0}},
	/* Device windows. */
	{SET(V0, "gic-distributor", 0, 0x08001000), V0, "gic-distributor", "0x8001000 is not a multiple of 0x10000", 0, {0}},
	{SET(V0, "gic-redistributors", 0, 0x080a1000), V0, "gic-redistributors", "is not a multiple of 0x10000", 0, {0}},
	{SET(V0, "uart", 0, 0x09000044), V0, "uart", "is not a multiple of 0x1000", 0, {0}},
	{SET(V0, "gic-distributor", 0x80, 0), V0, "gic-distributor", "is beyond the guest-physical space of 39 bits", 0, {0}},
	/* Two cores need two frames of 128 KiB; one would fit. */
	{SET(V0, "gic-redistributors", 0x7f, 0xfffe0000), V0, "gic-redistributors", "is beyond", 0, {0}},
	{SET(V0, "uart", 0x80, 0), V0, "uart", "is beyond", 0, {0}},
	/* Interrupts. */
	{SET(V0, "uart-intid", 31), V0, "uart-intid", "INTID 31 is no SPI", 0, {0}},
	{SET(V0, "uart-intid", 1020), V0, "uart-intid", "INTID 1020 is no SPI", 0, {0}},
	{SET(V1, "doorbell-intids", 16), V1, "doorbell-intids", "INTID 16 is neither an SGI", 0, {0}},
	{SET(V1, "doorbell-intids", 31), V1, "doorbell-intids", "INTID 31 is neither an SGI", 0, {0}},
	{SET(V1, "doorbell-intids", 1020), V1, "doorbell-intids", "INTID 1020 is neither an SGI", 0, {0}},
	{SET(V0, "doorbell-intids", 8), V0, "doorbell-intids", "INTID 8 is an SGI; Linux keeps those", 0, {0}},
	{SET(V0, "doorbell-intids", 33), V0, "doorbell-intids", "INTID 33 is the uart-intid already", 0, {0}},
	{SET(V0, "doorbell-intids", 64, 65, 64), V0, "doorbell-intids", "INTID 64 stands twice", 0, {0}},
	/* Limits on a VM. */
	{SET(V0, "console-rate", 0), V0, "console-rate", "0 characters a second", 0, {0}},
	{SET(V0, "doorbell-min-interval", 1000001), V0, "doorbell-min-interval", "1000001 microseconds; at most 1000000", 0, {0}},
	/* Who may ring. */
	{SET(V0, "rings", VM0), V0, "rings", "names the VM itself", 0, {0}},
	{SET(V0, "controls", VM0), V0, "controls", "names the VM itself", 0, {0}},
	{SET(V0, "controls", 99), V0, "controls", "entry 0 is no VM", 0, {0}},
	{SET(V1, "restart-on-fault", 1, 2), V1, "restart-on-fault", "must be 1 cells", 0, {0}},
	{SET(V0, "rings", 77), V0, "rings", "entry 0 is no VM", 0, {0}},
	{SET(V0, "rings", VM1, 0), V0, "rings", "entry 1 is no VM", 0, {0}},
	{SET(V0, "rings", VM1, VM1), V0, "rings", "names VM 1 twice", 0, {0}},
	/* Images. */
	{TEXT(V0, "image", "kernel"), V0, "image", "\"kernel\" is not in the bundle", 0, {0}},
	{TEXT(V0, "ramdisk", "initrd"), V0, "ramdisk", "\"initrd\" is not in the bundle", 0, {0}},
	{TEXT(V1, "ramdisk", "rootfs"), V1, "ramdisk", "only for guest = \"linux\"", 0, {0}},
	{TEXT(V1, "bootargs", "quiet"), V1, "bootargs", "only for guest = \"linux\"", 0, {0}},
	{TEXT(V1, "image", "linux"), V1, "image", "has 0x1388 bytes, more than the VM's memory, 0x1000", 0,
	 SET(V1, "memory", 0, 0x2b000000, 0, 0x1000)},
	/* Roles on a region. */
	{SET(R0, "writer", VM0, VM1), R0, "writer", "names more than one VM", 0, {0}},
	{SET(R1, "writer", VM1, VM0), R1, "writer", "names more than one VM", 0, {0}},
	{SET(R0, "reader", VM1, VM0), R0, "reader", "names more than one VM", 0, {0}},
	{SET(R0, "writer", VM1), R0, "reader", "is the writer itself", 0, {0}},
	{SET(R0, "writer", 77), R0, "writer", "entry 0 is no VM", 0, {0}},
	{SET(R0, "read-write", VM1), R0, "writer", "VM 0 is not in read-write", 0, {0}},
	{SET(R0, "read-write", VM0), R0, "reader", "VM 1 is not in read-write or read-only", 0, {0}},
	{SET(R0, "read-only", VM1), R0, "read-only", "VM 1 stands in read-write too", 0, {0}},
	{SET(R0, "read-write", VM1), R0, "writer", "VM 0 is not in read-write", 0,
	 SET(R0, "read-only", VM0)},
	/* Two things at one address. */
	{SET(R1, "reg", 0, 0x2b800000, 0, 0x400000), R1, "reg",
	 "0x2b800000 + 0x400000 overlaps /vms/vm@1: memory, 0x2b000000 + 0x1000000, in VM 1", 0, {0}},
	{SET(R1, "reg", 0, 0x2abff000, 0, 0x400000), R1, "reg", "overlaps /regions/region@2a800000: reg", 1, {0}},
	{SET(V0, "uart", 0, 0x08000000), V0, "uart", "overlaps /vms/vm@0: gic-distributor", 0, {0}},
	{SET(V0, "uart", 0, 0x080df000), V0, "uart", "overlaps /vms/vm@0: gic-redistributors", 0, {0}},
	{SET(V0, "gic-distributor", 0, 0x40000000), V0, "gic-distributor", "overlaps /vms/vm@0: memory", 0, {0}},
	{SET(V0, "gic-redistributors", 0, 0x4fff0000), V0, "gic-redistributors", "overlaps /vms/vm@0: memory", 0, {0}},
	{SET(V0, "gic-redistributors", 0, 0x07fd0000), V0, "gic-redistributors", "overlaps /vms/vm@0: gic-distributor", 0, {0}},
	{SET(R0, "reg", 0, 0x08fff000, 0, 0x2000), R0, "reg", "overlaps /vms/vm@0: uart, 0x9000000 + 0x1000, in VM 0", 0, {0}},
};
/* clang-format on */

static bool is_named(const struct planted *p)
{
	const struct edit edits[] = {p->edit, p->second};

	read_edited(edits, COUNT(edits));
	if (report_count == p->more + 1 && reported(p->path, p->property, p->words))
		return true;
	print_message("%s: %s: expected \"%s\" and %u more, reported:\n", p->path, p->property,
		      p->words, p->more);
	show_reports();
	return false;
}

static void every_planted_mistake_is_named(void **state)
{
	unsigned int missed = 0;

	(void)state;
	for (size_t n = 0; n < COUNT(mistakes); n++)
		missed += !is_named(&mistakes[n]);
	assert_int_equal(missed, 0);
}

static void a_description_without_vms_is_refused(void **state)
{
	const struct edit edits[] = {
		ERASE("/regions", NULL),
		ERASE("/views", NULL),
		ERASE(V0, NULL),
		ERASE(V1, NULL),
	};

	(void)state;
	assert_int_equal(read_edited(edits, COUNT(edits)), 1);
	assert_true(reported("/vms", "", "has no vm node"));
}

static void the_reader_may_be_read_only(void **state)
{
	(void)state;
	ALLOWED(SET(R0, "read-write", VM0), SET(R0, "read-only", VM1));
	assert_int_equal(sys.regions[0].reader, 1);
	assert_false(region_writable(&sys.regions[0], 1));
}

static void all_mistakes_are_reported_in_one_go(void **state)
{
	const struct edit edits[] = {
		ERASE(V0, "label"),
		SET(V1, "cpus", 1),
		SET(R0, "writer", VM1),
		SUBNODE("/", "extra"),
	};

	(void)state;
	assert_int_equal(read_edited(edits, COUNT(edits)), 4);
	assert_true(reported(V0, "label", "is missing"));
	assert_true(reported(V1, "cpus", "already"));
	assert_true(reported(R0, "reader", "is the writer itself"));
	assert_true(reported("/extra", "", "unknown node"));
}

static void bootargs_that_do_not_fit_are_refused(void **state)
{
	char text[SYSTEM_BOOTARGS + 1];
	const struct edit fits = {EDIT_BYTES, V0, "bootargs", text, SYSTEM_BOOTARGS};
	const struct edit too_long = {EDIT_BYTES, V0, "bootargs", text, SYSTEM_BOOTARGS + 1};

	(void)state;
	memset(text, 'x', sizeof(text));
	text[SYSTEM_BOOTARGS - 1] = 0;
	assert_int_equal(read_edited(&fits, 1), 0);
	assert_int_equal(strlen(sys.vms[0].bootargs), SYSTEM_BOOTARGS - 1);
	text[SYSTEM_BOOTARGS - 1] = 'x';
	text[SYSTEM_BOOTARGS] = 0;
	assert_int_equal(read_edited(&too_long, 1), 1);
	assert_true(reported(V0, "bootargs", "has 512 characters, at most 511 fit"));
}

static void a_thirty_third_region_is_refused(void **state)
{
	char path[48], name[32];
	struct edit region[] = {
		SUBNODE("/regions", name),         SET(path, "reg", 0x1, 0, 0, 0x1000),
		SET(path, "writer", VM0),          SET(path, "reader", VM1),
		SET(path, "read-write", VM0, VM1),
	};

	(void)state;
	good_description(description);
	for (uint32_t n = 2; n <= FUSIONDOCK_REGION_MAX; n++) {
		const uint32_t reg[] = {0x1, n << 16, 0, 0x1000};

		region[1].data = reg;
		snprintf(name, sizeof(name), "region@1%08x", n << 16);
		snprintf(path, sizeof(path), "/regions/%s", name);
		for (size_t k = 0; k < COUNT(region); k++)
			edit_tree(description, &region[k]);
		make_bundle(bundle, sizeof(bundle), description, TREE_SIZE);
		if (n < FUSIONDOCK_REGION_MAX)
			assert_int_equal(read_bundle(bundle, sizeof(bundle)), 0);
	}
	assert_int_equal(read_bundle(bundle, sizeof(bundle)), 1);
	assert_string_equal(reports[0].reason, "there are more than 32 regions");
}

/* Damage of the bundle: one edit of the FIT image. */
/* clang-format off */
static const struct planted fit_mistakes[] = {
	{ERASE("/configurations", NULL), "bundle", "", "has no default configuration", 0, {0}},
	{ERASE("/configurations", "default"), "bundle", "", "has no default configuration", 0, {0}},
	{TEXT("/configurations", "default", "other"), "bundle", "", "has no default configuration", 0, {0}},
	{ERASE("/configurations/conf", "fdt"), "bundle", "", "has no default configuration", 0, {0}},
	{TEXT("/configurations/conf", "fdt", "none"), "bundle", "", "is not in the bundle", 0, {0}},
	{TEXT("/configurations/conf", "fdt", "linux"), "bundle", "", "holds a system description that is no device tree", 0, {0}},
	{ERASE("/images", NULL), "bundle", "", "has no /images", 0, {0}},
	{ERASE("/images/system", NULL), "bundle", "", "is not in the bundle", 0, {0}},
	{ERASE("/images/system", "data"), "bundle", "", "has no data in the bundle", 0, {0}},
	{EMPTY("/images/system", "data"), "bundle", "", "has no data in the bundle", 0, {0}},
	{TEXT("/images/system", "data", "nonsense"), "bundle", "", "that is no device tree", 0, {0}},
	{TEXT("/images/linux", "compression", "gzip"), V0, "image", "\"linux\" is compressed", 0, {0}},
	{ERASE("/images/linux", "data"), V0, "image", "has no data in the bundle (external data", 0, {0}},
	{ERASE("/images/rootfs", NULL), V0, "ramdisk", "\"rootfs\" is not in the bundle", 0, {0}},
	{ERASE("/images/uniproton", NULL), V1, "image", "\"uniproton\" is not in the bundle", 0, {0}},
};
/* clang-format on */

static void every_damage_of_the_bundle_is_named(void **state)
{
	(void)state;
	for (size_t n = 0; n < COUNT(fit_mistakes); n++) {
		const struct planted *p = &fit_mistakes[n];

		read_edited(NULL, 0);
		edit_tree(bundle, &p->edit);
		read_bundle(bundle, sizeof(bundle));
		if (report_count == 1 && reported(p->path, p->property, p->words))
			continue;
		show_reports();
		fail_msg("expected %s: %s: %s", p->path, p->property, p->words);
	}
}

static void an_image_without_the_compression_property_is_taken(void **state)
{
	const struct edit e = ERASE("/images/linux", "compression");

	(void)state;
	read_edited(NULL, 0);
	edit_tree(bundle, &e);
	assert_int_equal(read_bundle(bundle, sizeof(bundle)), 0);
}

static void what_is_no_device_tree_is_refused(void **state)
{
	_Alignas(8) char junk[64] = "PK\3\4 surely no device tree";

	(void)state;
	assert_int_equal(read_bundle(junk, sizeof(junk)), 1);
	assert_true(reported("bundle", "", "is no FIT image"));
	assert_int_equal(read_bundle(junk, 8), 1);
	assert_true(reported("bundle", "", "is no FIT image"));
	assert_int_equal(read_bundle(junk, 0), 1);
}

static void a_bundle_that_is_cut_off_is_refused(void **state)
{
	(void)state;
	read_edited(NULL, 0);
	assert_int_equal(read_bundle(bundle, fdt_totalsize(bundle) - 1), 1);
	assert_true(reported("bundle", "", "is cut off"));
}

static void a_bundle_whose_structure_is_damaged_is_refused(void **state)
{
	(void)state;
	read_edited(NULL, 0);
	/* The first token of the structure. */
	bundle[fdt_off_dt_struct(bundle) + 3] = 0x55;
	assert_int_equal(read_bundle(bundle, sizeof(bundle)), 1);
	assert_true(reported("bundle", "", "is damaged"));
}

static void a_description_of_more_than_64_kib_is_refused(void **state)
{
	static _Alignas(8) char large[SYSTEM_DESCRIPTION_MAX + 4];

	(void)state;
	good_description(description);
	memcpy(large, description, TREE_SIZE);
	fdt_set_totalsize(large, SYSTEM_DESCRIPTION_MAX);
	make_bundle(bundle, sizeof(bundle), large, SYSTEM_DESCRIPTION_MAX);
	assert_int_equal(read_bundle(bundle, sizeof(bundle)), 0);
	fdt_set_totalsize(large, sizeof(large));
	make_bundle(bundle, sizeof(bundle), large, sizeof(large));
	assert_int_equal(read_bundle(bundle, sizeof(bundle)), 1);
	assert_true(reported("bundle", "", "more than 64 KiB"));
}

/* Whatever a damaged bundle says: it is refused or it is a system that keeps the rules. */
static void check_rules(void)
{
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		const struct vm_desc *vm = &sys.vms[id];

		if (!vm->used)
			continue;
		assert_true(vm->cpu_count >= 1 && vm->cpu_count <= SYSTEM_CPUS_PER_VM);
		assert_true(vm->memory_size &&
			    vm->memory.ipa + vm->memory_size <= 1ull << IPA_BITS);
		assert_true(vm->doorbell_count <= FUSIONDOCK_VECTOR_MAX);
		assert_true(strnlen(vm->label, SYSTEM_LABEL) < SYSTEM_LABEL);
		assert_true((const char *)vm->image.data >= bundle);
		assert_true((const char *)vm->image.data + vm->image.size <= bundle + BUNDLE_SIZE);
	}
	for (uint32_t n = 0; n < sys.region_count; n++)
		assert_true(sys.regions[n].size && sys.regions[n].writer != sys.regions[n].reader);
}

static void random_damage_is_refused_or_harmless(void **state)
{
	static _Alignas(8) char good[BUNDLE_SIZE];
	uint32_t seed = 20261122;
	size_t length;

	(void)state;
	good_description(description);
	/* Few bytes of filler, so that the damage hits what is parsed. */
	fdt_pack(description);
	make_bundle(good, sizeof(good), description, (int)fdt_totalsize(description));
	fdt_pack(good);
	length = fdt_totalsize(good);
	for (int round = 0; round < 20000; round++) {
		memcpy(bundle, good, length);
		for (uint32_t hits = 1 + fake_random(&seed) % 4; hits; hits--)
			bundle[fake_random(&seed) % length] = (char)(fake_random(&seed) >> 8);
		if (!read_bundle(bundle, length))
			check_rules();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(the_good_system_has_no_mistake),
		BASE_TEST(linux_vm_is_read_to_the_last_field),
		BASE_TEST(flat_vm_is_read_to_the_last_field),
		BASE_TEST(regions_are_read_in_their_order),
		BASE_TEST(views_are_read),
		BASE_TEST(the_watchdog_has_a_time_for_the_start),
		BASE_TEST(other_vms_do_not_exist),
		BASE_TEST(what_is_optional_may_be_left_out),
		BASE_TEST(limits_themselves_are_allowed),
		BASE_TEST(windows_may_touch_each_other),
		BASE_TEST(vms_that_do_not_share_may_use_the_same_addresses),
		BASE_TEST(a_region_may_be_read_only_for_a_third_vm),
		BASE_TEST(every_planted_mistake_is_named),
		BASE_TEST(a_description_without_vms_is_refused),
		BASE_TEST(the_reader_may_be_read_only),
		BASE_TEST(all_mistakes_are_reported_in_one_go),
		BASE_TEST(bootargs_that_do_not_fit_are_refused),
		BASE_TEST(a_thirty_third_region_is_refused),
		BASE_TEST(every_damage_of_the_bundle_is_named),
		BASE_TEST(an_image_without_the_compression_property_is_taken),
		BASE_TEST(what_is_no_device_tree_is_refused),
		BASE_TEST(a_bundle_that_is_cut_off_is_refused),
		BASE_TEST(a_bundle_whose_structure_is_damaged_is_refused),
		BASE_TEST(a_description_of_more_than_64_kib_is_refused),
		BASE_TEST(random_damage_is_refused_or_harmless),
	};

	return cmocka_run_group_tests_name("system description", tests, NULL, NULL);
}
