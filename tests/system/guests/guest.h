/* SPDX-License-Identifier: Apache-2.0 */
/* What the test guests share. */
#ifndef TESTS_SYSTEM_GUESTS_GUEST_H
#define TESTS_SYSTEM_GUESTS_GUEST_H

#include <stddef.h>
#include <stdint.h>

/* The last exception, and how many there were; written by start.S. */
struct guest_fault {
	uint64_t esr, far, count;
};
extern volatile struct guest_fault guest_fault;

/* What the first core found when it was entered; written by start.S. */
struct guest_entry {
	uint64_t x[31], currentel, spsel, daif, sctlr;
};
extern struct guest_entry guest_entry;

void guest_main(void);

/* For a second core, started by PSCI CPU_ON at guest_second with its stack as context. */
void guest_second(void);
void guest_second_main(void);

/* An interrupt, taken with further ones masked. A guest without interrupts needs none. */
void guest_irq(void);

/* Writes to the console at the guest profile's address; waits while the FIFO is full. */
void print(const char *text);
void print_hex(uint64_t value);
void print_number(uint64_t value);

/* HVC #0. x[0..3] in and out. */
void hvc(uint64_t x[4]);

void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

#endif
