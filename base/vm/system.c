/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/system.h"

#include <string.h>
#include "dev/gicregs.h"
#include "vm/bundle.h"
#include "vm/check.h"
#include "vm/device.h"
#include "vm/fdtread.h"
#include "vm/overlap.h"
#include "vm/view.h"

#define NO_ID UINT32_MAX
#define DOORBELL_INTERVAL_MAX 1000000u /* µs */
#define WATCHDOG_MAX 3600000u /* ms, an hour */

static const char *const root_properties[] = {"compatible", "model", "#address-cells", "#size-cells",
					      NULL};
static const char *const vms_properties[] = {"#address-cells", "#size-cells", NULL};
static const char *const vm_properties[] = {
	"reg", "phandle", "label", "guest", "cpus", "memory", "gic-distributor",
	"gic-redistributors", "uart", "uart-intid", "doorbell-intids", "doorbell-min-interval", "rings", "controls", "observes", "restart-on-fault",
	"watchdog", "watchdog-start",
	"console-rate", "devices", "image", "ramdisk",
	"bootargs", NULL};
static const char *const region_properties[] = {"reg", "phandle", "writer", "reader", "read-write",
						"read-only", NULL};

static void read_cpus(struct check *c, struct system *s, struct vm_desc *vm)
{
	int count;
	const fdt32_t *v = get_cells(c, vm->node, "cpus", 1, SYSTEM_CPUS_PER_VM, &count, false);

	for (int n = 0; v && n < count; n++) {
		uint64_t mpidr = fdt32_to_cpu(v[n]);
		bool there = false;

		for (uint32_t h = 0; h < c->host->cpu_count; h++)
			there |= c->host->cpus[h] == mpidr;
		if (!there)
			mistake(c, vm->node, "cpus", "core 0x%lx is not in the machine's device tree (/cpus, reg)",
				(unsigned long)mpidr);
		for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
			for (uint32_t k = 0; k < s->vms[id].cpu_count; k++) {
				if (s->vms[id].cpus[k] == mpidr)
					mistake(c, vm->node, "cpus", "core 0x%lx is already VM %u's; a core runs one VM",
						(unsigned long)mpidr, id);
			}
		}
		vm->cpus[vm->cpu_count++] = mpidr;
	}
}

static void read_image(struct check *c, int node, const char *property, bool optional,
		       struct image *out)
{
	const char *name = get_string(c, node, property, 63, optional);
	const char *wrong = name ? bundle_image(c->bundle, name, out) : NULL;

	if (wrong)
		mistake(c, node, property, "\"%s\" %s", name, wrong);
}

static void read_doorbells(struct check *c, struct vm_desc *vm)
{
	int count;
	const fdt32_t *v = get_cells(c, vm->node, "doorbell-intids", 1, FUSIONDOCK_VECTOR_MAX, &count, true);

	for (int n = 0; v && n < count; n++) {
		uint32_t intid = fdt32_to_cpu(v[n]);

		if ((intid > 15 && intid < GIC_PRIVATE) || intid >= GIC_SPI_END)
			mistake(c, vm->node, "doorbell-intids", "INTID %u is neither an SGI (0-15) nor an SPI (32-1019)", intid);
		else if (vm->guest == GUEST_LINUX && intid < GIC_PRIVATE)
			mistake(c, vm->node, "doorbell-intids", "INTID %u is an SGI; Linux keeps those for itself, use an SPI (32-1019)", intid);
		if (intid == vm->uart_intid)
			mistake(c, vm->node, "doorbell-intids", "INTID %u is the uart-intid already", intid);
		for (int k = 0; k < n; k++) {
			if (vm->doorbells[k] == intid)
				mistake(c, vm->node, "doorbell-intids", "INTID %u stands twice", intid);
		}
		vm->doorbells[vm->doorbell_count++] = intid;
	}
}

static void read_emulated(struct check *c, struct vm_desc *vm)
{
	uint64_t frames = (uint64_t)GICR_FRAME * (vm->cpu_count ? vm->cpu_count : 1);

	vm->gicd = ipa(get_ipa(c, vm->node, "gic-distributor", GICD_FRAME, GICD_FRAME));
	vm->gicr = ipa(get_ipa(c, vm->node, "gic-redistributors", GICD_FRAME, frames));
	vm->uart = ipa(get_ipa(c, vm->node, "uart", PAGE_SIZE, PAGE_SIZE));
	vm->uart_intid = get_u32(c, vm->node, "uart-intid", GIC_PRIVATE, false);
	if (vm->uart_intid < GIC_PRIVATE || vm->uart_intid >= GIC_SPI_END)
		mistake(c, vm->node, "uart-intid", "INTID %u is no SPI (32-1019; SPI n of a device tree is INTID n + 32)",
			vm->uart_intid);
	vm->console_rate = get_u32(c, vm->node, "console-rate", SYSTEM_CONSOLE_RATE, true);
	if (!vm->console_rate)
		mistake(c, vm->node, "console-rate", "0 characters a second would stop the VM at its first line");
	vm->doorbell_interval = get_u32(c, vm->node, "doorbell-min-interval", 0, true);
	if (vm->doorbell_interval > DOORBELL_INTERVAL_MAX)
		mistake(c, vm->node, "doorbell-min-interval", "%u microseconds; at most %u, a second",
			vm->doorbell_interval, DOORBELL_INTERVAL_MAX);
	read_doorbells(c, vm);
}

