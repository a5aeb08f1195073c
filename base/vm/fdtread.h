/* SPDX-License-Identifier: Apache-2.0 */
/* Reading properties of a device tree, beyond what libfdt offers. */
#ifndef BASE_VM_FDTREAD_H
#define BASE_VM_FDTREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <libfdt.h>

/* A number of `cells` (1 or 2) cells at p. */
static inline uint64_t fdt_read_cells(const fdt32_t *p, int cells)
{
	uint64_t v = fdt32_to_cpu(p[0]);

	return cells == 2 ? v << 32 | fdt32_to_cpu(p[1]) : v;
}

/* The n-th (address, size) pair of `reg` of a child of parent, by its #address-cells and #size-cells. */
static inline bool fdt_read_child_reg(const void *fdt, int parent, int node, int n, uint64_t *addr,
				      uint64_t *size)
{
	int len;
	int ac = fdt_address_cells(fdt, parent), sc = fdt_size_cells(fdt, parent);
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &len);

	if (!reg || ac < 1 || ac > 2 || sc < 0 || sc > 2 || (n + 1) * (ac + sc) * 4 > len)
		return false;
	reg += n * (ac + sc);
	*addr = fdt_read_cells(reg, ac);
	*size = sc ? fdt_read_cells(reg + ac, sc) : 0;
	return true;
}

/* Likewise for any node. libfdt looks for the parent from the root on: not for loops. */
static inline bool fdt_read_reg(const void *fdt, int node, int n, uint64_t *addr, uint64_t *size)
{
	return fdt_read_child_reg(fdt, fdt_parent_offset(fdt, node), node, n, addr, size);
}

#endif
