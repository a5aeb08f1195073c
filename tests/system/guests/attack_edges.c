/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Touches every address around each boundary of each mapping, at every size, reading and writing;
 * then one address in each 2 MiB of the guest-physical space, and each page around the mappings.
 * What came of it is compared with the description, systems/attack_edges.dts.
 */
#include "attack.h"

#define PAGE 0x1000ul
#define AROUND 16ul
#define BLOCK 0x200000ul
#define SPACE (1ul << 39)
#define NEAR_START 0x29e00000ul
#define NEAR_END 0x30400000ul
#define PROBLEMS_SHOWN 16u

static const struct mapping {
	uint64_t start, size;
	int writable, memory;
} mappings[] = {
	{0x2a000000, 0x5000, 1, 0}, /* region 0 */
	{0x30001000, 0x3000, 0, 0}, /* region 1; region 2 of VM 2 and VM 3 follows */
	{0x2a7ff000, 0x1000, 0, 0}, /* the state view */
	{0x2b000000, 0x1000000, 1, 1}, {UART, PAGE, 1, 0},
	{GICD, 0x10000, 1, 0},         {GICR, 0x20000, 1, 0},
};
#define MAPPINGS (sizeof(mappings) / sizeof(mappings[0]))

static uint64_t accesses, wrong;

static const struct mapping *mapping_of(uint64_t at, unsigned int size)
{
	for (unsigned int n = 0; n < MAPPINGS; n++) {
		const struct mapping *m = &mappings[n];

		if (at >= m->start && at + size <= m->start + m->size)
			return m;
	}
	return 0;
}

static void judge(const char *what, uint64_t at, unsigned int size, enum outcome got, int allowed)
{
	accesses++;
	if (got == (allowed ? WENT_THROUGH : ABORT) && (allowed || guest_fault.far - at < size))
		return;
	if (wrong++ >= PROBLEMS_SHOWN)
		return;
	print("attack: PROBLEM ");
	print(what);
	print_count("size", size);
	print(" at ");
	print_hex(at);
	print(got == WENT_THROUGH ? " went through" : got == ABORT ? " abort" : " other exception");
	print(", ESR_EL1 ");
	print_hex(guest_fault.esr);
	print(" FAR_EL1 ");
	print_hex(guest_fault.far);
	print("\n");
}

/* What is there may be our own code: what was read is written back. */
static void touch(uint64_t at, unsigned int size)
{
	const struct mapping *m = mapping_of(at, size);
	uint64_t value;

	judge("read", at, size, load(at, size, &value), m != 0);
	/* The data register of the UART would print it. */
	if (at - UART < 8)
		return;
	judge("write", at, size, store(at, size, value), m && m->writable);
}

static void around(uint64_t edge)
{
	for (unsigned int size = 1; size <= 8; size *= 2) {
		for (uint64_t at = edge - AROUND; at < edge + AROUND; at += size)
			touch(at, size);
	}
}

/* Half inside, half outside; a core may also check the alignment first. */
static void across(uint64_t edge)
{
	uint64_t value;

	for (unsigned int size = 2; size <= 8; size *= 2) {
		for (uint64_t at = edge - size + 1; at < edge; at++) {
			enum outcome got = load(at, size, &value);

			judge("read across", at, size, got == OTHER ? ABORT : got, 0);
			got = store(at, size, 0);
			judge("write across", at, size, got == OTHER ? ABORT : got, 0);
		}
	}
}

static void fetch(uint64_t at)
{
	uint64_t count = guest_fault.count;

	((void (*)(void))at)();
	judge("fetch", at, 4,
	      guest_fault.count == count + 1 &&
			      ESR_EC(guest_fault.esr) == EC_INSTRUCTION_ABORT_SAME &&
			      (guest_fault.esr & 0x3f) == FSC_EXTERNAL
		      ? ABORT
		      : OTHER,
	      0);
}

static void edges(const struct mapping *m)
{
	uint64_t end = m->start + m->size;

	around(m->start - PAGE);
	around(m->start);
	around(m->start + PAGE);
	around(end - PAGE);
	around(end);
	around(end + PAGE);
	across(m->start);
	across(end);
	fetch(m->start - 4);
	fetch(end);
	if (!m->memory) {
		fetch(m->start);
		fetch(end - 4);
	}
}

static void pass(void)
{
	for (unsigned int n = 0; n < MAPPINGS; n++)
		edges(&mappings[n]);
	for (uint64_t at = 0; at < SPACE; at += BLOCK)
		touch(at, 4);
	for (uint64_t at = NEAR_START; at < NEAR_END; at += PAGE)
		touch(at, 8);
	for (uint64_t at = SPACE; at < 1ul << 44; at <<= 1) {
		uint64_t value;

		judge("read", at, 4, load(at, 4, &value), 0);
		judge("write", at, 4, store(at, 4, 0), 0);
	}
}

static void attack(uint64_t vm)
{
	while (vm != 1)
		__asm__ volatile("wfi");
	pass();
	print("attack: edges done");
	print_count("accesses", accesses);
	print_count("wrong", wrong);
	print("\n");
	for (;;)
		pass();
}
