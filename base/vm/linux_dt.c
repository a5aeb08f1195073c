/* SPDX-License-Identifier: Apache-2.0 */
/* The device tree of a Linux guest, by the bindings of the kernel's Documentation/devicetree. */
#include <libfdt.h>
#include <string.h>
#include "dev/gicregs.h"
#include "lib/format.h"
#include "vm/linux.h"

#define PHANDLE_GIC 1u
#define PHANDLE_CLOCK 2u
#define PHANDLE_REGION 16u /* + region index */
#define IRQ_SPI 0u
#define IRQ_PPI 1u
#define IRQ_EDGE_RISING 1u
#define IRQ_LEVEL_HIGH 4u
#define CELLS_MAX (3 * FUSIONDOCK_VECTOR_MAX)
#define UART_CLOCK_HZ 24000000u

/* A tree being written: the first error stays, later calls do nothing. */
struct tree {
	void *fdt;
	int error;
};

static void did(struct tree *t, int error)
{
	if (!t->error)
		t->error = error;
}

static void begin(struct tree *t, const char *name)
{
	did(t, fdt_begin_node(t->fdt, name));
}

static void begin_at(struct tree *t, const char *name, uint64_t at)
{
	char full[48];

	format(full, sizeof(full), "%s@%lx", name, (unsigned long)at);
	begin(t, full);
}

static void end(struct tree *t)
{
	did(t, fdt_end_node(t->fdt));
}

static void flag(struct tree *t, const char *name)
{
	did(t, fdt_property(t->fdt, name, NULL, 0));
}

static void str(struct tree *t, const char *name, const char *value)
{
	did(t, fdt_property(t->fdt, name, value, (int)strlen(value) + 1));
}

static void cells(struct tree *t, const char *name, const uint32_t *v, unsigned int count)
{
	fdt32_t out[CELLS_MAX];

	for (unsigned int n = 0; n < count; n++)
		out[n] = cpu_to_fdt32(v[n]);
	did(t, fdt_property(t->fdt, name, out, (int)(count * sizeof(out[0]))));
}

