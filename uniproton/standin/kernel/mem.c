/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PRT_Mem*: first fit over one list of blocks in address order. Neighbours that are
 * free become one block when memory is freed, so the list stays short.
 */
#include "mem.h"
#include "prt_hwi.h"
#include "prt_mem.h"

#define ALIGN_TO 16u
#define USED 0x55534544u /* marks a block that is handed out */
#define FREE 0x46524545u

struct block {
	U64 size; /* bytes, this head included; a multiple of ALIGN_TO */
	U32 mark; /* USED or FREE */
	U32 unused;
};
_Static_assert(sizeof(struct block) == ALIGN_TO, "data behind the head is aligned");

static char *heap, *heap_end;

static struct block *block_at(char *address)
{
	return (struct block *)(void *)address;
}

static struct block *after(struct block *block)
{
	return block_at((char *)block + block->size);
}

void mem_init(void *start, void *end)
{
	uintptr_t first = ((uintptr_t)start + ALIGN_TO - 1) / ALIGN_TO * ALIGN_TO;
	uintptr_t last = (uintptr_t)end / ALIGN_TO * ALIGN_TO;

	heap = (char *)first;
	heap_end = (char *)last;
	*block_at(heap) = (struct block){.size = last - first, .mark = FREE};
}

static struct block *find(U64 size)
{
	for (struct block *b = block_at(heap); (char *)b < heap_end; b = after(b))
		if (b->mark == FREE && b->size >= size)
			return b;
	return NULL;
}

static void split(struct block *block, U64 size)
{
	U64 rest = block->size - size;

	if (rest < 2 * sizeof(*block))
		return;
	block->size = size;
	*after(block) = (struct block){.size = rest, .mark = FREE};
}

void *PRT_MemAlloc(U32 mid, U8 ptNo, U32 size)
{
	U64 need = ((U64)size + ALIGN_TO - 1) / ALIGN_TO * ALIGN_TO + sizeof(struct block);
	struct block *block;
	uintptr_t save;

	(void)mid;
	if (ptNo != OS_MEM_DEFAULT_FSC_PT || size == 0)
		return NULL;
	save = PRT_HwiLock();
	block = find(need);
	if (block) {
		split(block, need);
		block->mark = USED;
	}
	PRT_HwiRestore(save);
	return block ? block + 1 : NULL;
}

/* Makes one of every run of free blocks; false when a head has been overwritten. */
static bool join(void)
{
	for (struct block *b = block_at(heap); (char *)b < heap_end; b = after(b)) {
		if (b->size < sizeof(*b) || b->size > (U64)(heap_end - (char *)b))
			return false;
		while (b->mark == FREE && (char *)after(b) < heap_end && after(b)->mark == FREE)
			b->size += after(b)->size;
	}
	return true;
}

static U32 release(void *addr)
{
	struct block *block = (struct block *)addr - 1;

	if ((char *)block < heap || (char *)addr >= heap_end || (uintptr_t)addr % ALIGN_TO)
		return OS_ERRNO_MEM_FREE_ADDR_INVALID;
	if (block->mark != USED)
		return OS_ERRNO_MEM_FREE_SH_DAMAGED;
	block->mark = FREE;
	return join() ? OS_OK : OS_ERRNO_MEM_OVERWRITE;
}

U32 PRT_MemFree(U32 mid, void *addr)
{
	uintptr_t save;
	U32 ret;

	(void)mid;
	if (!addr)
		return OS_ERRNO_MEM_FREE_ADDR_INVALID;
	save = PRT_HwiLock();
	ret = release(addr);
	PRT_HwiRestore(save);
	return ret;
}
