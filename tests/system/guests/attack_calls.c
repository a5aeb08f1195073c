/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HVC and SMC with random registers, a million times: half of the function numbers are random, half
 * are those of the ABI, of PSCI and of SMCCC. After each call every register that is no output is
 * compared. Only what ends the caller itself is left out.
 */
#include "attack.h"
#include "call.h"

#define CALLS 1000000u
#define NOT_SUPPORTED ((uint64_t)-1)
#define SEED 0x8600ff01c6000000ull
#define PROBLEMS_SHOWN 8u

void call_hvc_0(struct registers *r);
void call_hvc_1(struct registers *r);
void call_hvc_ffff(struct registers *r);
void call_smc_0(struct registers *r);
void call_smc_ffff(struct registers *r);

CALL(call_hvc_0, "hvc #0");
CALL(call_hvc_1, "hvc #1");
CALL(call_hvc_ffff, "hvc #0xffff");
CALL(call_smc_0, "smc #0");
CALL(call_smc_ffff, "smc #0xffff");

static const struct {
	void (*call)(struct registers *r);
	const char *name;
	int known; /* HVC #0, of which some numbers mean something */
} kinds[] = {
	{call_hvc_0, "hvc #0", 1}, {call_hvc_0, "hvc #0", 1},         {call_hvc_0, "hvc #0", 1},
	{call_hvc_1, "hvc #1", 0}, {call_hvc_ffff, "hvc #0xffff", 0}, {call_smc_0, "smc #0", 0},
	{call_smc_0, "smc #0", 0}, {call_smc_ffff, "smc #0xffff", 0},
};

static const uint64_t functions[] = {
	FUSIONDOCK_ORIGINAL_RING,
	FUSIONDOCK_CALL_UID,
	FUSIONDOCK_CALL_REVISION,
	FUSIONDOCK_CALL_VERSION,
	FUSIONDOCK_CALL_VM_ID,
	FUSIONDOCK_CALL_RING,
	FUSIONDOCK_CALL_REGION_INFO,
	FUSIONDOCK_CALL_VM_STATE,
	FUSIONDOCK_CALL_VM_CONTROL,
	FUSIONDOCK_CALL_VIEW,
	FUSIONDOCK_CALL_WATCHDOG,
	0xc600ffff,
	0x86000000,
	0x8600ff02,
	0x80000000,
	0x80000001,
	0x80008000,
	0x84000000,
	0x84000001,
	0x84000003,
	0x84000004,
	0x84000005,
	0x84000006,
	0x8400000a,
	0xc4000001,
	0xc4000003,
	0xc4000004,
	0xc400000e,
	0x8400001f,
	0xc400001f,
	0xc4000020,
	0xffffffff,
	0,
};

static const uint64_t arguments[] = {
	0,          1,          2,          3,           7,           8,
	10,         31,         32,         33,          63,          64,
	255,        0x80000000, 0xffffffff, 0x100000000, 0x100000002, 0x8000000000000000,
	~0ull,      ~1ull,      0x2a800000, 0x2ac00000,  0x2b000000,  0x2bffffff,
	0x2c000000, 0x40000000, 0x80000000, 0x84000000,  0xc6000002,  0xc4000003,
};

static uint64_t state = SEED;

static uint64_t one_of(const uint64_t *list, uint64_t count)
{
	return list[random64(&state) % count];
}

static int ends_the_caller(uint64_t function)
{
	/* CPU_OFF, SYSTEM_OFF, SYSTEM_RESET and SYSTEM_RESET2 of PSCI. */
	switch ((uint32_t)function & ~0x40000000u) {
	case PSCI_CPU_OFF:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case 0x84000012u:
		return 1;
	default:
		return 0;
	}
}

static void fill(struct registers *r)
{
	for (unsigned int n = 0; n < 31; n++)
		r->x[n] = random64(&state);
	if (random64(&state) & 1) {
		uint64_t high = r->x[0] & (r->x[4] & 0xff ? 0 : 0xffffffff00000000ull);

		r->x[0] = one_of(functions, sizeof(functions) / sizeof(functions[0])) | high;
		for (unsigned int n = 1; n < 4; n++) {
			if (r->x[n] & 7)
				r->x[n] =
					one_of(arguments, sizeof(arguments) / sizeof(arguments[0]));
		}
	}
	if (ends_the_caller(r->x[0]))
		r->x[0] = 0;
}

