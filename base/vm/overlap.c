/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/overlap.h"

#include "dev/gicregs.h"
#include "vm/view.h"

struct window {
	int node;
	const char *property;
	uint64_t at, size;
};

#define WINDOWS (4 + FUSIONDOCK_REGION_MAX + FUSIONDOCK_VIEW_COUNT + VM_DEVICES * DEVICE_REGS)

static unsigned int windows_of(const struct system *s, uint32_t id, struct window *w)
{
	const struct vm_desc *vm = &s->vms[id];
	unsigned int n = 0;

	w[n++] = (struct window){vm->node, "memory", vm->memory.ipa, vm->memory_size};
	w[n++] = (struct window){vm->node, "gic-distributor", vm->gicd.ipa, GICD_FRAME};
	w[n++] = (struct window){vm->node, "gic-redistributors", vm->gicr.ipa,
				 (uint64_t)GICR_FRAME * vm->cpu_count};
	w[n++] = (struct window){vm->node, "uart", vm->uart.ipa, PAGE_SIZE};
	for (uint32_t r = 0; r < s->region_count; r++) {
		if (region_readable(&s->regions[r], id))
			w[n++] = (struct window){s->regions[r].node, "reg", s->regions[r].at.ipa,
						 s->regions[r].size};
	}
	for (uint32_t v = 0; v < FUSIONDOCK_VIEW_COUNT; v++) {
		if (view_readable(&s->views[v], id))
			w[n++] = (struct window){s->views[v].node, "reg", s->views[v].at.ipa, s->views[v].size};
	}
	for (uint32_t d = 0; d < vm->device_count; d++) {
		for (uint32_t r = 0; r < vm->devices[d].reg_count; r++)
			w[n++] = (struct window){vm->node, "devices", vm->devices[d].regs[r].start,
						 vm->devices[d].regs[r].size};
	}
	return n;
}

static bool overlap(const struct window *a, const struct window *b)
{
	return a->size && b->size && a->at < b->at + b->size && b->at < a->at + a->size;
}

void check_overlaps(struct check *c, const struct system *s)
{
	struct window w[WINDOWS];

	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		unsigned int count = s->vms[id].used ? windows_of(s, id, w) : 0;

		for (unsigned int a = 0; a < count; a++) {
			for (unsigned int b = a + 1; b < count; b++) {
				char path[96];

				if (!overlap(&w[a], &w[b]))
					continue;
				if (fdt_get_path(c->fdt, w[a].node, path, sizeof(path)))
					path[0] = 0;
				mistake(c, w[b].node, w[b].property,
					"0x%lx + 0x%lx overlaps %s: %s, 0x%lx + 0x%lx, in VM %u",
					(unsigned long)w[b].at, (unsigned long)w[b].size, path,
					w[a].property, (unsigned long)w[a].at,
					(unsigned long)w[a].size, id);
			}
		}
	}
}
