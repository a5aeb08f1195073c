/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer for the tests of the driver: takes messages in region 0, sends them back in region 1, or
 * rings as often and as fast as it is told. It fills the header by hand, as the specification's
 * own latency test does.
 */
#include "ringer.h"
#include "fusiondock/hypercall.h"
#include "gic.h"
#include "shm_pub.h"

#define FROM_LINUX ((volatile shm_info_s *)0x2a800000ul)
#define TO_LINUX ((volatile shm_info_s *)0x2ac00000ul)
#define LINUX 0u
#define PSCI_SYSTEM_OFF 0x84000008u

static volatile uint64_t doorbells;

void guest_irq(void)
{
	uint64_t intid = mrs_x(ICC_IAR1_EL1) & 0xffffff;

	if (intid == INTID_DOORBELL)
		doorbells++;
	if (intid != INTID_SPURIOUS)
		msr_x(ICC_EOIR1_EL1, intid);
}

static void ring(uint64_t vector)
{
	uint64_t x[4] = {FUSIONDOCK_CALL_RING, LINUX, vector, 0};

	hvc(x);
}

static void ring_often(struct ringer_ring command)
{
	volatile uint64_t *number = (volatile uint64_t *)((uintptr_t)TO_LINUX + RINGER_NUMBER);
	volatile uint64_t *finished = (volatile uint64_t *)((uintptr_t)TO_LINUX + RINGER_FINISHED);
	uint64_t due = mrs("cntvct_el0");

	for (uint64_t i = 0; i < command.count; i++) {
		while ((int64_t)(mrs("cntvct_el0") - due) < 0)
			;
		due += command.gap;
		__atomic_store_n(number, command.first + i, __ATOMIC_RELEASE);
		ring((command.first + i) % command.vectors);
	}
	__atomic_store_n(finished, *finished + 1, __ATOMIC_RELEASE);
}

static void take(uint8_t *buffer, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		buffer[i] = (uint8_t)FROM_LINUX->data[i];
	/* Release: the message is copied before its place is free. */
	__atomic_store_n(&FROM_LINUX->op_type, SHM_OP_READ_END, __ATOMIC_RELEASE);
}

static void echo(const uint8_t *buffer, uint32_t len, int type)
{
	while (__atomic_load_n(&TO_LINUX->op_type, __ATOMIC_ACQUIRE) == SHM_OP_READY_TO_READ)
		;
	for (uint32_t i = 0; i < len; i++)
		TO_LINUX->data[i] = (char)buffer[i];
	TO_LINUX->used_size = len;
	TO_LINUX->resevered = type;
	__atomic_store_n(&TO_LINUX->op_type, SHM_OP_READY_TO_READ, __ATOMIC_RELEASE);
	ring(0);
}

static void pause_ms(uint64_t ms)
{
	uint64_t start = mrs("cntvct_el0"), ticks = mrs("cntfrq_el0") / 1000 * ms;

	while (mrs("cntvct_el0") - start < ticks)
		;
}

static void off(void)
{
	uint64_t x[4] = {PSCI_SYSTEM_OFF, 0, 0, 0};

	hvc(x);
	print("ringer: still there\n");
}

static void answer(void)
{
	static uint8_t buffer[RINGER_ECHO_MAX] __attribute__((aligned(8)));
	uint32_t len = FROM_LINUX->used_size;
	int type = FROM_LINUX->resevered;

	len = len < sizeof(buffer) ? len : (uint32_t)sizeof(buffer);
	take(buffer, len);
	if (type == RINGER_LATE)
		pause_ms(2);
	if (type == RINGER_OFF)
		off();
	else if (type == RINGER_RING && len == sizeof(struct ringer_ring))
		ring_often(*(struct ringer_ring *)buffer);
	else
		echo(buffer, len, type);
}

void guest_main(void)
{
	gic_start();
	print("ringer: ready\n");
	for (;;) {
		uint64_t seen = doorbells;

		irq_unmask();
		irq_mask();
		while (__atomic_load_n(&FROM_LINUX->op_type, __ATOMIC_ACQUIRE) ==
		       SHM_OP_READY_TO_READ)
			answer();
		/* A doorbell that came meanwhile is pending and ends the WFI, masked or not. */
		if (seen == doorbells)
			__asm__ volatile("wfi");
	}
}