/* How many registers from x0 on the call may change. */
static unsigned int outputs(uint64_t function, int known)
{
	if (!known)
		return 1;
	switch ((uint32_t)function) {
	case FUSIONDOCK_CALL_UID:
	case FUSIONDOCK_CALL_REGION_INFO:
		return 4;
	case FUSIONDOCK_CALL_REVISION:
	case FUSIONDOCK_CALL_VM_STATE:
	case FUSIONDOCK_CALL_WATCHDOG:
		return 2;
	case FUSIONDOCK_CALL_VIEW:
		return 3;
	default:
		return 1;
	}
}

/* x0 where the ABI leaves one answer only; otherwise what the call gave. */
static uint64_t expected(const struct registers *in, int known, uint64_t got)
{
	if (!known)
		return NOT_SUPPORTED;
	switch ((uint32_t)in->x[0]) {
	case FUSIONDOCK_CALL_VM_ID:
		return 1;
	case FUSIONDOCK_CALL_RING:
		/* Not to itself; others are not there; and the victim has one vector. */
		if (in->x[1] == 1)
			return (uint64_t)FUSIONDOCK_E_DENIED;
		if (in->x[1] != VICTIM || in->x[2] > 0)
			return (uint64_t)FUSIONDOCK_E_INVALID;
		return got;
	case FUSIONDOCK_CALL_VM_CONTROL:
		/* Nobody is this VM's to control, itself included. */
		return got == (uint64_t)FUSIONDOCK_E_INVALID ? got : (uint64_t)FUSIONDOCK_E_DENIED;
	case FUSIONDOCK_CALL_VIEW:
		return in->x[1] == FUSIONDOCK_VIEW_STATE ? FUSIONDOCK_OK : (uint64_t)FUSIONDOCK_E_INVALID;
	case FUSIONDOCK_CALL_WATCHDOG:
		/* The description gives it none. */
		return (uint64_t)FUSIONDOCK_E_INVALID;
	case FUSIONDOCK_CALL_VM_STATE:
		return in->x[1] >= FUSIONDOCK_VM_MAX ? (uint64_t)FUSIONDOCK_E_INVALID : got;
	default:
		/* Neither a call of the base, nor of Arm's architecture or standard services. */
		if (in->x[0] == FUSIONDOCK_ORIGINAL_RING ||
		    (in->x[0] & 0xbd000000u) == 0x84000000u ||
		    (in->x[0] & 0xbf000000u) == 0x80000000u)
			return got;
		return NOT_SUPPORTED;
	}
}

static void problem(const char *what, unsigned int kind, const struct registers *in, uint64_t got)
{
	print("attack: PROBLEM ");
	print(what);
	print(": ");
	print(kinds[kind].name);
	for (unsigned int n = 0; n < 4; n++) {
		print(" ");
		print_hex(in->x[n]);
	}
	print(" gave ");
	print_hex(got);
	print("\n");
}

/* Makes one call and says how many things are wrong with what came back. */
static uint64_t one_call(unsigned int kind, int show)
{
	struct registers in, out;
	uint64_t wrong = 0, count = guest_fault.count;

	fill(&in);
	for (unsigned int n = 0; n < 31; n++)
		out.x[n] = in.x[n];
	kinds[kind].call(&out);
	for (unsigned int n = outputs(in.x[0], kinds[kind].known); n < 31; n++)
		wrong += out.x[n] != in.x[n];
	if (wrong && show)
		problem("a register was not preserved", kind, &in, out.x[0]);
	if (out.x[0] != expected(&in, kinds[kind].known, out.x[0])) {
		wrong++;
		if (show)
			problem("not the answer of the ABI", kind, &in, out.x[0]);
	}
	if (guest_fault.count != count) {
		wrong++;
		if (show)
			problem("an exception", kind, &in, guest_fault.esr);
	}
	return wrong;
}

static void pass(int show)
{
	uint64_t hvcs = 0, smcs = 0, wrong = 0;

	for (uint64_t n = 0; n < CALLS; n++) {
		unsigned int kind = (unsigned int)(random64(&state) >> 40) % 8;

		wrong += one_call(kind, show && wrong < PROBLEMS_SHOWN);
		if (kinds[kind].name[0] == 'h')
			hvcs++;
		else
			smcs++;
	}
	if (!show && !wrong)
		return;
	print("attack: calls done");
	print_count("hvc", hvcs);
	print_count("smc", smcs);
	print_count("wrong", wrong);
	print("\n");
}

static void attack(uint64_t vm)
{
	(void)vm;
	pass(1);
	for (;;)
		pass(0);
}
