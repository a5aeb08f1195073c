/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/device.h"

#include <string.h>
#include "dev/gicregs.h"
#include "vm/fdtread.h"

#define DT_SPI 0u
#define DT_EDGE_RISING 1u
#define DT_LEVEL_HIGH 4u

/* What a node may refer to that the guest would not find in its own tree. */
static const char *const unmet[] = {
	"clocks", "resets", "iommus", "iommu-map", "power-domains", "phys", "dmas", "pinctrl-0",
	"gpios", "memory-region", "mboxes", "interrupts-extended", "interrupt-map", "msi-parent",
	"ranges", "nvmem-cells", "interconnects", NULL};

/* A bus that changes no address: the root, or simple-bus with empty ranges all the way up. */
static bool is_one_to_one(const void *fdt, int node)
{
	int parent, len;

	for (parent = fdt_parent_offset(fdt, node); parent > 0; parent = fdt_parent_offset(fdt, parent)) {
		if (fdt_node_check_compatible(fdt, parent, "simple-bus") ||
		    !fdt_getprop(fdt, parent, "ranges", &len) || len)
			return false;
	}
	return parent == 0;
}

static const fdt32_t *inherited(const void *fdt, int node, const char *property)
{
	for (; node >= 0; node = fdt_parent_offset(fdt, node)) {
		const fdt32_t *v = fdt_getprop(fdt, node, property, NULL);

		if (v)
			return v;
	}
	return NULL;
}

static bool is_gic_interrupt(const void *fdt, int node)
{
	const fdt32_t *parent = inherited(fdt, node, "interrupt-parent");
	int gic = parent ? fdt_node_offset_by_phandle(fdt, fdt32_to_cpu(*parent)) : -1;

	return gic >= 0 && !fdt_node_check_compatible(fdt, gic, "arm,gic-v3");
}

static void add_spi(struct check *c, struct vm_desc *vm, struct device_desc *d, const char *path,
		    const fdt32_t *v)
{
	uint32_t type = fdt32_to_cpu(v[0]), number = fdt32_to_cpu(v[1]), flags = fdt32_to_cpu(v[2]) & 0xf;
	struct spi_desc *spi = &d->spis[d->spi_count];

	if (type != DT_SPI || number >= GIC_SPI_END - GIC_PRIVATE) {
		mistake(c, vm->node, "devices", "%s: an interrupt of it is no SPI", path);
	} else if (d->spi_count == DEVICE_SPIS) {
		mistake(c, vm->node, "devices", "%s: has more than %d interrupts", path, DEVICE_SPIS);
	} else if (flags != DT_EDGE_RISING && flags != DT_LEVEL_HIGH) {
		mistake(c, vm->node, "devices", "%s: interrupt type %u is neither rising edge (1) nor high level (4)",
			path, flags);
	} else {
		spi->intid = number + GIC_PRIVATE;
		spi->edge = flags == DT_EDGE_RISING;
		d->spi_count++;
	}
}

static void read_spis(struct check *c, struct vm_desc *vm, struct device_desc *d, const char *path)
{
	const void *fdt = c->host->fdt;
	int len;
	const fdt32_t *v = fdt_getprop(fdt, d->host_node, "interrupts", &len);

	if (!v)
		return;
	if (!is_gic_interrupt(fdt, d->host_node) || len % 12) {
		mistake(c, vm->node, "devices", "%s: its interrupts do not go to the GIC", path);
		return;
	}
	for (int n = 0; n < len / 4; n += 3)
		add_spi(c, vm, d, path, v + n);
}

static bool same_page(const struct range *a, uint64_t at, uint64_t size)
{
	return align_down(at, PAGE_SIZE) < align_up(a->start + a->size, PAGE_SIZE) &&
	       align_down(a->start, PAGE_SIZE) < align_up(at + size, PAGE_SIZE);
}

/* Memory mapped as a device would be a hole in every wall. */
static bool is_memory(const struct host *h, uint64_t at, uint64_t size)
{
	for (uint32_t n = 0; n < h->ram_count; n++) {
		if (same_page(&h->ram[n], at, size))
			return true;
	}
	return false;
}

static void read_registers(struct check *c, struct vm_desc *vm, struct device_desc *d,
			   const char *path)
{
	uint64_t at, size;

	while (fdt_read_reg(c->host->fdt, d->host_node, (int)d->reg_count, &at, &size)) {
		if (d->reg_count == DEVICE_REGS) {
			mistake(c, vm->node, "devices", "%s: has more than %d register ranges", path, DEVICE_REGS);
			return;
		}
		if (!size || at >> IPA_BITS || size >> IPA_BITS || (at + size) >> IPA_BITS)
			mistake(c, vm->node, "devices", "%s: its registers are beyond the guest-physical space of %d bits",
				path, IPA_BITS);
		else if (is_memory(c->host, at, size))
			mistake(c, vm->node, "devices", "%s: its registers at 0x%lx are memory of the machine", path,
				(unsigned long)at);
		d->regs[d->reg_count++] = (struct range){at, size};
	}
	if (!d->reg_count)
		mistake(c, vm->node, "devices", "%s: has no registers (reg)", path);
}

