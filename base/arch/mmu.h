/* SPDX-License-Identifier: Apache-2.0 */
/* The base's own translation (EL2 stage 1): one to one, nothing writable is executable. */
#ifndef BASE_ARCH_MMU_H
#define BASE_ARCH_MMU_H

#include <stdbool.h>
#include <stdint.h>

enum mmu_type {
	MMU_TEXT,   /* read, execute */
	MMU_RODATA, /* read */
	MMU_DATA,   /* read, write */
	MMU_DEVICE  /* read, write, Device-nGnRnE */
};

/*
 * Maps [start, start + size), widened to whole pages. What is mapped already stays as it is, so
 * entries only ever change from invalid to valid. false: out of tables. Boot core only.
 */
bool mmu_map(uint64_t start, uint64_t size, enum mmu_type type);

#endif
