/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_MEM_H
#define KERNEL_MEM_H

/* The memory PRT_MemAlloc hands out; before any PRT_Mem* call. */
void mem_init(void *start, void *end);

#endif
