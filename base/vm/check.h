/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers of the description's readers: typed properties, each with its own clear complaint. Pure. */
#ifndef BASE_VM_CHECK_H
#define BASE_VM_CHECK_H

#include <libfdt.h>
#include "vm/system.h"

struct check {
	const void *fdt;
	const void *bundle;
	const struct host *host;
	system_report report;
	unsigned int mistakes;
	int vms; /* node of that name, once looked for: libfdt looks from the root on; 0: not yet */
};

/* Counts a mistake and reports it with the path of node. property may be NULL. */
void mistake(struct check *c, int node, const char *property, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Complains about every property of node that is not in the NULL-ended list. */
void check_properties(struct check *c, int node, const char *const *known);

/* Cells of a property; complains when it is missing (unless optional) or not min .. max cells. */
const fdt32_t *get_cells(struct check *c, int node, const char *property, int min, int max,
			 int *count, bool optional);

/* A string property without surprises (one string, printable, at most max characters). */
const char *get_string(struct check *c, int node, const char *property, size_t max, bool optional);

/* One 32-bit number. */
uint32_t get_u32(struct check *c, int node, const char *property, uint32_t fallback, bool optional);

/* An address of two cells inside the guest-physical space, aligned. */
uint64_t get_ipa(struct check *c, int node, const char *property, uint64_t align, uint64_t size);

/* A list of phandles of VM nodes as a bit mask by VM id. */
uint32_t get_vms(struct check *c, int node, const char *property, bool optional);

/* Complains unless the children of node have this many cells in their `reg`. */
void check_cells(struct check *c, int node, int address, int size);

/* An <address size> pair of two cells each: page-aligned, not empty, inside the guest-physical space. */
bool get_window(struct check *c, int node, const char *property, uint64_t *at, uint64_t *size);

#endif