#define CELLS(t, name, ...)                                                                        \
	cells(t, name, (const uint32_t[]){__VA_ARGS__},                                            \
	      sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

#define HI_LO(v) (uint32_t)((uint64_t)(v) >> 32), (uint32_t)(v)

static void address_cells(struct tree *t, uint32_t address, uint32_t size)
{
	CELLS(t, "#address-cells", address);
	CELLS(t, "#size-cells", size);
}

static void chosen(struct tree *t, const struct vm_desc *vm)
{
	struct linux_layout at;
	char uart[32];

	begin(t, "chosen");
	str(t, "bootargs", vm->bootargs);
	format(uart, sizeof(uart), "/uart@%lx", (unsigned long)vm->uart.ipa);
	str(t, "stdout-path", uart);
	if (vm->ramdisk.size && !linux_layout(vm, &at)) {
		uint64_t start = vm->memory.ipa + at.ramdisk;

		CELLS(t, "linux,initrd-start", HI_LO(start));
		CELLS(t, "linux,initrd-end", HI_LO(start + vm->ramdisk.size));
	}
	end(t);
}

static void memory(struct tree *t, const struct vm_desc *vm)
{
	begin_at(t, "memory", vm->memory.ipa);
	str(t, "device_type", "memory");
	CELLS(t, "reg", HI_LO(vm->memory.ipa), HI_LO(vm->memory_size));
	end(t);
}

static void processors(struct tree *t, const struct vm_desc *vm)
{
	static const char psci[] = "arm,psci-1.0\0arm,psci-0.2";

	begin(t, "cpus");
	address_cells(t, 1, 0);
	for (uint32_t n = 0; n < vm->cpu_count; n++) {
		begin_at(t, "cpu", n);
		str(t, "device_type", "cpu");
		str(t, "compatible", "arm,armv8");
		CELLS(t, "reg", n);
		str(t, "enable-method", "psci");
		end(t);
	}
	end(t);
	begin(t, "psci");
	did(t, fdt_property(t->fdt, "compatible", psci, sizeof(psci)));
	str(t, "method", "hvc");
	end(t);
}

static void interrupts_and_timer(struct tree *t, const struct vm_desc *vm)
{
	begin_at(t, "interrupt-controller", vm->gicd.ipa);
	str(t, "compatible", "arm,gic-v3");
	CELLS(t, "#interrupt-cells", 3);
	flag(t, "interrupt-controller");
	CELLS(t, "reg", HI_LO(vm->gicd.ipa), HI_LO(GICD_FRAME), HI_LO(vm->gicr.ipa),
	      HI_LO(GICR_FRAME * vm->cpu_count));
	CELLS(t, "phandle", PHANDLE_GIC);
	end(t);
	begin(t, "timer");
	str(t, "compatible", "arm,armv8-timer");
	/* Secure physical, physical, virtual, hypervisor, by their PPI numbers. */
	CELLS(t, "interrupts", IRQ_PPI, 13, IRQ_LEVEL_HIGH, IRQ_PPI, 14, IRQ_LEVEL_HIGH, IRQ_PPI, 11,
	      IRQ_LEVEL_HIGH, IRQ_PPI, 10, IRQ_LEVEL_HIGH);
	flag(t, "always-on");
	end(t);
}

static void uart(struct tree *t, const struct vm_desc *vm)
{
	static const char compatible[] = "arm,pl011\0arm,primecell";
	static const char clocks[] = "uartclk\0apb_pclk";

	begin(t, "clock");
	str(t, "compatible", "fixed-clock");
	CELLS(t, "#clock-cells", 0);
	CELLS(t, "clock-frequency", UART_CLOCK_HZ);
	CELLS(t, "phandle", PHANDLE_CLOCK);
	end(t);
	begin_at(t, "uart", vm->uart.ipa);
	did(t, fdt_property(t->fdt, "compatible", compatible, sizeof(compatible)));
	CELLS(t, "reg", HI_LO(vm->uart.ipa), HI_LO(PAGE_SIZE));
	CELLS(t, "interrupts", IRQ_SPI, vm->uart_intid - GIC_PRIVATE, IRQ_LEVEL_HIGH);
	CELLS(t, "clocks", PHANDLE_CLOCK, PHANDLE_CLOCK);
	did(t, fdt_property(t->fdt, "clock-names", clocks, sizeof(clocks)));
	end(t);
}

static void regions(struct tree *t, const struct system *s, uint32_t id)
{
	begin(t, "reserved-memory");
	address_cells(t, 2, 2);
	flag(t, "ranges");
	for (uint32_t n = 0; n < s->region_count; n++) {
		const struct region_desc *r = &s->regions[n];

		if (!region_readable(r, id))
			continue;
		begin_at(t, "region", r->at.ipa);
		CELLS(t, "reg", HI_LO(r->at.ipa), HI_LO(r->size));
		flag(t, "no-map");
		CELLS(t, "phandle", PHANDLE_REGION + n);
		end(t);
	}
	end(t);
}

static void fusiondock(struct tree *t, const struct system *s, uint32_t id)
{
	const struct vm_desc *vm = &s->vms[id];
	uint32_t v[CELLS_MAX], count = 0;

	begin(t, "fusiondock");
	str(t, "compatible", "fusiondock,mcs");
	CELLS(t, "fusiondock,vm-id", id);
	for (uint32_t n = 0; n < vm->doorbell_count; n++) {
		v[count++] = IRQ_SPI;
		v[count++] = vm->doorbells[n] - GIC_PRIVATE;
		v[count++] = IRQ_EDGE_RISING;
	}
	if (count)
		cells(t, "interrupts", v, count);
	count = 0;
	for (uint32_t n = 0; n < s->region_count; n++) {
		if (region_readable(&s->regions[n], id))
			v[count++] = PHANDLE_REGION + n;
	}
	if (count)
		cells(t, "memory-region", v, count);
	end(t);
}

/* The node has another place here: what says where it is, or refers to others, is written anew or left out. */
static bool is_copied(const char *name)
{
	static const char *const own[] = {"reg", "phandle", "linux,phandle", "interrupt-parent",
					  "interrupts", "status", NULL};

	for (const char *const *o = own; *o; o++) {
		if (!strcmp(*o, name))
			return false;
	}
	return true;
}

static void device_interrupts(struct tree *t, const struct device_desc *d)
{
	uint32_t v[3 * DEVICE_SPIS], count = 0;

	for (uint32_t n = 0; n < d->spi_count; n++) {
		v[count++] = IRQ_SPI;
		v[count++] = d->spis[n].intid - GIC_PRIVATE;
		v[count++] = d->spis[n].edge ? IRQ_EDGE_RISING : IRQ_LEVEL_HIGH;
	}
	if (count)
		cells(t, "interrupts", v, count);
}

static void device(struct tree *t, const void *host_fdt, const struct device_desc *d)
{
	uint32_t reg[4 * DEVICE_REGS], count = 0;
	int offset;

	begin(t, fdt_get_name(host_fdt, d->host_node, NULL));
	for (uint32_t n = 0; n < d->reg_count; n++) {
		reg[count++] = (uint32_t)(d->regs[n].start >> 32);
		reg[count++] = (uint32_t)d->regs[n].start;
		reg[count++] = (uint32_t)(d->regs[n].size >> 32);
		reg[count++] = (uint32_t)d->regs[n].size;
	}
	cells(t, "reg", reg, count);
	device_interrupts(t, d);
	fdt_for_each_property_offset(offset, host_fdt, d->host_node) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(host_fdt, offset, &name, &len);

		if (value && is_copied(name))
			did(t, fdt_property(t->fdt, name, value, len));
	}
	end(t);
}

int linux_device_tree(const struct system *s, uint32_t id, const void *host_fdt, void *buf, int size)
{
	const struct vm_desc *vm = &s->vms[id];
	struct tree t = {.fdt = buf};

	did(&t, fdt_create(buf, size));
	did(&t, fdt_finish_reservemap(buf));
	begin(&t, "");
	str(&t, "compatible", "fusiondock,guest");
	str(&t, "model", vm->label);
	address_cells(&t, 2, 2);
	CELLS(&t, "interrupt-parent", PHANDLE_GIC);
	chosen(&t, vm);
	memory(&t, vm);
	processors(&t, vm);
	interrupts_and_timer(&t, vm);
	uart(&t, vm);
	regions(&t, s, id);
	fusiondock(&t, s, id);
	for (uint32_t n = 0; n < vm->device_count; n++)
		device(&t, host_fdt, &vm->devices[n]);
	end(&t);
	did(&t, fdt_finish(buf));
	return t.error;
}
