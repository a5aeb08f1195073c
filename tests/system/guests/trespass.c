/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Touches what a VM does not own and says what came of it: "trespass: read 0x...: abort" or
 * "... went through". In the end it has no exception vector left.
 */
#include "guest.h"

#define EC_DATA_ABORT_SAME 0x25u
#define EC_INSTRUCTION_ABORT_SAME 0x21u
#define FSC_EXTERNAL 0x10u

static const uint64_t foreign[] = {
	0x0,	      /* nothing at all */
	0x2a7feffc,   /* the last word before the state view */
	0x2c000000,   /* the first behind the VM's memory */
	0x40000000,   /* memory of VM 0, and of the machine */
	0x40200000,   /* where the base itself runs */
	0x08000000,   /* the machine's distributor */
	0x09000000,   /* the machine's UART */
	0x7ffeffff00, /* just below the VM's own distributor */
	0x7ffffff000, /* the last page of the guest-physical space */
};

static void verdict(uint64_t before, uint64_t address, uint64_t ec)
{
	uint64_t esr = guest_fault.esr;

	if (guest_fault.count == before)
		print("went through\n");
	else if (esr >> 26 == ec && (esr & 0x3f) == FSC_EXTERNAL && guest_fault.far == address)
		print("abort\n");
	else
		print("some other exception\n");
}

static void say(const char *what, uint64_t address)
{
	print("trespass: ");
	print(what);
	print_hex(address);
	print(": ");
}

static void touch(uint64_t address)
{
	volatile uint32_t *p = (volatile uint32_t *)address;
	uint64_t before = guest_fault.count;

	say("read ", address);
	(void)*p;
	verdict(before, address, EC_DATA_ABORT_SAME);
	before = guest_fault.count;
	say("write ", address);
	*p = 0x5a5a5a5a;
	verdict(before, address, EC_DATA_ABORT_SAME);
}

static void jump(uint64_t address)
{
	uint64_t before = guest_fault.count;

	say("fetch ", address);
	((void (*)(void))address)();
	verdict(before, address, EC_INSTRUCTION_ABORT_SAME);
}

static void region_of_others(void)
{
	volatile uint32_t *own = (volatile uint32_t *)0x2a800000;
	volatile uint32_t *read_only = (volatile uint32_t *)0x2ac00000;
	uint64_t before = guest_fault.count;

	say("read-write region ", own[0]);
	own[4] = 1;
	verdict(before, 0, 0);
	say("read-only region ", read_only[0]);
	verdict(before, 0, 0);
	say("write read-only region ", 0x2ac00010);
	read_only[4] = 1;
	verdict(before, 0x2ac00010, EC_DATA_ABORT_SAME);
	before = guest_fault.count;
	say("write state view ", 0x2a7ff010);
	*(volatile uint32_t *)0x2a7ff010 = 1;
	verdict(before, 0x2a7ff010, EC_DATA_ABORT_SAME);
	/* Shared memory holds data, never instructions. */
	jump(0x2a800000);
}

void guest_main(void)
{
	for (unsigned int n = 0; n < sizeof(foreign) / sizeof(foreign[0]); n++)
		touch(foreign[n]);
	jump(0x40000000);
	region_of_others();
	print("trespass: leaving for nowhere\n");
	__asm__ volatile("msr vbar_el1, %0\n isb" : : "r"(0x50000000ul));
	*(volatile uint32_t *)0x50000000ul = 0;
	print("trespass: still there\n");
}
