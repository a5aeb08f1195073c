/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rings doorbells as fast as it can at a VM that works on a deadline and at Linux, by the original
 * call and by the new one in turn. The limit is the description's: doorbell-min-interval.
 */
#include "attack.h"

#define RINGS 1000000u
#define TARGETS 3u

static uint64_t rung[TARGETS], wrong;

static uint64_t ring(uint64_t n, uint64_t target)
{
	uint64_t x[4] = {FUSIONDOCK_CALL_RING, target, 0, 0};

	if (n & 1) {
		x[0] = FUSIONDOCK_ORIGINAL_RING;
		x[1] = FUSIONDOCK_ORIGINAL_IPI;
		x[2] = target;
	}
	hvc(x);
	return x[0];
}

static void pass(void)
{
	for (uint64_t n = 0; n < RINGS; n++) {
		/* Three of four to the victim, one to Linux. Both run by now. */
		uint64_t target = n & 6 ? VICTIM : 0;

		/* 0: delivered, or pending or put off still. */
		if (ring(n, target))
			wrong++;
		else
			rung[target]++;
	}
}

static void attack(uint64_t vm)
{
	(void)vm;
	pass();
	print("attack: ring done");
	print_count("victim", rung[VICTIM]);
	print_count("linux", rung[0]);
	print_count("wrong", wrong);
	print("\n");
	for (;;)
		pass();
}
