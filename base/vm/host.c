/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/host.h"

#include <string.h>
#include "vm/fdtread.h"

#define GIC_SPI_FIRST 32u

static bool add(struct range *list, uint32_t *count, uint64_t start, uint64_t size)
{
	if (*count == HOST_RANGES)
		return false;
	if (size)
		list[(*count)++] = (struct range){start, size};
	return true;
}

static bool type_is(const void *fdt, int node, const char *type)
{
	const char *t = fdt_getprop(fdt, node, "device_type", NULL);

	return t && !strcmp(t, type);
}

/* false: more ranges than there is room for, so that a reserved one would be forgotten. */
static bool read_memory(const void *fdt, struct host *h)
{
	uint64_t start, size;
	bool room = true;
	int node, parent;

	fdt_for_each_subnode(node, fdt, 0) {
		if (!type_is(fdt, node, "memory"))
			continue;
		for (int n = 0; fdt_read_child_reg(fdt, 0, node, n, &start, &size); n++)
			room &= add(h->ram, &h->ram_count, start, size);
	}
	for (int n = 0; n < fdt_num_mem_rsv(fdt); n++) {
		if (!fdt_get_mem_rsv(fdt, n, &start, &size))
			room &= host_reserve(h, start, size);
	}
	parent = fdt_path_offset(fdt, "/reserved-memory");
	fdt_for_each_subnode(node, fdt, parent) {
		for (int n = 0; fdt_read_child_reg(fdt, parent, node, n, &start, &size); n++)
			room &= host_reserve(h, start, size);
	}
	return room;
}

static void read_cpus(const void *fdt, struct host *h)
{
	uint64_t mpidr, none;
	int node, parent = fdt_path_offset(fdt, "/cpus");

	fdt_for_each_subnode(node, fdt, parent) {
		if (type_is(fdt, node, "cpu") && h->cpu_count < HOST_CPUS &&
		    fdt_read_child_reg(fdt, parent, node, 0, &mpidr, &none))
			h->cpus[h->cpu_count++] = mpidr;
	}
}

/* stdout-path is a path or an alias, perhaps with ":options" behind it. */
static int stdout_node(const void *fdt, int chosen)
{
	const char *path = fdt_getprop(fdt, chosen, "stdout-path", NULL);
	const char *end;

	if (!path)
		return fdt_node_offset_by_compatible(fdt, -1, "arm,pl011");
	end = strchr(path, ':');
	return end ? fdt_path_offset_namelen(fdt, path, (int)(end - path))
		   : fdt_path_offset(fdt, path);
}

static void read_uart(const void *fdt, struct host *h, int chosen)
{
	int node = stdout_node(fdt, chosen), len;
	const fdt32_t *irq;
	uint64_t size;

	if (node < 0 || fdt_node_check_compatible(fdt, node, "arm,pl011") ||
	    !fdt_read_reg(fdt, node, 0, &h->uart, &size))
		return;
	irq = fdt_getprop(fdt, node, "interrupts", &len);
	if (irq && len >= 12 && fdt32_to_cpu(irq[0]) == 0)
		h->uart_intid = GIC_SPI_FIRST + fdt32_to_cpu(irq[1]);
}

static void read_chosen(const void *fdt, struct host *h, int chosen)
{
	int slen, elen;
	const fdt32_t *s = fdt_getprop(fdt, chosen, "linux,initrd-start", &slen);
	const fdt32_t *e = fdt_getprop(fdt, chosen, "linux,initrd-end", &elen);
	const char *args = fdt_getprop(fdt, chosen, "bootargs", NULL);

	if (s && e && slen >= 4 && elen >= 4) {
		h->bundle.start = fdt_read_cells(s, slen / 4);
		h->bundle.size = fdt_read_cells(e, elen / 4) - h->bundle.start;
	}
	for (size_t n = 0; args && args[n] && n + 1 < sizeof(h->bootargs); n++)
		h->bootargs[n] = args[n];
}

const char *host_read(const void *fdt, struct host *h)
{
	int gic, parent, chosen = fdt_path_offset(fdt, "/chosen");
	uint64_t size;

	memset(h, 0, sizeof(*h));
	h->fdt = fdt;
	if (chosen >= 0)
		read_chosen(fdt, h, chosen);
	read_uart(fdt, h, chosen);
	if (!read_memory(fdt, h))
		return "more memory or reserved ranges than the base can keep (96 of each)";
	read_cpus(fdt, h);
	gic = fdt_node_offset_by_compatible(fdt, -1, "arm,gic-v3");
	if (gic < 0)
		return "no interrupt controller compatible with \"arm,gic-v3\"";
	parent = fdt_parent_offset(fdt, gic);
	if (!fdt_read_child_reg(fdt, parent, gic, 0, &h->gicd, &size) ||
	    !fdt_read_child_reg(fdt, parent, gic, 1, &h->gicr, &h->gicr_size))
		return "the arm,gic-v3 node has no `reg` for distributor and redistributors";
	if (!h->ram_count)
		return "no memory node";
	if (!h->cpu_count)
		return "no cpu node under /cpus";
	if (!h->bundle.size)
		return "no bundle: /chosen has no linux,initrd-start and linux,initrd-end";
	if (!host_is_ram(h, h->bundle.start, h->bundle.size))
		return "the bundle (linux,initrd-start, linux,initrd-end) is not in memory";
	return NULL;
}

bool host_reserve(struct host *h, uint64_t start, uint64_t size)
{
	return add(h->reserved, &h->reserved_count, start, size);
}

bool host_is_ram(const struct host *h, uint64_t start, uint64_t size)
{
	for (uint32_t n = 0; n < h->ram_count; n++) {
		const struct range *r = &h->ram[n];

		if (start >= r->start && start - r->start <= r->size &&
		    size <= r->size - (start - r->start))
			return true;
	}
	return false;
}

bool host_has_option(const struct host *h, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = h->bootargs; *p;) {
		const char *end = strchr(p, ' ');
		size_t n = end ? (size_t)(end - p) : strlen(p);

		if (n == len && !strncmp(p, word, n))
			return true;
		p += n + (end ? 1 : 0);
	}
	return false;
}
