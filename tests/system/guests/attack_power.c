/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM with two cores that turns itself off and on as fast as it can: one core calls CPU_OFF, the
 * other CPU_ON without waiting; then both reset the VM at the same time, life after life. A VM of
 * one core resets itself as often, and in its last life jumps to nowhere without vectors. What must
 * outlive a reset is counted in shared memory.
 */
#include "attack.h"

#define CYCLES 2000u
#define LIVES 20u
#define PATIENCE_S 20u
#define SHARED (*(struct shared *)(vm == 1 ? 0x2a900000ul : 0x2ad00000ul))
#define PSCI_CPU_ON 0xc4000003u
#define PSCI_AFFINITY_INFO 0xc4000004u
#define PSCI_ALREADY_ON ((uint64_t)-4)
#define PSCI_ON_PENDING ((uint64_t)-5)
#define NOWHERE 0x50000000ul

struct shared {
	volatile uint64_t life, cycles, came_back, lost;
};

static uint64_t second_stack[512];
static volatile uint64_t started, came_back, end_together;

static uint64_t psci(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	uint64_t x[4] = {function, a1, a2, a3};

	hvc(x);
	return x[0];
}

/* The second core: off again at once. */
void guest_second_main(void)
{
	__atomic_store_n(&started, started + 1, __ATOMIC_RELEASE);
	while (end_together) {
		if (end_together == 2)
			psci(PSCI_SYSTEM_RESET, 0, 0, 0);
	}
	psci(PSCI_CPU_OFF, 0, 0, 0);
	/* It must start anew at its entry; to be here is a fault of the base. */
	came_back = 1;
	for (;;)
		psci(PSCI_CPU_OFF, 0, 0, 0);
}

/* One start of the second core, which is still on its way out. 0: it never came. */
static int start_second(void)
{
	uint64_t before = __atomic_load_n(&started, __ATOMIC_ACQUIRE), result;
	uint64_t end = mrs("cntvct_el0") + PATIENCE_S * mrs("cntfrq_el0");

	do
		result = psci(PSCI_CPU_ON, 1, (uint64_t)guest_second, (uint64_t)&second_stack[512]);
	while (result == PSCI_ALREADY_ON || result == PSCI_ON_PENDING);
	while (mrs("cntvct_el0") < end) {
		if (__atomic_load_n(&started, __ATOMIC_ACQUIRE) != before)
			return 1;
		__asm__ volatile("yield");
	}
	return 0;
}

static void off_and_on(struct shared *s)
{
	for (uint64_t n = 0; n < CYCLES && !s->lost; n++) {
		if (start_second())
			s->cycles++;
		else
			s->lost++;
	}
	s->came_back = came_back;
}

static void report(const struct shared *s)
{
	print("attack: power done");
	print_count("cycles", s->cycles);
	print_count("lives", s->life);
	print_count("came-back", s->came_back);
	print_count("lost", s->lost);
	print("\n");
}

static void two_cores(struct shared *s)
{
	if (s->life++ == 0)
		off_and_on(s);
	if (s->life <= LIVES && !s->lost) {
		end_together = 1;
		start_second();
		end_together = 2;
		psci(PSCI_SYSTEM_RESET, 0, 0, 0);
	}
	report(s);
	while (!s->lost)
		start_second();
}

static void one_core(struct shared *s)
{
	if (s->life++ < LIVES)
		psci(PSCI_SYSTEM_RESET, 0, 0, 0);
	report(s);
	msr("vbar_el1", NOWHERE);
	((void (*)(void))NOWHERE)();
	print("attack: PROBLEM still there\n");
}

static void attack(uint64_t vm)
{
	if (vm == 1)
		two_cores(&SHARED);
	else
		one_core(&SHARED);
}