static bool belongs_to_base(const struct check *c, int node)
{
	uint64_t at = 0, size;

	return !fdt_node_check_compatible(c->host->fdt, node, "arm,gic-v3") ||
	       (fdt_read_reg(c->host->fdt, node, 0, &at, &size) && at == c->host->uart);
}

static void read_device(struct check *c, struct vm_desc *vm, const char *path)
{
	const void *fdt = c->host->fdt;
	int node = fdt_path_offset(fdt, path);
	struct device_desc *d = &vm->devices[vm->device_count];

	if (vm->device_count == VM_DEVICES) {
		mistake(c, vm->node, "devices", "%s: more than %d devices", path, VM_DEVICES);
		return;
	}
	if (path[0] != '/' || node <= 0) {
		mistake(c, vm->node, "devices", "%s: is no node of the machine's device tree", path);
		return;
	}
	if (belongs_to_base(c, node)) {
		mistake(c, vm->node, "devices", "%s: the base needs it itself", path);
		return;
	}
	if (!is_one_to_one(fdt, node)) {
		mistake(c, vm->node, "devices", "%s: its bus changes addresses", path);
		return;
	}
	for (const char *const *name = unmet; *name; name++) {
		if (fdt_getprop(fdt, node, *name, NULL))
			mistake(c, vm->node, "devices", "%s: needs `%s`, which the base cannot give", path, *name);
	}
	vm->device_count++;
	memset(d, 0, sizeof(*d));
	d->host_node = node;
	d->virtio = !fdt_node_check_compatible(fdt, node, "virtio,mmio");
	read_registers(c, vm, d, path);
	read_spis(c, vm, d, path);
}

void read_devices(struct check *c, struct vm_desc *vm)
{
	int len = 0;
	const char *list = fdt_getprop(c->fdt, vm->node, "devices", &len);

	if (!list)
		return;
	if (len < 2 || list[len - 1]) {
		mistake(c, vm->node, "devices", "must be a list of paths in the machine's device tree");
		return;
	}
	for (const char *path = list; path < list + len; path += strlen(path) + 1)
		read_device(c, vm, path);
}

static bool is_given(const struct vm_desc *vm, int host_node)
{
	for (uint32_t n = 0; n < vm->device_count; n++) {
		if (vm->devices[n].host_node == host_node)
			return true;
	}
	return false;
}

/* A page is the smallest thing a VM can be given: all of it must be the VM's. */
static void check_neighbours(struct check *c, const struct vm_desc *vm, const struct device_desc *d)
{
	const void *fdt = c->host->fdt;
	uint64_t at, size;
	char path[96];

	for (int node = fdt_next_node(fdt, 0, NULL); node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		if (is_given(vm, node) || !is_one_to_one(fdt, node) ||
		    !fdt_getprop(fdt, node, "compatible", NULL))
			continue;
		for (int n = 0; fdt_read_reg(fdt, node, n, &at, &size); n++) {
			for (uint32_t r = 0; r < d->reg_count; r++) {
				if (!same_page(&d->regs[r], at, size) || fdt_get_path(fdt, node, path, sizeof(path)))
					continue;
				mistake(c, vm->node, "devices", "registers at 0x%lx share a page with %s; give the VM that one too",
					(unsigned long)d->regs[r].start, path);
			}
		}
	}
}

static bool uses_intid(const struct vm_desc *vm, uint32_t intid)
{
	if (vm->uart_intid == intid)
		return true;
	for (uint32_t n = 0; n < vm->doorbell_count; n++) {
		if (vm->doorbells[n] == intid)
			return true;
	}
	return false;
}

static void check_spis(struct check *c, const struct vm_desc *vm, const struct device_desc *d)
{
	for (uint32_t n = 0; n < d->spi_count; n++) {
		uint32_t intid = d->spis[n].intid;

		if (intid == c->host->uart_intid)
			mistake(c, vm->node, "devices", "INTID %u is the base's own UART", intid);
		if (uses_intid(vm, intid))
			mistake(c, vm->node, "devices", "INTID %u of a device is in uart-intid or doorbell-intids already; choose another there", intid);
	}
}

void check_devices(struct check *c, const struct system *s)
{
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		const struct vm_desc *vm = &s->vms[id];

		for (uint32_t n = 0; n < vm->device_count; n++) {
			check_spis(c, vm, &vm->devices[n]);
			check_neighbours(c, vm, &vm->devices[n]);
			for (uint32_t other = 0; other < id; other++) {
				if (is_given(&s->vms[other], vm->devices[n].host_node))
					mistake(c, vm->node, "devices", "device %u of the list is VM %u's already", n, other);
			}
			for (uint32_t before = 0; before < n; before++) {
				if (vm->devices[before].host_node == vm->devices[n].host_node)
					mistake(c, vm->node, "devices", "device %u of the list stands twice", n);
			}
		}
	}
}
