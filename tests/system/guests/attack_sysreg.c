/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executes every encoding of the system instruction space with op0 = 1, 2 and 3, reading and
 * writing: op1, CRn, CRm and op2 from end to end. Each one is an ordinary instruction for the guest
 * or an exception of its own; none may stop the base. Left out is what would change how the guest
 * itself runs.
 */
#include "attack.h"

#define SEED 0x5359535245470001ull
#define READ 0xd5200000u
#define WRITE 0xd5000000u
#define RET 0xd65f03c0u
#define ENCODING(op0, op1, crn, crm, op2)                                                          \
	((uint32_t)(op0) << 19 | (uint32_t)(op1) << 16 | (uint32_t)(crn) << 12 |                   \
	 (uint32_t)(crm) << 8 | (uint32_t)(op2) << 5)
#define PER_ROUND 128u /* CRm and op2 of one op0, op1, CRn */
#define PROBLEMS_SHOWN 16u

static uint32_t code[2 * PER_ROUND] __attribute__((aligned(4096)));
static uint64_t scratch[512] __attribute__((aligned(4096)));
static uint64_t state = SEED;
static uint64_t executed, values, undefined, trapped, aborts, strange_exceptions;

/* These change how the guest itself runs: MMU, vectors, stack, mask, debug traps. */
static int left_out(uint32_t encoding)
{
	switch (encoding) {
	case ENCODING(3, 0, 1, 0, 0):  /* SCTLR_EL1 */
	case ENCODING(3, 0, 12, 0, 0): /* VBAR_EL1 */
	case ENCODING(3, 0, 4, 2, 0):  /* SPSel */
	case ENCODING(3, 3, 4, 2, 1):  /* DAIF */
	case ENCODING(2, 0, 0, 2, 2):  /* MDSCR_EL1 */
		return 1;
	default:
		return 0;
	}
}

/* The guest's own traps: FP, the ID space where the core says so, SVE, SME. */
static int is_own_trap(uint64_t ec)
{
	return ec == 0x07 || ec == 0x18 || ec == 0x19 || ec == 0x1d;
}

static void classify(uint32_t encoding, uint64_t count)
{
	uint64_t esr = guest_fault.esr, ec = ESR_EC(esr);

	executed++;
	if (guest_fault.count == count) {
		values++;
	} else if (guest_fault.count == count + 1 && ec == EC_UNKNOWN) {
		undefined++;
	} else if (guest_fault.count == count + 1 && is_own_trap(ec)) {
		trapped++;
	} else if (guest_fault.count == count + 1 && ec == EC_DATA_ABORT_SAME) {
		aborts++; /* cache maintenance by an address that is not ours */
	} else if (strange_exceptions++ < PROBLEMS_SHOWN) {
		print("attack: PROBLEM encoding ");
		print_hex(encoding);
		print(" ESR_EL1 ");
		print_hex(esr);
		print("\n");
	}
}

static void run_one(unsigned int n, uint32_t encoding, uint64_t value)
{
	uint64_t count = guest_fault.count;
	register uint64_t x0 __asm__("x0") = value;
	register uint32_t *at __asm__("x1") = &code[2 * n];

	__asm__ volatile("blr %1" : "+r"(x0) : "r"(at) : "x30", "memory", "cc");
	classify(encoding, count);
}

static void make_code_visible(void)
{
	for (uint64_t at = (uint64_t)code; at < (uint64_t)code + sizeof(code); at += 16)
		__asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0" : : "r"(at) : "memory");
	__asm__ volatile("dsb ish\n isb" : : : "memory");
}

static void round(uint32_t base, uint32_t direction)
{
	for (unsigned int n = 0; n < PER_ROUND; n++) {
		code[2 * n] = direction | base | ENCODING(0, 0, 0, n / 8, n % 8);
		code[2 * n + 1] = RET;
	}
	make_code_visible();
	for (unsigned int n = 0; n < PER_ROUND; n++) {
		uint32_t encoding = base | ENCODING(0, 0, 0, n / 8, n % 8);

		if (direction == WRITE && left_out(encoding))
			continue;
		run_one(n, encoding, (uint64_t)scratch);
		if (direction == WRITE) {
			run_one(n, encoding, random64(&state));
			run_one(n, encoding, ~0ull);
			run_one(n, encoding, 0);
		}
	}
}

static void pass(void)
{
	for (uint32_t group = 0; group < 3 * 8 * 16; group++) {
		uint32_t base = ENCODING(1 + group / 128, group / 16 % 8, group % 16, 0, 0);

		/* An exit that the base counts, so that it can be seen that the attack goes on. */
		vm_id();
		round(base, READ);
		round(base, WRITE);
	}
}

static void attack(uint64_t vm)
{
	(void)vm;
	pass();
	print("attack: sysreg done");
	print_count("executed", executed);
	print_count("values", values);
	print_count("undefined", undefined);
	print_count("trapped", trapped);
	print_count("aborts", aborts);
	print_count("wrong", strange_exceptions);
	print("\n");
	for (;;)
		pass();
}
