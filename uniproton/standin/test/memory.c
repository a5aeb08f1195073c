/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "prt_mem.h"

#define MIB 0x100000u
#define BLOCKS 32

void test_memory(void)
{
	void *blocks[BLOCKS];
	bool aligned = true;
	U32 got, i;

	for (got = 0; got < BLOCKS; got++) {
		blocks[got] = PRT_MemAlloc(OS_MID_APP, OS_MEM_DEFAULT_FSC_PT, MIB - 7);
		if (!blocks[got])
			break;
		aligned = aligned && (uintptr_t)blocks[got] % 16 == 0;
	}
	check(got > 10 && got < 16 && aligned, "16 MiB hold 11 to 15 blocks of 1 MiB, all aligned");
	check(PRT_MemFree(OS_MID_APP, (char *)blocks[0] + 16) != OS_OK,
	      "a wrong address is refused");
	for (i = 0; i < got; i += 2)
		PRT_MemFree(OS_MID_APP, blocks[i]);
	check(!PRT_MemAlloc(OS_MID_APP, OS_MEM_DEFAULT_FSC_PT, 2 * MIB), "holes are not added up");
	for (i = 1; i < got; i += 2)
		PRT_MemFree(OS_MID_APP, blocks[i]);
	check(PRT_MemFree(OS_MID_APP, blocks[0]) == OS_ERRNO_MEM_FREE_SH_DAMAGED,
	      "the second free of a block is refused");
	blocks[0] = PRT_MemAlloc(OS_MID_APP, OS_MEM_DEFAULT_FSC_PT, got * (MIB - 16));
	check(blocks[0] != NULL, "freed neighbours are one block again");
	check(PRT_MemFree(OS_MID_APP, blocks[0]) == OS_OK, "which can be freed");
	check(!PRT_MemAlloc(OS_MID_APP, OS_MEM_DEFAULT_FSC_PT, 0), "no block of size 0");
}
