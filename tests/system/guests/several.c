/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMs 1, 2 and 3 of several.dts: says first what it may and may not do, by trying all of it, and
 * then plays its part in the exchange (../rootfs/several.h).
 */
#include <stdbool.h>
#include "fusiondock/hypercall.h"
#include "../rootfs/several.h"
#include "guest.h"

#define GICD 0x7fff000000ul
#define GICR 0x7fff040000ul
#define GICR_SGI (GICR + 0x10000)
#define GICD_CTLR_ARE_G1 0x12u
#define GICR_WAKER 0x14u
#define GICR_IGROUPR0 0x80u
#define GICR_ISENABLER0 0x100u
#define DOORBELLS (7u << 10)
#define EC_DATA_ABORT_SAME 0x25u
#define FSC_EXTERNAL 0x10u

enum { START, READY, READ_END };

struct region {
	volatile uint32_t max_size, used_size;
	volatile int32_t op_type, resevered;
	volatile uint32_t data[];
};

static const uint64_t addresses[SEVERAL_REGIONS] = SEVERAL_ADDRESSES;
static unsigned int self;

static uint64_t call(uint64_t fn, uint64_t a1, uint64_t a2, uint64_t *x3)
{
	uint64_t x[4] = {fn, a1, a2, 0};

	hvc(x);
	if (x3)
		*x3 = x[3];
	return x[0];
}

static const char *result(uint64_t x0)
{
	switch ((int64_t)x0) {
	case FUSIONDOCK_OK:
		return "ok";
	case FUSIONDOCK_E_INVALID:
		return "invalid";
	case FUSIONDOCK_E_DENIED:
		return "denied";
	case FUSIONDOCK_E_STOPPED:
		return "stopped";
	default:
		return "unexpected";
	}
}

static void say(const char *what, uint64_t which, const char *answer)
{
	print("several: ");
	print(what);
	print_number(which);
	print(": ");
	print(answer);
	print("\n");
}

static const char *touch(uint64_t at, bool write)
{
	volatile uint64_t *word = (volatile uint64_t *)at;
	uint64_t before = guest_fault.count, esr;

	if (write)
		*word = 0;
	else
		(void)*word;
	esr = guest_fault.esr;
	if (guest_fault.count == before)
		return "goes";
	return esr >> 26 == EC_DATA_ABORT_SAME && (esr & 0x3f) == FSC_EXTERNAL &&
			       guest_fault.far == at
		       ? "abort"
		       : "another exception";
}

static void try_rights(void)
{
	for (unsigned int vm = 0; vm <= SEVERAL_VMS; vm++) {
		say("ring VM ", vm, result(call(FUSIONDOCK_CALL_RING, vm, 0, 0)));
		say("original ring VM ", vm,
		    (uint32_t)call(FUSIONDOCK_ORIGINAL_RING, FUSIONDOCK_ORIGINAL_IPI, vm, 0)
			    ? "refused"
			    : "ok");
	}
	for (unsigned int n = 0; n <= SEVERAL_REGIONS; n++) {
		uint64_t flags, x0 = call(FUSIONDOCK_CALL_REGION_INFO, n, 0, &flags);

		say("region ", n,
		    x0                                ? result(x0)
		    : flags & FUSIONDOCK_REGION_WRITE ? "read-write"
						      : "read-only");
	}
	for (unsigned int n = 0; n < SEVERAL_REGIONS; n++) {
		say("read of region ", n, touch(addresses[n] + SEVERAL_TOUCH, false));
		say("write of region ", n, touch(addresses[n] + SEVERAL_TOUCH, true));
	}
}

static struct region *region(unsigned int index)
{
	return (struct region *)addresses[index];
}

static void ring(unsigned int vm)
{
	if (call(FUSIONDOCK_CALL_RING, vm, several_vector(self, vm), 0))
		say("refused ring of VM ", vm, "unexpected");
}

/* One number further round the ring, if there is one. */
static void pass_on(struct region *in, struct region *out, unsigned int next)
{
	uint32_t number;

	/* Acquire: pairs with the writer's release of READY. */
	if (__atomic_load_n(&in->op_type, __ATOMIC_ACQUIRE) != READY ||
	    __atomic_load_n(&out->op_type, __ATOMIC_ACQUIRE) == READY)
		return;
	number = in->data[0] + 1;
	if (self == 2)
		region(SEVERAL_SHOWN)->data[0] = number;
	out->used_size = sizeof(number);
	out->resevered = 0;
	out->data[0] = number;
	/* Release: the number before READY, and read before it may be changed; partners: the peers'
	 * acquires. */
	__atomic_store_n(&out->op_type, READY, __ATOMIC_RELEASE);
	__atomic_store_n(&in->op_type, READ_END, __ATOMIC_RELEASE);
	ring(next);
}

static void play(void)
{
	volatile struct several_line *board =
		(volatile struct several_line *)region(SEVERAL_BOARD)->data;

	for (unsigned int other = 0; other < SEVERAL_PLAYERS; other++) {
		uint64_t move = other == self ? 0 : several_move(board, self, other);

		if (!move)
			continue;
		board[self].ball[other] = move;
		ring(other);
		if (move == SEVERAL_TURNS)
			say("all balls played with VM ", other, "yes");
	}
}

void guest_irq(void)
{
	uint64_t intid;

	__asm__ volatile("mrs %0, S3_0_C12_C12_0\n dsb sy" : "=r"(intid) : : "memory");
	play();
	if (self == 1)
		pass_on(region(SEVERAL_0_TO_1), region(SEVERAL_1_TO_2), 2);
	else
		pass_on(region(SEVERAL_1_TO_2), region(SEVERAL_2_TO_0), 0);
	__asm__ volatile("msr S3_0_C12_C12_1, %0\n isb" : : "r"(intid) : "memory");
}

static void mmio(uint64_t at, uint32_t value)
{
	*(volatile uint32_t *)at = value;
}

void guest_main(void)
{
	self = (unsigned int)call(FUSIONDOCK_CALL_VM_ID, 0, 0, 0);
	try_rights();
	if (self >= SEVERAL_PLAYERS)
		return;
	mmio(GICD, GICD_CTLR_ARE_G1);
	mmio(GICR + GICR_WAKER, 0);
	mmio(GICR_SGI + GICR_IGROUPR0, ~0u);
	mmio(GICR_SGI + GICR_ISENABLER0, DOORBELLS);
	__asm__ volatile("msr S3_0_C4_C6_0, %0\n msr S3_0_C12_C12_7, %1\n isb"
			 :
			 : "r"(0xfful), "r"(1ul));
	play();
	__asm__ volatile("msr daifclr, #2");
}
