/* SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

#define UART 0x82230000ul
#define UARTFR 0x18u
#define UARTFR_TXFF 0x20u

volatile struct guest_fault guest_fault;
struct guest_entry guest_entry;

__attribute__((weak)) void guest_irq(void)
{
}

__attribute__((weak)) void guest_second_main(void)
{
}

static volatile uint32_t *reg(unsigned int offset)
{
	return (volatile uint32_t *)(UART + offset);
}

void print(const char *text)
{
	for (; *text; text++) {
		while (*reg(UARTFR) & UARTFR_TXFF)
			;
		*reg(0) = (uint8_t)*text;
	}
}

void print_hex(uint64_t value)
{
	char digits[19] = "0x";
	unsigned int n = 2;
	int shift = 60;

	while (shift > 0 && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		digits[n++] = "0123456789abcdef"[value >> shift & 0xf];
	digits[n] = 0;
	print(digits);
}

void print_number(uint64_t value)
{
	char digits[21];
	unsigned int n = sizeof(digits) - 1;

	digits[n] = 0;
	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	print(&digits[n]);
}

void hvc(uint64_t x[4])
{
	register uint64_t x0 __asm__("x0") = x[0];
	register uint64_t x1 __asm__("x1") = x[1];
	register uint64_t x2 __asm__("x2") = x[2];
	register uint64_t x3 __asm__("x3") = x[3];

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	x[0] = x0;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
}

/* The compiler makes calls of these out of assignments; volatile keeps them from calling themselves. */
void *memcpy(void *to, const void *from, size_t size)
{
	volatile uint8_t *t = to;
	const uint8_t *f = from;

	while (size--)
		*t++ = *f++;
	return to;
}

void *memset(void *to, int value, size_t size)
{
	volatile uint8_t *t = to;

	while (size--)
		*t++ = (uint8_t)value;
	return to;
}
