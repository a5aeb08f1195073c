/* SPDX-License-Identifier: Apache-2.0 */
/* The machine, as its device tree describes it. Pure: reads a tree, touches nothing else. */
#ifndef BASE_VM_HOST_H
#define BASE_VM_HOST_H

#include <stdbool.h>
#include <stdint.h>

#define HOST_CPUS 16
#define HOST_RANGES 96

struct range {
	uint64_t start, size;
};

struct host {
	const void *fdt;
	uint32_t cpu_count;
	uint64_t cpus[HOST_CPUS]; /* MPIDR affinity fields, the `reg` of /cpus/cpu@* */
	uint32_t ram_count;
	struct range ram[HOST_RANGES];
	uint32_t reserved_count; /* RAM that is not to be used */
	struct range reserved[HOST_RANGES];
	uint64_t gicd, gicr, gicr_size;
	uint64_t uart;       /* 0: none found */
	uint32_t uart_intid; /* 0: none */
	struct range bundle; /* /chosen linux,initrd-start and -end */
	char bootargs[128];
};

/*
 * Fills *h. NULL, or a sentence that says what is missing. What could not be understood but is not
 * needed is left out.
 */
const char *host_read(const void *fdt, struct host *h);

/* Adds a reserved range; false when there is no room for it. */
bool host_reserve(struct host *h, uint64_t start, uint64_t size);

/* Whether [start, start + size) lies wholly in RAM (one range of it). */
bool host_is_ram(const struct host *h, uint64_t start, uint64_t size);

/* Whether bootargs has this word. */
bool host_has_option(const struct host *h, const char *word);

#endif
