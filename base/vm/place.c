/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/place.h"

#include "vm/check.h"
#include "vm/pmem.h"

static void place(struct check *c, struct host *host, int node, const char *property, ipaddr_t want,
		  uint64_t size, bool one_to_one, paddr_t *out)
{
	/* Large blocks keep the tables small; small areas need no more than a page. */
	uint64_t align = size % BLOCK_SIZE ? PAGE_SIZE : BLOCK_SIZE;

	if (pmem_take(host, want.ipa, size))
		*out = pa(want.ipa);
	else if (one_to_one)
		mistake(c, node, property, "must be free memory of the machine, because `devices` reach it by its physical address; 0x%lx is not",
			(unsigned long)want.ipa);
	else if (!pmem_alloc(host, size, align, out))
		mistake(c, node, property, "the machine has no 0x%lx bytes of free memory left in one piece; the largest has 0x%lx",
			(unsigned long)size, (unsigned long)pmem_largest(host, align));
}

static void place_vms(struct check *c, struct system *s, struct host *host, bool with_devices)
{
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		struct vm_desc *vm = &s->vms[id];

		if (vm->used && with_devices == (vm->device_count != 0))
			place(c, host, vm->node, "memory", vm->memory, vm->memory_size, with_devices,
			      &vm->memory_pa);
	}
}

unsigned int system_place(struct system *s, struct host *host, system_report report)
{
	struct check c = {.fdt = s->fdt, .host = host, .report = report};

	/* First who has no choice. */
	place_vms(&c, s, host, true);
	for (uint32_t n = 0; n < s->region_count; n++)
		place(&c, host, s->regions[n].node, "reg", s->regions[n].at, s->regions[n].size, false,
		      &s->regions[n].pa);
	place_vms(&c, s, host, false);
	for (uint32_t n = 0; n < FUSIONDOCK_VIEW_COUNT; n++) {
		if (s->views[n].used)
			place(&c, host, s->views[n].node, "reg", s->views[n].at, s->views[n].size, false,
			      &s->views[n].pa);
	}
	return c.mistakes;
}
