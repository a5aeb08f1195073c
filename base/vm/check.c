/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/check.h"

#include <stdarg.h>
#include <string.h>
#include "lib/format.h"
#include "vm/fdtread.h"

#define IPA_END (1ull << IPA_BITS)

void mistake(struct check *c, int node, const char *property, const char *fmt, ...)
{
	char path[96], reason[200];
	va_list args;

	if (fdt_get_path(c->fdt, node, path, sizeof(path)))
		memcpy(path, "?", 2);
	va_start(args, fmt);
	format_v(reason, sizeof(reason), fmt, args);
	va_end(args);
	c->mistakes++;
	c->report(path, property, reason);
}

void check_properties(struct check *c, int node, const char *const *known)
{
	int offset;

	fdt_for_each_property_offset(offset, c->fdt, node) {
		const char *name = NULL;
		const char *const *k = known;

		if (!fdt_getprop_by_offset(c->fdt, offset, &name, NULL) || !name)
			return;
		while (*k && strcmp(*k, name))
			k++;
		if (!*k)
			mistake(c, node, name, "unknown property; see docs/systems.md for those there are");
	}
}

const fdt32_t *get_cells(struct check *c, int node, const char *property, int min, int max,
			 int *count, bool optional)
{
	int len;
	const fdt32_t *v = fdt_getprop(c->fdt, node, property, &len);

	*count = 0;
	if (!v) {
		if (!optional)
			mistake(c, node, property, "is missing");
		return NULL;
	}
	if (len % 4 || len / 4 < min || len / 4 > max) {
		if (min == max)
			mistake(c, node, property, "has %d bytes, must be %d cells", len, min);
		else
			mistake(c, node, property, "has %d bytes, must be %d to %d cells", len, min, max);
		return NULL;
	}
	*count = len / 4;
	return v;
}

const char *get_string(struct check *c, int node, const char *property, size_t max, bool optional)
{
	int len;
	const char *v = fdt_getprop(c->fdt, node, property, &len);

	if (!v) {
		if (!optional)
			mistake(c, node, property, "is missing");
		return NULL;
	}
	if (len < 2 || strnlen(v, (size_t)len) != (size_t)len - 1) {
		mistake(c, node, property, "must be one string that is not empty");
		return NULL;
	}
	if ((size_t)len - 1 > max) {
		mistake(c, node, property, "has %d characters, at most %lu fit", len - 1,
			(unsigned long)max);
		return NULL;
	}
	for (const char *p = v; *p; p++) {
		if (*p < ' ' || *p > '~') {
			mistake(c, node, property, "has a character that is not printable ASCII");
			return NULL;
		}
	}
	return v;
}

uint32_t get_u32(struct check *c, int node, const char *property, uint32_t fallback, bool optional)
{
	int count;
	const fdt32_t *v = get_cells(c, node, property, 1, 1, &count, optional);

	return v ? fdt32_to_cpu(*v) : fallback;
}

uint64_t get_ipa(struct check *c, int node, const char *property, uint64_t align, uint64_t size)
{
	int count;
	const fdt32_t *v = get_cells(c, node, property, 2, 2, &count, false);
	uint64_t at = v ? fdt_read_cells(v, 2) : 0;

	if (v && at % align)
		mistake(c, node, property, "0x%lx is not a multiple of 0x%lx", (unsigned long)at,
			(unsigned long)align);
	else if (v && (at >= IPA_END || size > IPA_END - at))
		mistake(c, node, property, "0x%lx is beyond the guest-physical space of %d bits",
			(unsigned long)at, IPA_BITS);
	return at;
}

static int vm_of_phandle(struct check *c, uint32_t phandle)
{
	int node;

	if (!c->vms)
		c->vms = fdt_path_offset(c->fdt, "/vms");
	fdt_for_each_subnode(node, c->fdt, c->vms) {
		const fdt32_t *id = fdt_getprop(c->fdt, node, "reg", NULL);

		if (id && phandle && fdt_get_phandle(c->fdt, node) == phandle &&
		    fdt32_to_cpu(*id) < FUSIONDOCK_VM_MAX)
			return (int)fdt32_to_cpu(*id);
	}
	return -1;
}

uint32_t get_vms(struct check *c, int node, const char *property, bool optional)
{
	uint32_t mask = 0;
	int count;
	const fdt32_t *v = get_cells(c, node, property, 1, FUSIONDOCK_VM_MAX, &count, optional);

	for (int n = 0; v && n < count; n++) {
		int vm = vm_of_phandle(c, fdt32_to_cpu(v[n]));

		if (vm < 0)
			mistake(c, node, property, "entry %d is no VM; write the label of a vm node, as in <&vm0>", n);
		else if (mask >> vm & 1)
			mistake(c, node, property, "names VM %d twice", vm);
		else
			mask |= 1u << vm;
	}
	return mask;
}

bool get_window(struct check *c, int node, const char *property, uint64_t *at, uint64_t *size)
{
	int count;
	const fdt32_t *v = get_cells(c, node, property, 4, 4, &count, false);

	if (!v)
		return false;
	*at = fdt_read_cells(v, 2);
	*size = fdt_read_cells(v + 2, 2);
	if (!*size)
		mistake(c, node, property, "the size is 0");
	else if ((*at | *size) % PAGE_SIZE)
		mistake(c, node, property, "address 0x%lx and size 0x%lx must be multiples of a page, 0x%lx",
			(unsigned long)*at, (unsigned long)*size, (unsigned long)PAGE_SIZE);
	else if (*at >= IPA_END || *size > IPA_END - *at)
		mistake(c, node, property, "address 0x%lx and size 0x%lx end beyond the guest-physical space of %d bits",
			(unsigned long)*at, (unsigned long)*size, IPA_BITS);
	else
		return true;
	return false;
}

void check_cells(struct check *c, int node, int address, int size)
{
	if (fdt_address_cells(c->fdt, node) != address)
		mistake(c, node, "#address-cells", "must be %d", address);
	if (fdt_size_cells(c->fdt, node) != size)
		mistake(c, node, "#size-cells", "must be %d", size);
}
