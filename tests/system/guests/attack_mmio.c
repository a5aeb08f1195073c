/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and writes every register of the emulated GIC and PL011, and the holes between them, with
 * random values, at every size and alignment. What is aligned must go through, what is not must be
 * an exception. After it, set up anew, the GIC must still deliver the timer.
 */
#include "attack.h"

#define SEED 0x47494376336c3131ull
#define SCATTERED 20000u
#define UARTDR_BYTES 4u
#define TICKS_AFTER 20u
#define PROBLEMS_SHOWN 16u

/* What has registers is walked byte by byte, the rest in steps that keep every alignment. */
static const struct range {
	uint64_t start, end, step;
} ranges[] = {
	{GICD, GICD + 0x1000, 1},           {GICD + 0x1000, GICD + 0x6000, 57},
	{GICD + 0x6000, GICD + 0x8000, 3},  {GICD + 0x8000, GICD + 0xffd0, 57},
	{GICD + 0xffd0, GICD + 0x10000, 1}, {GICR, GICR + 0x120, 1},
	{GICR + 0x120, GICR + 0xffd0, 57},  {GICR + 0xffd0, GICR + 0x10000, 1},
	{GICR_SGI, GICR_SGI + 0xe00, 1},    {GICR_SGI + 0xe00, GICR_SGI + 0x10000, 57},
	{UART, UART + 0x1000, 1},
};

static uint64_t state = SEED, accesses, wrong;

static void judge(const char *what, uint64_t at, unsigned int size, enum outcome got)
{
	accesses++;
	if (at % size ? got != WENT_THROUGH : got == WENT_THROUGH)
		return;
	if (wrong++ >= PROBLEMS_SHOWN)
		return;
	print("\nattack: PROBLEM ");
	print(what);
	print_count("size", size);
	print(" at ");
	print_hex(at);
	print(got == WENT_THROUGH ? " went through" : " exception, ESR_EL1 ");
	print_hex(guest_fault.esr);
	print("\n");
}

static void touch(uint64_t at)
{
	uint64_t value;

	for (unsigned int size = 1; size <= 8; size *= 2) {
		judge("read", at, size, load(at, size, &value));
		/* A random character now and then is enough. */
		if (at - UART < UARTDR_BYTES && random64(&state) % 4)
			continue;
		judge("write", at, size, store(at, size, random64(&state)));
	}
}

/* All off, nothing pending or active: each range starts from a GIC with little to do. */
static void calm(void)
{
	for (uint64_t n = 0; n < 32; n++) {
		write32(GICD + 0x180 + 4 * n, ~0u);
		write32(GICD + 0x280 + 4 * n, ~0u);
		write32(GICD + 0x380 + 4 * n, ~0u);
	}
	write32(GICR_SGI + 0x180, ~0u);
	write32(GICR_SGI + 0x280, ~0u);
	write32(GICR_SGI + 0x380, ~0u);
}

static void pass(void)
{
	for (unsigned int n = 0; n < sizeof(ranges) / sizeof(ranges[0]); n++) {
		for (uint64_t at = ranges[n].start; at < ranges[n].end; at += ranges[n].step)
			touch(at);
		calm();
	}
	for (unsigned int n = 0; n < SCATTERED; n++) {
		uint64_t r = random64(&state);

		if (n % 256 == 0)
			calm();
		touch(r & 1 ? GICD + (r >> 8) % 0x10000 : GICR + (r >> 8) % 0x20000);
	}
	calm();
}

/* The doorbell's and the timer's states were anything; after gic_start() the timer must come. */
static void timer_still_comes(void)
{
	uint64_t from = ticks;

	write32(UART + 0x38, 0);
	gic_start();
	timer_start();
	while (ticks - from < TICKS_AFTER)
		__asm__ volatile("wfi");
	irq_mask();
	msr("cntv_ctl_el0", 0);
	ticks = 0;
}

static void attack(uint64_t vm)
{
	(void)vm;
	pass();
	timer_still_comes();
	print("\nattack: mmio done");
	print_count("accesses", accesses);
	print_count("wrong", wrong);
	print("\n");
	for (;;)
		pass();
}
