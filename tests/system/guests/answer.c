/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers every message of VM 0, and keeps count of doorbells in both directions. It fills the
 * regions' headers by hand, from docs/protocol.md, and shares no code with the library.
 * tests/system/rootfs/answer.h has the messages.
 */
#include "fusiondock/hypercall.h"
#include "../rootfs/answer.h"
#include "guest.h"

#define GICD 0x7fff000000ul
#define GICR 0x7fff040000ul
#define GICR_SGI (GICR + 0x10000)
#define GICD_CTLR 0x0u
#define GICD_CTLR_ARE_G1 0x12u
#define GICR_WAKER 0x14u
#define GICR_IGROUPR0 0x80u
#define GICR_ISENABLER0 0x100u
#define DOORBELL 10u
#define PEER 0u

enum { START, READY, READ_END };

struct region {
	volatile uint32_t max_size, used_size;
	volatile int32_t op_type, resevered;
	volatile uint64_t data[];
};

static struct region *in, *out;
static struct answer_counts counts;

static void mmio(uint64_t at, uint32_t value)
{
	*(volatile uint32_t *)at = value;
}

static struct region *region(uint64_t index)
{
	uint64_t x[4] = {FUSIONDOCK_CALL_REGION_INFO, index, 0, 0};

	hvc(x);
	if (x[0])
		print("answer: no such region\n");
	return (struct region *)x[1];
}

static void ring(void)
{
	uint64_t x[4] = {FUSIONDOCK_ORIGINAL_RING, FUSIONDOCK_ORIGINAL_IPI, PEER, 0};

	counts.rings++;
	hvc(x);
	if ((uint32_t)x[0])
		counts.refused++;
}

/* The previous answer was not taken: its reader has started anew. It will take that one first. */
static void answer(int32_t type, const uint64_t *words, uint32_t count)
{
	if (__atomic_load_n(&out->op_type, __ATOMIC_ACQUIRE) == READY) {
		counts.dropped++;
		return;
	}
	out->used_size = count * 8;
	out->resevered = type;
	for (uint32_t n = 0; n < count; n++)
		out->data[n] = words[n];
	/* Release: the message before READY; its partner is the reader's acquire. */
	__atomic_store_n(&out->op_type, READY, __ATOMIC_RELEASE);
	ring();
}

static void burst(uint64_t rings)
{
	volatile uint64_t *number = &out->data[ANSWER_BURST_WORD];

	for (uint64_t n = 1; n <= rings; n++) {
		*number = n;
		ring();
	}
}

static void message(void)
{
	uint64_t words[2] = {in->data[0], in->data[1]};
	int32_t type = in->resevered;

	/* Release: the words are read before the writer may change them; partner: its acquire. */
	__atomic_store_n(&in->op_type, READ_END, __ATOMIC_RELEASE);
	counts.messages++;
	if (type == ANSWER_COUNTS)
		answer(type, (const uint64_t *)&counts, sizeof(counts) / 8);
	else if (type == ANSWER_BURST)
		burst(words[0]);
	else
		answer(type, words, 2);
}

void guest_irq(void)
{
	uint64_t intid;

	__asm__ volatile("mrs %0, S3_0_C12_C12_0\n dsb sy" : "=r"(intid) : : "memory");
	if (intid == DOORBELL) {
		counts.doorbells++;
		/* Acquire: pairs with the writer's release of READY. */
		if (__atomic_load_n(&in->op_type, __ATOMIC_ACQUIRE) == READY)
			message();
	}
	__asm__ volatile("msr S3_0_C12_C12_1, %0\n isb" : : "r"(intid) : "memory");
}

void guest_main(void)
{
	in = region(0);
	out = region(1);
	mmio(GICD + GICD_CTLR, GICD_CTLR_ARE_G1);
	mmio(GICR + GICR_WAKER, 0);
	mmio(GICR_SGI + GICR_IGROUPR0, ~0u);
	mmio(GICR_SGI + GICR_ISENABLER0, 1u << DOORBELL);
	__asm__ volatile("msr S3_0_C4_C6_0, %0\n msr S3_0_C12_C12_7, %1\n isb"
			 :
			 : "r"(0xfful), "r"(1ul));
	print("answer: ready\n");
	__asm__ volatile("msr daifclr, #2");
}
