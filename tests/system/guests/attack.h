/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all attack_*.c share. The same image runs twice: VM 2 is the victim, which works on a
 * deadline, every other VM attacks. Where there is Linux too, the attack begins when 's' is typed
 * for it. It says "attack: ... done ..." after its first pass and then goes on for ever; the victim
 * ends when 'e' is typed for it.
 */
#ifndef TESTS_SYSTEM_GUESTS_ATTACK_H
#define TESTS_SYSTEM_GUESTS_ATTACK_H

#include "fusiondock/hypercall.h"
#include "gic.h"

#define VICTIM 2u
#define TICKS_PER_SECOND 100u
#define TICKS_PER_REPORT 100u
#define PATTERN_WORDS 8192u
#define PATTERN_PER_TICK 512u
#define ESR_EC(esr) ((esr) >> 26)
#define EC_UNKNOWN 0x00u
#define EC_INSTRUCTION_ABORT_SAME 0x21u
#define EC_DATA_ABORT_SAME 0x25u
#define FSC_EXTERNAL 0x10u
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u

static void attack(uint64_t vm);

/* Counted by guest_irq; a deadline is late when it is met after the next one was due. */
static volatile uint64_t ticks, late, doorbells, strange;
static uint64_t first_due, period;
static uint64_t pattern[PATTERN_WORDS], damaged;

/* --- What both have */

static inline uint64_t vm_id(void)
{
	uint64_t x[4] = {FUSIONDOCK_CALL_VM_ID, 0, 0, 0};

	hvc(x);
	return x[0];
}