static void read_vm_images(struct check *c, struct vm_desc *vm)
{
	const char *args;

	read_image(c, vm->node, "image", false, &vm->image);
	if (vm->guest == GUEST_FLAT) {
		if (fdt_getprop(c->fdt, vm->node, "ramdisk", NULL))
			mistake(c, vm->node, "ramdisk", "only for guest = \"linux\"");
		if (fdt_getprop(c->fdt, vm->node, "bootargs", NULL))
			mistake(c, vm->node, "bootargs", "only for guest = \"linux\"");
		if (vm->memory_size && vm->image.size > vm->memory_size)
			mistake(c, vm->node, "image", "has 0x%lx bytes, more than the VM's memory, 0x%lx",
				(unsigned long)vm->image.size, (unsigned long)vm->memory_size);
		return;
	}
	read_image(c, vm->node, "ramdisk", true, &vm->ramdisk);
	args = get_string(c, vm->node, "bootargs", SYSTEM_BOOTARGS - 1, true);
	if (args)
		memcpy(vm->bootargs, args, strlen(args) + 1);
}

static void check_no_subnodes(struct check *c, int node)
{
	int sub;

	fdt_for_each_subnode(sub, c->fdt, node)
		mistake(c, sub, NULL, "unknown node; vm and region nodes have properties only");
}

static void read_watchdog(struct check *c, struct vm_desc *vm)
{
	vm->watchdog_ms = get_u32(c, vm->node, "watchdog", 0, true);
	vm->watchdog_start_ms = get_u32(c, vm->node, "watchdog-start", vm->watchdog_ms, true);
	if (fdt_getprop(c->fdt, vm->node, "watchdog", NULL) &&
	    (!vm->watchdog_ms || vm->watchdog_ms > WATCHDOG_MAX))
		mistake(c, vm->node, "watchdog", "%u milliseconds; 1 to %u, or leave it out", vm->watchdog_ms,
			WATCHDOG_MAX);
	if (!fdt_getprop(c->fdt, vm->node, "watchdog-start", NULL))
		return;
	if (!vm->watchdog_ms)
		mistake(c, vm->node, "watchdog-start", "without `watchdog` it has no meaning");
	if (!vm->watchdog_start_ms || vm->watchdog_start_ms > WATCHDOG_MAX)
		mistake(c, vm->node, "watchdog-start", "%u milliseconds; 1 to %u", vm->watchdog_start_ms,
			WATCHDOG_MAX);
}

static void read_vm(struct check *c, struct system *s, int node)
{
	uint32_t id = get_u32(c, node, "reg", NO_ID, false);
	const char *label, *guest;
	struct vm_desc *vm;
	uint64_t at = 0;

	check_properties(c, node, vm_properties);
	check_no_subnodes(c, node);
	/* Without an id of its own, its other properties would be taken for another VM's. */
	if (id == NO_ID)
		return;
	if (id >= FUSIONDOCK_VM_MAX) {
		mistake(c, node, "reg", "VM id %u; ids go from 0 to %d", id, FUSIONDOCK_VM_MAX - 1);
		return;
	}
	vm = &s->vms[id];
	if (vm->used) {
		mistake(c, node, "reg", "VM id %u stands twice", id);
		return;
	}
	vm->used = true;
	vm->node = node;
	label = get_string(c, node, "label", SYSTEM_LABEL - 1, false);
	if (label)
		memcpy(vm->label, label, strlen(label) + 1);
	guest = get_string(c, node, "guest", 15, false);
	vm->guest = guest && !strcmp(guest, "linux") ? GUEST_LINUX : GUEST_FLAT;
	if (guest && vm->guest == GUEST_FLAT && strcmp(guest, "flat"))
		mistake(c, node, "guest", "\"%s\" is neither \"linux\" nor \"flat\"", guest);
	if (get_window(c, node, "memory", &at, &vm->memory_size) && vm->guest == GUEST_LINUX &&
	    (at | vm->memory_size) % BLOCK_SIZE)
		mistake(c, node, "memory", "for Linux address and size must be multiples of 2 MiB");
	vm->memory = ipa(at);
	read_cpus(c, s, vm);
	read_emulated(c, vm);
	read_vm_images(c, vm);
	read_devices(c, vm);
	vm->restarts = get_u32(c, node, "restart-on-fault", 0, true);
	read_watchdog(c, vm);
	vm->controls = get_vms(c, node, "controls", true);
	if (vm->controls >> id & 1)
		mistake(c, node, "controls", "names the VM itself, which may always reset and power off itself by PSCI");
	vm->observes = get_vms(c, node, "observes", true);
	if (vm->observes >> id & 1)
		mistake(c, node, "observes", "names the VM itself, which may always read its own counters");
	vm->rings = get_vms(c, node, "rings", true);
	if (vm->rings >> id & 1)
		mistake(c, node, "rings", "names the VM itself");
}

