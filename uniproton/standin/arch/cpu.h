/* SPDX-License-Identifier: Apache-2.0 */
/* Arm A-profile, EL1: the saved context, system registers, barriers. */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include "prt_typedef.h"

/* What arch/vectors.S saves on the interrupted stack; FRAME_SIZE there. */
struct frame {
	U64 x[31];
	U64 elr;
	U64 spsr;
	U64 unused; /* keeps SP 16-byte aligned */
};
_Static_assert(sizeof(struct frame) == 272, "arch/vectors.S saves 272 bytes");

/* SPSR_EL1 of a new task: EL1h, IRQ and SError open, debug and FIQ masked. */
#define SPSR_TASK 0x245ULL

#define DAIF_I 0x80u

#define read_sysreg(name)                                                                          \
	({                                                                                         \
		U64 value_;                                                                        \
		__asm__ volatile("mrs %0, " #name : "=r"(value_) : : "memory");                    \
		value_;                                                                            \
	})

#define write_sysreg(name, value)                                                                  \
	__asm__ volatile("msr " #name ", %0" : : "r"((U64)(value)) : "memory")

static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

/* Enters the scheduler: sched_switch() runs and this context goes on when it is chosen. */
static inline void cpu_reschedule(void)
{
	__asm__ volatile("svc #0" : : : "memory");
}

/*
 * Sleeps until an interrupt is pending. The DSB completes this core's stores first,
 * so that whoever causes the wake-up has seen them.
 */
static inline void cpu_idle(void)
{
	__asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

/* Never returns. */
_Noreturn static inline void cpu_stop(void)
{
	__asm__ volatile("msr daifset, #0xf" : : : "memory");
	for (;;)
		__asm__ volatile("wfi");
}

/* arch/vectors.S: leaves the boot stack for the first task. */
_Noreturn void cpu_resume(struct frame *frame);

#endif
