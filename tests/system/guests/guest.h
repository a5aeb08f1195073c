/* SPDX-License-Identifier: Apache-2.0 */
/* What the test guests share. */
#ifndef TESTS_SYSTEM_GUESTS_GUEST_H
#define TESTS_SYSTEM_GUESTS_GUEST_H

#include <stdint.h>

/* The last exception, and how many there were; written by start.S. */
struct guest_fault {
	uint64_t esr, far, count;
};
extern volatile struct guest_fault guest_fault;

void guest_main(void);

/* Writes to the console at the guest profile's address; waits while the FIFO is full. */
void print(const char *text);
void print_hex(uint64_t value);

/* HVC #0. x[0..3] in and out. */
void hvc(uint64_t x[4]);

#endif
