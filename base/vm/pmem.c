/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/pmem.h"

#include <string.h>

/* The reserved range that overlaps [at, at + size), NULL: it is free. */
static const struct range *clash(const struct host *h, uint64_t at, uint64_t size)
{
	for (uint32_t n = 0; n < h->reserved_count; n++) {
		const struct range *r = &h->reserved[n];

		if (at < r->start + r->size && r->start < at + size)
			return r;
	}
	return NULL;
}

bool pmem_take(struct host *h, uint64_t at, uint64_t size)
{
	return host_is_ram(h, at, size) && !clash(h, at, size) && host_reserve(h, at, size);
}

bool pmem_alloc(struct host *h, uint64_t size, uint64_t align, paddr_t *out)
{
	for (uint32_t n = 0; n < h->ram_count; n++) {
		uint64_t at = align_up(h->ram[n].start, align);
		const struct range *r;

		while (host_is_ram(h, at, size) && (r = clash(h, at, size)))
			at = align_up(r->start + r->size, align);
		if (pmem_take(h, at, size)) {
			*out = pa(at);
			return true;
		}
	}
	return false;
}

uint64_t pmem_largest(const struct host *h, uint64_t align)
{
	uint64_t best = 0;

	for (uint32_t n = 0; n < h->ram_count; n++) {
		uint64_t end = h->ram[n].start + h->ram[n].size, at = align_up(h->ram[n].start, align);

		while (at < end) {
			uint64_t stop = end;
			const struct range *r = clash(h, at, 1);

			if (r) {
				at = align_up(r->start + r->size, align);
				continue;
			}
			for (uint32_t k = 0; k < h->reserved_count; k++) {
				if (h->reserved[k].start > at && h->reserved[k].start < stop)
					stop = h->reserved[k].start;
			}
			if (stop - at > best)
				best = align_down(stop - at, align);
			at = align_up(stop, align);
		}
	}
	return best;
}

void *pool_page(struct page_pool *p)
{
	void *page;

	if (p->next == p->end)
		return NULL;
	page = pa_ptr(pa(p->next));
	p->next += PAGE_SIZE;
	memset(page, 0, PAGE_SIZE);
	return page;
}