/* xorshift64*: the same numbers in each run. */
static inline uint64_t random64(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

static inline void print_count(const char *name, uint64_t value)
{
	print(" ");
	print(name);
	print(" ");
	print_number(value);
}

static inline uint64_t pattern_word(uint64_t n)
{
	return (n + 1) * 0x9e3779b97f4a7c15ull;
}

/* Part of a check of memory that nobody else may reach, so that each deadline has some work. */
static inline void check_pattern(void)
{
	uint64_t first = ticks * PATTERN_PER_TICK % PATTERN_WORDS;

	for (uint64_t n = first; n < first + PATTERN_PER_TICK; n++)
		damaged += pattern[n] != pattern_word(n);
}

static inline void tick(void)
{
	uint64_t due = first_due + ticks * period;

	if (mrs("cntvct_el0") - due > period)
		late++;
	check_pattern();
	ticks++;
	/* No deadline is skipped: one that is over fires at once. */
	msr("cntv_cval_el0", first_due + ticks * period);
}

void guest_irq(void)
{
	uint64_t intid = mrs_x(ICC_IAR1_EL1) & 0xffffff;

	if (intid == INTID_TIMER)
		tick();
	else if (intid == INTID_DOORBELL)
		doorbells++;
	else
		strange++;
	if (intid != INTID_SPURIOUS)
		msr_x(ICC_EOIR1_EL1, intid);
}

static inline void timer_start(void)
{
	period = mrs("cntfrq_el0") / TICKS_PER_SECOND;
	first_due = mrs("cntvct_el0") + period;
	msr("cntv_cval_el0", first_due);
	msr("cntv_ctl_el0", 1);
	irq_unmask();
}

/* --- The victim */

static inline uint64_t ticks_due(void)
{
	return (mrs("cntvct_el0") - first_due) / period + 1;
}

/*
 * What is due and what was met, of one moment. The machine may be late, so they are taken again while
 * there is one to catch up on; a deadline that was lost would never be met here.
 */
static inline void take_deadlines(uint64_t *due, uint64_t *met)
{
	for (;;) {
		irq_mask();
		*due = ticks_due();
		*met = ticks;
		irq_unmask();
		if (*due <= *met + 1)
			return;
		__asm__ volatile("yield");
	}
}

static inline void victim_report(const char *what)
{
	uint64_t due, met;

	take_deadlines(&due, &met);
	print("victim: ");
	print(what);
	print_count("due", due);
	print_count("met", met);
	print_count("late", late);
	print_count("doorbells", doorbells);
	print_count("strange", strange);
	print_count("damaged", damaged);
	print_count("exceptions", guest_fault.count);
	print("\n");
}

static inline int typed(char c)
{
	return !(read32(UART + 0x18) & 0x10) && (char)read32(UART) == c;
}

static inline void victim(void)
{
	uint64_t x[4] = {PSCI_SYSTEM_OFF, 0, 0, 0}, next = TICKS_PER_REPORT;

	for (uint64_t n = 0; n < PATTERN_WORDS; n++)
		pattern[n] = pattern_word(n);
	gic_start();
	timer_start();
	print("victim: ready\n");
	while (!typed('e')) {
		__asm__ volatile("wfi");
		if (ticks < next)
			continue;
		next += TICKS_PER_REPORT;
		victim_report("at work");
	}
	victim_report("end");
	hvc(x);
	print("victim: still there\n");
}

/* Sleeps until c is typed: interrupts stay masked, but a pending one ends WFI. */
static inline void wait_for_key(char c)
{
	gic_start();
	write32(GICD + 0x80 + INTID_UART / 32 * 4, ~0u);
	write32(GICD + GICD_ISENABLER + INTID_UART / 32 * 4, 1u << INTID_UART % 32);
	write32(UART + 0x38, 0x50);
	while (!typed(c))
		__asm__ volatile("wfi");
	write32(UART + 0x38, 0);
}

static inline int there_is_linux(void)
{
	uint64_t x[4] = {FUSIONDOCK_CALL_VM_STATE, 0, 0, 0};

	hvc(x);
	return x[0] != (uint64_t)FUSIONDOCK_E_INVALID;
}

void guest_main(void)
{
	uint64_t id = vm_id();

	if (id == VICTIM)
		victim();
	if (there_is_linux())
		wait_for_key('s');
	attack(id);
}

/* --- Single accesses, of which each is one instruction with a syndrome */

enum outcome { WENT_THROUGH, ABORT, OTHER };

static inline enum outcome outcome_since(uint64_t count)
{
	uint64_t esr = guest_fault.esr;

	if (guest_fault.count == count)
		return WENT_THROUGH;
	if (guest_fault.count == count + 1 && ESR_EC(esr) == EC_DATA_ABORT_SAME &&
	    (esr & 0x3f) == FSC_EXTERNAL)
		return ABORT;
	return OTHER;
}

static inline enum outcome load(uint64_t at, unsigned int size, uint64_t *value)
{
	uint64_t count = guest_fault.count, v = 0;

	switch (size) {
	case 1:
		__asm__ volatile("ldrb %w0, [%1]" : "+r"(v) : "r"(at) : "memory");
		break;
	case 2:
		__asm__ volatile("ldrh %w0, [%1]" : "+r"(v) : "r"(at) : "memory");
		break;
	case 4:
		__asm__ volatile("ldr %w0, [%1]" : "+r"(v) : "r"(at) : "memory");
		break;
	default:
		__asm__ volatile("ldr %0, [%1]" : "+r"(v) : "r"(at) : "memory");
	}
	*value = v;
	return outcome_since(count);
}

static inline enum outcome store(uint64_t at, unsigned int size, uint64_t v)
{
	uint64_t count = guest_fault.count;

	switch (size) {
	case 1:
		__asm__ volatile("strb %w0, [%1]" : : "r"(v), "r"(at) : "memory");
		break;
	case 2:
		__asm__ volatile("strh %w0, [%1]" : : "r"(v), "r"(at) : "memory");
		break;
	case 4:
		__asm__ volatile("str %w0, [%1]" : : "r"(v), "r"(at) : "memory");
		break;
	default:
		__asm__ volatile("str %0, [%1]" : : "r"(v), "r"(at) : "memory");
	}
	return outcome_since(count);
}

#endif
