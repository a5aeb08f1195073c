/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/stage2.h"

#define ENTRIES 512
#define LEVEL_FIRST 1
#define LEVEL_PAGE 3

#define DESC_VALID 0x1ull
#define DESC_TABLE 0x3ull
#define DESC_BLOCK 0x1ull
#define DESC_PAGE 0x3ull
#define DESC_ADDR 0x0000fffffffff000ull
#define S2AP_READ (1ull << 6)
#define S2AP_WRITE (2ull << 6)
#define SH_INNER (3ull << 8)
#define AF (1ull << 10)
#define XN_ALL (2ull << 53)

/*
 * Memory is Normal write-back, inner shareable for everybody. UniProton never turns its MMU on, so its
 * own attribute is Device, which would be incoherent with a cached mapping of the peer and would not
 * guarantee exclusives. With S2FWB MemAttr 0b110 overrides that (Arm ARM D8.5.5); without it 0b1111
 * leaves stage 1 its say and HCR_EL2.DC takes the place of the guest's missing MMU (vm/vm.c).
 */
#define MEMATTR_WB_FORCED (0x6ull << 2)
#define MEMATTR_WB (0xfull << 2)
#define MEMATTR_DEVICE (0x1ull << 2) /* nGnRE, the same with and without S2FWB */

static uint64_t leaf_bits(const struct stage2 *s, enum stage2_rights rights)
{
	uint64_t bits = AF | SH_INNER | S2AP_READ | (s->fwb ? MEMATTR_WB_FORCED : MEMATTR_WB);

	if (rights == STAGE2_DEVICE)
		return AF | S2AP_READ | S2AP_WRITE | XN_ALL | MEMATTR_DEVICE;
	if (rights != STAGE2_SHARED_RO)
		bits |= S2AP_WRITE;
	if (rights != STAGE2_RAM)
		bits |= XN_ALL;
	return bits;
}

bool stage2_init(struct stage2 *s, struct page_pool *pool, bool fwb)
{
	s->root = pool_page(pool);
	s->fwb = fwb;
	return s->root;
}

/* Maps as much as one entry can and returns how much that was; 0: it cannot. */
static uint64_t map_one(struct stage2 *s, struct page_pool *pool, uint64_t at, uint64_t to,
			uint64_t size, uint64_t bits)
{
	uint64_t *table = s->root;

	for (int level = LEVEL_FIRST;; level++) {
		int shift = 39 - 9 * level;
		uint64_t span = 1ull << shift;
		uint64_t *entry = &table[(at >> shift) % ENTRIES];

		if (!(*entry & DESC_VALID) && !((at | to) & (span - 1)) && size >= span) {
			*entry = to | bits | (level == LEVEL_PAGE ? DESC_PAGE : DESC_BLOCK);
			return span;
		}
		if (level == LEVEL_PAGE || (*entry & DESC_TABLE) == DESC_BLOCK)
			return 0;
		if (!(*entry & DESC_VALID)) {
			void *page = pool_page(pool);

			if (!page)
				return 0;
			*entry = ptr_pa(page).pa | DESC_TABLE;
		}
		table = pa_ptr(pa(*entry & DESC_ADDR));
	}
}

bool stage2_is_identity(const struct stage2 *s, ipaddr_t at)
{
	const uint64_t *table = s->root;

	for (int level = LEVEL_FIRST; level <= LEVEL_PAGE; level++) {
		uint64_t entry = table[(at.ipa >> (39 - 9 * level)) % ENTRIES];

		if (!(entry & DESC_VALID))
			return false;
		if (level == LEVEL_PAGE)
			return (entry & DESC_ADDR) == align_down(at.ipa, PAGE_SIZE);
		if ((entry & DESC_TABLE) == DESC_BLOCK)
			return false;
		table = pa_ptr(pa(entry & DESC_ADDR));
	}
	return false;
}

bool stage2_map(struct stage2 *s, struct page_pool *pool, ipaddr_t at, paddr_t to, uint64_t size,
		enum stage2_rights rights)
{
	uint64_t bits = leaf_bits(s, rights);

	for (uint64_t done = 0; done < size;) {
		uint64_t n = map_one(s, pool, at.ipa + done, to.pa + done, size - done, bits);

		if (!n)
			return false;
		done += n;
	}
	return true;
}
