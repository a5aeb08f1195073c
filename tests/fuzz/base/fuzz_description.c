/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a loader hands to the base: bundle, system description and the machine's device tree, each as the
 * fuzzer wants it. A description that is taken must have a place for everything, and guests' tables and
 * device trees that can be made.
 */
#include <stdlib.h>
#include <string.h>

#include "base_description.h"
#include "vm/linux.h"
#include "vm/place.h"
#include "vm/stage2.h"

#define TREE_MAX 16384
#define TREE_ROOM 0x4000
#define POOL_PAGES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t bundle[(TREE_MAX + TREE_ROOM + 65536) / 8];
static uint64_t tree[TREE_MAX / 8];
static uint64_t machine[TREE_MAX / 8];
static uint8_t pages[POOL_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));

static void on_mistake(const char *path, const char *property, const char *reason)
{
	if (!path || !reason || !*reason)
		abort();
	(void)property;
}

static int overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

/* Everything that was given a place is in memory, and nothing shares its place. */
static void check_places(const struct system *s, const struct host *host)
{
	struct range at[FUSIONDOCK_VM_MAX + FUSIONDOCK_REGION_MAX];
	unsigned int count = 0;

	for (unsigned int n = 0; n < s->region_count; n++)
		at[count++] = (struct range){s->regions[n].pa.pa, s->regions[n].size};
	for (unsigned int n = 0; n < FUSIONDOCK_VM_MAX; n++) {
		if (s->vms[n].used)
			at[count++] = (struct range){s->vms[n].memory_pa.pa, s->vms[n].memory_size};
	}
	for (unsigned int a = 0; a < count; a++) {
		if (!host_is_ram(host, at[a].start, at[a].size))
			abort();
		for (unsigned int b = 0; b < a; b++) {
			if (overlap(at[a].start, at[a].size, at[b].start, at[b].size))
				abort();
		}
	}
}

static void check_guest(const struct system *s, uint32_t id, const struct host *host)
{
	static uint64_t out[LINUX_DTB_SIZE / 8];
	const struct vm_desc *vm = &s->vms[id];
	struct page_pool pool = {(uintptr_t)pages, (uintptr_t)pages + sizeof(pages)};
	struct linux_layout layout;
	struct stage2 stage2;

	linux_layout(vm, &layout);
	linux_device_tree(s, id, host->fdt, out, sizeof(out));
	if (!stage2_init(&stage2, &pool, true))
		abort();
	/* A pool that is too small is refused, never overrun. */
	stage2_map(&stage2, &pool, vm->memory, vm->memory_pa, vm->memory_size & 0xfffffffff, STAGE2_RAM);
}

static void try_system(const void *blob, size_t size, struct host host)
{
	static struct system s;

	if (system_read(&s, blob, size, &host, on_mistake))
		return;
	if (system_place(&s, &host, on_mistake))
		return;
	check_places(&s, &host);
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		if (s.vms[id].used)
			check_guest(&s, id, &host);
	}
}

/* Cells of properties of the good description, overwritten or cut: mistakes that parse. */
static void edit(uint8_t *blob, const uint8_t *data, size_t size)
{
	uint32_t begin = fdt_off_dt_struct(blob), length = fdt_size_dt_struct(blob);

	for (; size >= 4; data += 4, size -= 4) {
		uint32_t at = (uint32_t)(data[0] << 8 | data[1]) % length;

		blob[begin + at] = data[2] & 1 ? data[3] : (uint8_t)(blob[begin + at] ^ data[3]);
	}
}

/* The good trees are made once: the fuzzer's time is for its own. */
static void fresh_trees(void)
{
	static uint64_t good_tree[TREE_MAX / 8], good_machine_tree[TREE_MAX / 8];

	if (!good_tree[0]) {
		good_description(good_tree);
		good_machine(good_machine_tree);
		fdt_pack(good_tree);
		fdt_pack(good_machine_tree);
	}
	memcpy(tree, good_tree, fdt_totalsize(good_tree));
	memcpy(machine, good_machine_tree, fdt_totalsize(good_machine_tree));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host host;
	uint8_t kind = size ? data[0] % 5 : 0;

	if (size < 2 || size > TREE_MAX - 8)
		return 0;
	data++, size--;
	fresh_trees();
	if (host_read(machine, &host))
		abort();
	switch (kind) {
	case 0: /* the bundle itself */
		memcpy(bundle, data, size);
		try_system(bundle, size, host);
		return 0;
	case 1: /* the description in a good bundle */
		make_bundle(bundle, sizeof(bundle), data, (int)size);
		break;
	case 2: /* the good description with wrong bytes */
		edit((uint8_t *)tree, data, size);
		make_bundle(bundle, sizeof(bundle), tree, (int)fdt_totalsize(tree));
		break;
	case 3: /* the machine */
		memcpy(machine, data, size);
		if (fdt_check_full(machine, sizeof(machine)) || host_read(machine, &host))
			return 0;
		make_bundle(bundle, sizeof(bundle), tree, (int)fdt_totalsize(tree));
		break;
	default: /* the good machine with wrong bytes */
		edit((uint8_t *)machine, data, size);
		if (fdt_check_full(machine, sizeof(machine)) || host_read(machine, &host))
			return 0;
		make_bundle(bundle, sizeof(bundle), tree, (int)fdt_totalsize(tree));
		break;
	}
	try_system(bundle, fdt_totalsize(bundle), host);
	return 0;
}
