/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two guests that ring each other, for counting what a doorbell costs at EL2. VM 0 (ping) begins, VM 1
 * (pong) answers each ring. The doorbell's INTID is the one the description gives: DOORBELL.
 */
#include <stdbool.h>
#include <stdint.h>
#include "fusiondock/hypercall.h"

#define ROUNDS 1100u
#define GICD 0x7fff000000ul
#define GICR 0x7fff040000ul
#define UART 0x82230000ul
#define GICR_WAKER 0x14u
#define GICR_SGI 0x10000u
#define IGROUPR 0x80u
#define ISENABLER 0x100u
#define ICFGR 0xc00u

#define MARK_SEND 0x60
#define MARK_SENT 0x61
#define MARK_EOI 0x63
#define MARK_EOI_DONE 0x64
#define MARK_STEADY 0x66
#define MARK_END 0x67

#define mark(n) mark_(n)
#define mark_(n) __asm__ volatile("hint #" #n ::: "memory")
#define read_sysreg(r) ({                                                                          \
	uint64_t v_;                                                                               \
	__asm__ volatile("mrs %0, " #r : "=r"(v_)::"memory");                                      \
	v_;                                                                                        \
})
#define write_sysreg(r, v) __asm__ volatile("msr " #r ", %0\n isb" ::"r"((uint64_t)(v)) : "memory")

void guest_main(void);
void guest_irq(void);

static volatile uint32_t arrived;

static volatile uint32_t *reg(uint64_t at)
{
	return (volatile uint32_t *)at;
}

static void print(const char *text)
{
	for (; *text; text++)
		*reg(UART) = (uint8_t)*text;
}

static inline __attribute__((always_inline)) void ring(uint64_t vm)
{
	register uint64_t x0 __asm__("x0") = FUSIONDOCK_ORIGINAL_RING;
	register uint64_t x1 __asm__("x1") = FUSIONDOCK_ORIGINAL_IPI;
	register uint64_t x2 __asm__("x2") = vm;

	mark(MARK_SEND);
	__asm__ volatile("hvc #0" : "+r"(x0) : "r"(x1), "r"(x2) : "memory");
	mark(MARK_SENT);
	if (x0)
		print("pingpong: the doorbell was refused\n");
}

static void interrupts_on(void)
{
	uint64_t bank = DOORBELL < 32 ? GICR + GICR_SGI : GICD;
	uint32_t word = DOORBELL / 32 * 4, bit = 1u << DOORBELL % 32;

	*reg(GICR + GICR_WAKER) = 0;
	*reg(GICD) = 0x12;
	*reg(bank + IGROUPR + word) |= bit;
	if (DOORBELL >= 32)
		*reg(GICD + ICFGR + DOORBELL / 16 * 4) |= 2u << DOORBELL % 16 * 2;
	*reg(bank + ISENABLER + word) = bit;
	write_sysreg(S3_0_C4_C6_0, 0xff);  /* ICC_PMR_EL1 */
	write_sysreg(S3_0_C12_C12_7, 1);   /* ICC_IGRPEN1_EL1 */
	__asm__ volatile("msr daifclr, #2" ::: "memory");
}

void guest_irq(void)
{
	uint64_t intid = read_sysreg(S3_0_C12_C12_0); /* ICC_IAR1_EL1 */

	mark(MARK_EOI);
	write_sysreg(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
	mark(MARK_EOI_DONE);
	arrived++;
#ifdef PONG
	ring(0);
#endif
}

#ifdef PONG
void guest_main(void)
{
	interrupts_on();
	ring(0); /* ready */
}
#else
static void wait_for(uint32_t count)
{
	/* Masked between the look and WFI, which a pending interrupt ends all the same. */
	__asm__ volatile("msr daifset, #2" ::: "memory");
	while (arrived < count)
		__asm__ volatile("wfi\n msr daifclr, #2\n isb\n msr daifset, #2" ::: "memory");
	__asm__ volatile("msr daifclr, #2" ::: "memory");
}

void guest_main(void)
{
	interrupts_on();
	wait_for(1);
	for (uint32_t n = 0; n < ROUNDS; n++) {
		if (n == 100)
			mark(MARK_STEADY);
		ring(1);
		wait_for(n + 2);
	}
	mark(MARK_END);
	print("pingpong: done\n");
}
#endif
