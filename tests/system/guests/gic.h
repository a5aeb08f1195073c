/* SPDX-License-Identifier: Apache-2.0 */
/* The guest profile's devices, for guests that take interrupts; names of IHI 0069. */
#ifndef TESTS_SYSTEM_GUESTS_GIC_H
#define TESTS_SYSTEM_GUESTS_GIC_H

#include "guest.h"

#define GICD 0x7fff000000ul
#define GICR 0x7fff040000ul
#define GICR_SGI (GICR + 0x10000)
#define UART 0x82230000ul

#define GICD_CTLR 0x0000u
#define GICD_ISENABLER 0x0100u
#define GICR_WAKER 0x0014u
#define GIC_IGROUPR0 0x0080u
#define GIC_ISENABLER0 0x0100u
#define GIC_IPRIORITYR 0x0400u

#define INTID_DOORBELL 10u
#define INTID_TIMER 27u
#define INTID_UART 203u
#define INTID_SPURIOUS 1023u

#define ICC_PMR_EL1 S3_0_C4_C6_0
#define ICC_IAR1_EL1 S3_0_C12_C12_0
#define ICC_EOIR1_EL1 S3_0_C12_C12_1
#define ICC_DIR_EL1 S3_0_C12_C11_1
#define ICC_BPR1_EL1 S3_0_C12_C12_3
#define ICC_CTLR_EL1 S3_0_C12_C12_4
#define ICC_SRE_EL1 S3_0_C12_C12_5
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7

#define mrs(reg)                                                                                   \
	({                                                                                         \
		uint64_t v_;                                                                       \
		__asm__ volatile("mrs %0, " reg : "=r"(v_) : : "memory");                          \
		v_;                                                                                \
	})
#define msr(reg, value)                                                                            \
	__asm__ volatile("msr " reg ", %0\n isb" : : "r"((uint64_t)(value)) : "memory")
#define mrs_x(reg) mrs_y(reg)
#define mrs_y(reg) mrs(#reg)
#define msr_x(reg, value) msr_y(reg, value)
#define msr_y(reg, value) msr(#reg, value)

/* Without write-back: only such an access to a device tells the base what it was. */
static inline uint32_t read32(uint64_t at)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(at) : "memory");
	return value;
}

static inline void write32(uint64_t at, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(at) : "memory");
}

static inline void irq_unmask(void)
{
	__asm__ volatile("msr daifclr, #2" : : : "memory");
}

static inline void irq_mask(void)
{
	__asm__ volatile("msr daifset, #2\n isb" : : : "memory");
}

/* Doorbell and virtual timer, both of Group 1; the caller unmasks. */
static inline void gic_start(void)
{
	write32(GICD + GICD_CTLR, 0x32);
	write32(GICR + GICR_WAKER, 0);
	write32(GICR_SGI + GIC_IGROUPR0, ~0u);
	write32(GICR_SGI + GIC_IPRIORITYR + INTID_DOORBELL / 4 * 4, 0xa0a0a0a0u);
	write32(GICR_SGI + GIC_IPRIORITYR + INTID_TIMER / 4 * 4, 0x80808080u);
	write32(GICR_SGI + GIC_ISENABLER0, 1u << INTID_DOORBELL | 1u << INTID_TIMER);
	msr_x(ICC_PMR_EL1, 0xff);
	msr_x(ICC_BPR1_EL1, 0);
	msr_x(ICC_IGRPEN1_EL1, 1);
}

#endif
