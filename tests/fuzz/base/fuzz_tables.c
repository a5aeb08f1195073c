/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 tables of any mappings, with pools of any size, read back by a walk of its own: what was mapped is
 * there with its rights, a mapping that failed has changed no other, and nothing else is mapped.
 */
#include <stdlib.h>
#include <string.h>

#include "vm/stage2.h"

#define POOL_PAGES 24u
#define RANGES 64u
#define WINDOW (2048 * PAGE_SIZE)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Where mappings begin: at both ends of the space, on a 1 GiB block, and off every block. */
static const uint64_t places[] = {0, 0x2a801000, 0x40000000, 0x7fffc00000 - WINDOW / 2};

struct mapped {
	uint64_t at, to, size;
	enum stage2_rights rights;
};

static uint8_t pages[POOL_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));
static struct mapped ranges[RANGES];
static unsigned int range_count;
static struct stage2 s2;
static struct page_pool pool;

/* The leaf's descriptor and the size it stands for; 0: not mapped. */
static uint64_t walk(uint64_t at, uint64_t *span)
{
	const uint64_t *table = s2.root;

	for (int level = 1; level <= 3; level++) {
		uint64_t entry = table[at >> (39 - 9 * level) & 511];

		*span = 1ull << (39 - 9 * level);
		if (!(entry & 1))
			return 0;
		if (level == 3 || !(entry & 2))
			return entry;
		table = (const uint64_t *)(uintptr_t)(entry & 0xfffffffff000);
	}
	return 0;
}

static uint64_t rights_of(enum stage2_rights rights)
{
	static const uint64_t s2ap[] = {3, 3, 1, 3}, xn[] = {0, 2, 2, 2};

	return s2ap[rights] << 6 | xn[rights] << 53;
}

static const struct mapped *find(uint64_t at)
{
	for (unsigned int n = 0; n < range_count; n++) {
		if (at >= ranges[n].at && at - ranges[n].at < ranges[n].size)
			return &ranges[n];
	}
	return NULL;
}

static bool is_as_asked(const struct mapped *m, uint64_t at)
{
	uint64_t span, entry = walk(at, &span);
	uint64_t out = (entry & 0xfffffffff000 & ~(span - 1)) + (at & (span - 1));

	return entry && out == m->to + (at - m->at) && entry & 1 << 10 &&
	       (entry & (3ull << 6 | 3ull << 53)) == rights_of(m->rights);
}

/* A failed mapping may have got part of the way: as far as something else, or the pool's end. */
static void map(struct mapped m)
{
	uint64_t asked = m.size, span;
	bool good = stage2_map(&s2, &pool, ipa(m.at), pa(m.to), asked, m.rights);

	for (m.size = 0; m.size < asked; m.size += PAGE_SIZE) {
		if (find(m.at + m.size) || !walk(m.at + m.size, &span))
			break;
	}
	if (good != (m.size == asked))
		abort();
	if (!good && !find(m.at + m.size) && pool.next != pool.end)
		abort();
	if (m.size)
		ranges[range_count++] = m;
}

static void check_all(void)
{
	uint64_t span;

	for (size_t p = 0; p < COUNT(places); p++) {
		for (uint64_t at = places[p]; at < places[p] + WINDOW; at += PAGE_SIZE) {
			const struct mapped *m = find(at);

			if (m ? !is_as_asked(m, at) : walk(at, &span) != 0)
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > 8 * RANGES)
		return 0;
	memset(pages, 0xff, sizeof(pages));
	range_count = 0;
	pool = (struct page_pool){(uintptr_t)pages, (uintptr_t)pages + data[0] % (POOL_PAGES + 1) * PAGE_SIZE};
	if (!stage2_init(&s2, &pool, data[0] & 0x80))
		return 0;
	for (data++, size--; size >= 6; data += 6, size -= 6) {
		uint64_t at = places[data[0] % COUNT(places)] + (data[1] | (data[2] & 3u) << 8) * PAGE_SIZE;
		/* Equally far from a block's start, so that blocks are possible; or not. */
		uint64_t to = 0x800000000 + (data[0] & 0x80 ? at : data[3] * PAGE_SIZE);
		uint64_t length = (data[4] | (data[5] & 3u) << 8) * PAGE_SIZE;

		map((struct mapped){at, to, length, data[5] >> 6});
	}
	check_all();
	return 0;
}