/* The one VM of `writer` or `reader`, out of those with enough rights. */
static uint32_t read_role(struct check *c, const struct region_desc *r, const char *property,
			  uint32_t allowed, const char *allowed_names)
{
	uint32_t mask = get_vms(c, r->node, property, false);

	if (mask & (mask - 1))
		mistake(c, r->node, property, "names more than one VM");
	else if (mask && !(mask & allowed))
		mistake(c, r->node, property, "VM %d is not in %s", __builtin_ctz(mask), allowed_names);
	return mask ? (uint32_t)__builtin_ctz(mask) : 0;
}

static void read_region(struct check *c, struct system *s, int node)
{
	struct region_desc *r = &s->regions[s->region_count];
	unsigned int before;
	uint64_t at = 0;

	if (s->region_count == FUSIONDOCK_REGION_MAX) {
		mistake(c, node, NULL, "there are more than %d regions", FUSIONDOCK_REGION_MAX);
		return;
	}
	s->region_count++;
	r->node = node;
	check_properties(c, node, region_properties);
	check_no_subnodes(c, node);
	get_window(c, node, "reg", &at, &r->size);
	if (r->size > UINT32_MAX)
		mistake(c, node, "reg", "the size 0x%lx does not fit the header's 32 bits", (unsigned long)r->size);
	r->at = ipa(at);
	r->read_write = get_vms(c, node, "read-write", false);
	r->read_only = get_vms(c, node, "read-only", true);
	if (r->read_write & r->read_only)
		mistake(c, node, "read-only", "VM %d stands in read-write too",
			__builtin_ctz(r->read_write & r->read_only));
	before = c->mistakes;
	r->writer = read_role(c, r, "writer", r->read_write, "read-write");
	r->reader = read_role(c, r, "reader", r->read_write | r->read_only, "read-write or read-only");
	/* Roles that could not be read are VM 0 both: no further mistake. */
	if (c->mistakes == before && r->writer == r->reader)
		mistake(c, node, "reader", "is the writer itself");
}

static void read_tree(struct check *c, struct system *s)
{
	int vms = fdt_path_offset(c->fdt, "/vms"), regions = fdt_path_offset(c->fdt, "/regions"), node;
	int views = fdt_path_offset(c->fdt, "/views");

	check_properties(c, 0, root_properties);
	if (fdt_node_check_compatible(c->fdt, 0, "fusiondock,system"))
		mistake(c, 0, "compatible", "must be \"fusiondock,system\"");
	fdt_for_each_subnode(node, c->fdt, 0) {
		if (node != vms && node != regions && node != views)
			mistake(c, node, NULL, "unknown node; there are /vms, /regions and /views");
	}
	if (vms < 0) {
		mistake(c, 0, NULL, "has no node vms");
		return;
	}
	check_properties(c, vms, vms_properties);
	check_cells(c, vms, 1, 0);
	fdt_for_each_subnode(node, c->fdt, vms)
		read_vm(c, s, node);
	if (fdt_first_subnode(c->fdt, vms) < 0)
		mistake(c, vms, NULL, "has no vm node");
	read_views(c, s);
	if (regions < 0)
		return;
	check_properties(c, regions, vms_properties);
	check_cells(c, regions, 2, 2);
	fdt_for_each_subnode(node, c->fdt, regions)
		read_region(c, s, node);
}

/* A FIT image aligns what it holds to 4 bytes, libfdt wants 8: the description is copied out. */
static uint64_t description[SYSTEM_DESCRIPTION_MAX / sizeof(uint64_t)];

static const char *copy_description(const void *bundle)
{
	struct image found;
	const char *wrong = bundle_description(bundle, &found);

	if (wrong)
		return wrong;
	if (found.size > sizeof(description))
		return "holds a system description of more than 64 KiB";
	memcpy(description, found.data, found.size);
	return fdt_check_full(description, found.size)
		       ? "holds a system description that is no device tree"
		       : NULL;
}

unsigned int system_read(struct system *s, const void *bundle, size_t bundle_size,
			 const struct host *host, system_report report)
{
	struct check c = {.bundle = bundle, .host = host, .report = report};
	const char *wrong = bundle_check(bundle, bundle_size);

	memset(s, 0, sizeof(*s));
	if (!wrong)
		wrong = copy_description(bundle);
	if (wrong) {
		report("bundle", NULL, wrong);
		return 1;
	}
	s->fdt = c.fdt = description;
	read_tree(&c, s);
	check_overlaps(&c, s);
	check_devices(&c, s);
	return c.mistakes;
}
