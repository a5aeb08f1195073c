/* SPDX-License-Identifier: Apache-2.0 */
#include "arch/mmu.h"

#include "arch/addr.h"
#include "arch/barrier.h"
#include "arch/sysreg.h"

#define ENTRIES 512
#define TABLES 40

#define DESC_VALID 0x1ull
#define DESC_TABLE 0x3ull
#define DESC_BLOCK 0x1ull
#define DESC_PAGE 0x3ull
#define DESC_AP1_RES1 (1ull << 6)
#define DESC_AP2_RO (1ull << 7)
#define DESC_SH_INNER (3ull << 8)
#define DESC_AF (1ull << 10)
#define DESC_XN (1ull << 54)
#define DESC_ADDR 0x0000fffffffff000ull
#define ATTR_DEVICE (0ull << 2)
#define ATTR_NORMAL (1ull << 2)

#define MAIR (0x00ull | 0xffull << 8) /* 0: Device-nGnRnE, 1: Normal write-back */
#define TCR_RES1 (1ull << 31 | 1ull << 23)
#define TCR_48BIT 16ull
#define TCR_WB_INNER_SHAREABLE (1ull << 8 | 1ull << 10 | 3ull << 12)
#define SCTLR_RES1 0x30c50830ull
#define SCTLR_M (1ull << 0)
#define SCTLR_C (1ull << 2)
#define SCTLR_SA (1ull << 3)
#define SCTLR_I (1ull << 12)
#define SCTLR_WXN (1ull << 19)

static uint64_t tables[TABLES][ENTRIES] __attribute__((aligned(4096)));
static unsigned int tables_used;

/* Loaded by start.S on every core, in this order. */
struct {
	uint64_t mair, tcr, ttbr0, sctlr;
} mmu_registers;

void mmu_init(uint64_t dtb, uint64_t image);

extern char __text_start[], __text_end[], __rodata_start[], __rodata_end[], __data_start[],
	_image_end[];

static const uint64_t type_bits[] = {
	[MMU_TEXT] = ATTR_NORMAL | DESC_SH_INNER | DESC_AP2_RO,
	[MMU_RODATA] = ATTR_NORMAL | DESC_SH_INNER | DESC_AP2_RO | DESC_XN,
	[MMU_DATA] = ATTR_NORMAL | DESC_SH_INNER | DESC_XN,
	[MMU_DEVICE] = ATTR_DEVICE | DESC_XN,
};

static uint64_t *next_table(uint64_t *entry)
{
	if (!(*entry & DESC_VALID)) {
		if (tables_used == TABLES)
			return 0;
		*entry = (uint64_t)tables[tables_used++] | DESC_TABLE;
	}
	return (uint64_t *)(*entry & DESC_ADDR);
}

/* Maps as much as one entry can and returns how far it came; 0: out of tables. */
static uint64_t map_one(uint64_t at, uint64_t end, uint64_t bits)
{
	uint64_t *table = tables[0];

	for (int level = 0;; level++) {
		int shift = 39 - 9 * level;
		uint64_t span = 1ull << shift;
		uint64_t *entry = &table[(at >> shift) % ENTRIES];
		uint64_t next = align_down(at, span) + span;
		bool leaf = level == 3 || (*entry & DESC_TABLE) == DESC_BLOCK;

		if (leaf && (*entry & DESC_VALID))
			return next;
		if (level > 0 && !(*entry & DESC_VALID) && !(at & (span - 1)) && next <= end) {
			*entry = at | bits | DESC_AF | DESC_AP1_RES1 |
				 (level == 3 ? DESC_PAGE : DESC_BLOCK);
			return next;
		}
		table = next_table(entry);
		if (!table)
			return 0;
	}
}

bool mmu_map(uint64_t start, uint64_t size, enum mmu_type type)
{
	uint64_t at = align_down(start, PAGE_SIZE);
	uint64_t end = align_up(start + size, PAGE_SIZE);

	while (at < end) {
		at = map_one(at, end, type_bits[type]);
		if (!at)
			return false;
	}
	/* The walkers of all cores see the new entries before the caller uses them. */
	dsb(ishst);
	isb();
	return true;
}

static void map_part(const char *start, const char *end, enum mmu_type type)
{
	mmu_map((uint64_t)start, (uint64_t)end - (uint64_t)start, type);
}

/*
 * Called by start.S before the MMU is on: maps the image, and the device tree as far as its
 * size is not known yet (the boot protocol bounds it to 2 MiB).
 */
void mmu_init(uint64_t dtb, uint64_t image)
{
	uint64_t parange = read_sysreg(id_aa64mmfr0_el1) & 0xf;

	(void)image;
	tables_used = 1;
	mmu_registers.mair = MAIR;
	mmu_registers.tcr = TCR_RES1 | TCR_48BIT | TCR_WB_INNER_SHAREABLE |
			    (parange > 5 ? 5 : parange) << 16;
	mmu_registers.ttbr0 = (uint64_t)tables[0];
	mmu_registers.sctlr = SCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_SA | SCTLR_I | SCTLR_WXN;

	map_part(__text_start, __text_end, MMU_TEXT);
	map_part(__rodata_start, __rodata_end, MMU_RODATA);
	map_part(__data_start, _image_end, MMU_DATA);
	mmu_map(dtb, BLOCK_SIZE, MMU_RODATA);
}
