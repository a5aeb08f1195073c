/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steers another VM by FUSIONDOCK_CALL_VM_CONTROL and says what came of each call. It is VM 1 and controls
 * VM 0; in the others the same image only says that it is alive. VM 2 then leaves for nowhere, every time. VM 3 has
 * a watchdog, calls it in time for a while, and then spins with interrupts masked.
 */
#include "fusiondock/hypercall.h"
#include "guest.h"

#define NOWHERE 0x50000000ul
#define WATCHDOG_ROUNDS 4u

static int64_t call(uint64_t function, uint64_t vm, uint64_t operation, uint64_t *second)
{
	uint64_t x[4] = {function, vm, operation, 0};

	hvc(x);
	if (second)
		*second = x[1];
	return (int64_t)x[0];
}

static int64_t control(uint64_t vm, uint64_t operation)
{
	return call(FUSIONDOCK_CALL_VM_CONTROL, vm, operation, 0);
}

static void expect(const char *what, int64_t got, int64_t want)
{
	print("control: ");
	print(what);
	if (got == want) {
		print(": ok\n");
		return;
	}
	print(": wrong, returned -");
	print_hex((uint64_t)-got);
	print("\n");
}

/* Until VM 0 is in this state and has been started that often. */
static void wait_for(int64_t state, uint64_t epoch)
{
	uint64_t now = 0;

	while (call(FUSIONDOCK_CALL_VM_STATE, 0, 0, &now) != state || now != epoch)
		__asm__ volatile("yield");
}

static void steer(void)
{
	wait_for(FUSIONDOCK_VM_RUNNING, 1);
	expect("a VM without the right is refused", control(2, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_E_DENIED);
	expect("itself is refused", control(1, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_E_DENIED);
	expect("no such VM", control(7, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_E_INVALID);
	expect("no such operation", control(0, 3), FUSIONDOCK_E_INVALID);
	expect("start of one that runs", control(0, FUSIONDOCK_CONTROL_START), FUSIONDOCK_E_RUNNING);
	expect("stop", control(0, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_OK);
	wait_for(FUSIONDOCK_VM_OFF, 1);
	expect("stop of one that does not run", control(0, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_E_STOPPED);
	expect("reset of one that does not run", control(0, FUSIONDOCK_CONTROL_RESET), FUSIONDOCK_E_STOPPED);
	expect("start", control(0, FUSIONDOCK_CONTROL_START), FUSIONDOCK_OK);
	wait_for(FUSIONDOCK_VM_RUNNING, 2);
	expect("reset", control(0, FUSIONDOCK_CONTROL_RESET), FUSIONDOCK_OK);
	wait_for(FUSIONDOCK_VM_RUNNING, 3);
	print("control: done\n");
}

/* In each round less than half of the time that the base says. */
static void call_the_watchdog_for_a_while(void)
{
	uint64_t ms = 0, frequency, start, now;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
	for (unsigned int round = 0; round < WATCHDOG_ROUNDS; round++) {
		if (call(FUSIONDOCK_CALL_WATCHDOG, 0, 0, &ms) != FUSIONDOCK_OK) {
			print("control: no watchdog\n");
			return;
		}
		__asm__ volatile("isb\n mrs %0, cntvct_el0" : "=r"(start));
		do {
			__asm__ volatile("isb\n mrs %0, cntvct_el0" : "=r"(now));
		} while (now - start < frequency * ms / 2000);
	}
	print("called for a while\n");
	for (;;)
		__asm__ volatile("yield");
}

void guest_main(void)
{
	int64_t id = call(FUSIONDOCK_CALL_VM_ID, 0, 0, 0);

	if (id == 1) {
		steer();
		return;
	}
	print("alive\n");
	if (id == 2) {
		__asm__ volatile("msr vbar_el1, %0\n isb" : : "r"(NOWHERE));
		*(volatile uint32_t *)NOWHERE = 0;
	}
	if (id == 3)
		call_the_watchdog_for_a_while();
}
