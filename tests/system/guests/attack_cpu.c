/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM that runs wild. Its second core spins with every interrupt masked for ever. The first jumps
 * to nowhere, executes data, takes aborts in a loop, storms WFI, and turns its MMU on with tables
 * that lead out of its memory; after its report it makes all of its tables garbage.
 */
#include "attack.h"

#define SEED 0x57494c4443505531ull
#define JUMPS 20000u
#define DATA 100000u
#define ABORTS 200000u
#define WAITS 200000u
#define WALKS 100000u
#define FOREIGN 0x50000000ul
#define REGION 0x2a800000ul
#define PSCI_CPU_ON 0xc4000003u
#define PSCI_CPU_SUSPEND 0xc4000001u
#define GIB 30
#define ENTRIES 512u

/* Stage 1: Arm ARM D8.3; one level of 1 GiB blocks. */
#define DESC_BLOCK 0x401ull /* AF */
#define DESC_TABLE 0x3ull
#define ATTR_DEVICE (1ull << 2)
#define MAIR 0x00ffull /* 0: Normal write-back, 1: Device-nGnRnE */
#define TCR (25ull | 1ull << 23 | 2ull << 32)
#define SCTLR_M 0x1ull

enum {
	TO_FOREIGN = 1,
	TABLE_FOREIGN = 3,
	TABLE_REGION = 4,
	TABLE_BEYOND = 5,
	GARBAGE = 8,
	GARBAGE_END = 64
};

static uint64_t state = SEED, wrong, jumps, data, aborts, waits, walks;
static uint64_t table[ENTRIES] __attribute__((aligned(4096)));
static uint64_t second_stack[512];
static volatile uint64_t spinning;

void guest_second_main(void)
{
	__asm__ volatile("msr daifset, #15" : : : "memory");
	msr_x(ICC_PMR_EL1, 0);
	spinning = 1;
	for (;;)
		;
}

static void start_second(void)
{
	uint64_t x[4] = {PSCI_CPU_ON, 1, (uint64_t)guest_second, (uint64_t)&second_stack[512]};

	hvc(x);
	wrong += x[0] != 0;
	while (!spinning)
		__asm__ volatile("yield");
}

static void fetch(uint64_t at)
{
	uint64_t count = guest_fault.count;

	((void (*)(void))at)();
	wrong += guest_fault.count == count;
}

static void jump_to_nowhere(void)
{
	for (uint64_t n = 0; n < JUMPS; n++) {
		uint64_t at = random64(&state) >> (16 + n % 24);

		if (at - 0x2b000000 < 0x1000000)
			at += 0x1000000;
		fetch(at);
		jumps++;
	}
}

static void execute_data(void)
{
	/* Shared memory never holds instructions, and a word of zeros is none. */
	for (uint64_t n = 0; n < DATA; n++, data++) {
		uint64_t count = guest_fault.count;

		if (n & 1) {
			fetch(REGION + (random64(&state) & 0x3ffffc));
			continue;
		}
		__asm__ volatile("udf #0");
		wrong += guest_fault.count != count + 1;
	}
}

static void abort_in_a_loop(void)
{
	uint64_t value;

	for (uint64_t n = 0; n < ABORTS; n++, aborts++)
		wrong += load(FOREIGN + (random64(&state) & 0xffffff8), 8, &value) != ABORT;
}

/* With the timer's interrupt pending and masked, WFI returns at once. */
static void storm_wfi(void)
{
	gic_start();
	msr("cntv_cval_el0", 0);
	msr("cntv_ctl_el0", 1);
	for (uint64_t n = 0; n < WAITS; n++, waits++) {
		uint64_t x[4] = {PSCI_CPU_SUSPEND, 0, 0, 0};

		if (n & 7)
			__asm__ volatile("wfi\n yield\n sevl\n wfe");
		else
			hvc(x);
	}
	msr("cntv_ctl_el0", 0);
}

static void fill_table(void)
{
	table[0] = DESC_BLOCK;
	table[UART >> GIB] = (UART >> GIB << GIB) | DESC_BLOCK | ATTR_DEVICE;
	table[GICD >> GIB] = (GICD >> GIB << GIB) | DESC_BLOCK | ATTR_DEVICE;
	table[TO_FOREIGN] = (1ull << GIB) | DESC_BLOCK;
	table[TABLE_FOREIGN] = FOREIGN | DESC_TABLE;
	table[TABLE_REGION] = REGION | DESC_TABLE;
	table[TABLE_BEYOND] = 0x7f00000000ull | DESC_TABLE;
	for (unsigned int n = GARBAGE; n < GARBAGE_END; n++)
		table[n] = random64(&state) | 1;
	/* Level 2 of TABLE_REGION, in shared memory: blocks of somebody else's addresses. */
	for (unsigned int n = 0; n < ENTRIES; n++)
		((volatile uint64_t *)REGION)[n] =
			(random64(&state) & 0x3fffe00000ull) | 1ull << 38 | DESC_BLOCK;
}

static void set_mmu(uint64_t on)
{
	__asm__ volatile("dsb sy\n tlbi vmalle1\n dsb sy\n isb" : : : "memory");
	msr("sctlr_el1", (mrs("sctlr_el1") & ~SCTLR_M) | on);
}

static void lead_out_of_the_memory(void)
{
	static const unsigned int closed[] = {TO_FOREIGN, TABLE_FOREIGN, TABLE_REGION,
					      TABLE_BEYOND};
	uint64_t value;

	fill_table();
	msr("mair_el1", MAIR);
	msr("tcr_el1", TCR);
	msr("ttbr0_el1", (uint64_t)table);
	set_mmu(SCTLR_M);
	for (uint64_t n = 0; n < WALKS; n++, walks++) {
		uint64_t r = random64(&state), low = r & 0x3ffffff8;

		if (n & 1) {
			/* Garbage may lead to memory of our own, so this proves nothing alone. */
			load((uint64_t)(GARBAGE + r % (GARBAGE_END - GARBAGE)) << GIB | low, 8,
			     &value);
			continue;
		}
		r = (uint64_t)closed[r % 4] << GIB | low;
		wrong += load(r, 8, &value) == WENT_THROUGH;
		wrong += store(r, 8, value) == WENT_THROUGH;
	}
	set_mmu(0);
}

static void all_garbage(void)
{
	for (unsigned int n = 0; n < ENTRIES; n++)
		table[n] = random64(&state) | 3;
	set_mmu(SCTLR_M);
	for (;;)
		;
}

static void attack(uint64_t vm)
{
	(void)vm;
	start_second();
	jump_to_nowhere();
	execute_data();
	abort_in_a_loop();
	storm_wfi();
	lead_out_of_the_memory();
	print("attack: cpu done");
	print_count("jumps", jumps);
	print_count("data", data);
	print_count("aborts", aborts);
	print_count("waits", waits);
	print_count("walks", walks);
	print_count("wrong", wrong);
	print("\n");
	all_garbage();
}
