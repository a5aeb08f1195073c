/* SPDX-License-Identifier: Apache-2.0 */
/* Memory. One partition, all blocks 16-byte aligned. */
#ifndef PRT_MEM_H
#define PRT_MEM_H

#include "prt_errno.h"
#include "prt_module.h"

#define OS_ERRNO_MEM_OVERWRITE OS_ERRNO_BUILD_ERROR(OS_MID_MEM, 0x01)
#define OS_ERRNO_MEM_FREE_ADDR_INVALID OS_ERRNO_BUILD_ERROR(OS_MID_MEM, 0x02)
#define OS_ERRNO_MEM_FREE_SH_DAMAGED OS_ERRNO_BUILD_ERROR(OS_MID_MEM, 0x0b)

#define OS_MEM_DEFAULT_FSC_PT 0

/* `size` bytes, not cleared; NULL when there are none (or size is 0). Any context. */
void *PRT_MemAlloc(U32 mid, U8 ptNo, U32 size);

/* Any context. */
U32 PRT_MemFree(U32 mid, void *addr);

#endif
