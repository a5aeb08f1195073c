/* SPDX-License-Identifier: Apache-2.0 */
/* One physical core as the base sees it. */
#ifndef BASE_ARCH_CPU_H
#define BASE_ARCH_CPU_H

#include <stddef.h>
#include <stdint.h>
#include "arch/asm.h"

#define CPU_MAX 16

struct vcpu;

struct cpu {
	uintptr_t stack_top; /* read by secondary_entry with the MMU off */
	struct vcpu *vcpu;   /* what runs here, NULL: the core is parked */
	uint64_t intid;      /* of the interrupt that vectors.S has acknowledged */
	uint64_t mpidr;      /* affinity fields alone */
	uint32_t index;      /* order in the host device tree */
};

_Static_assert(offsetof(struct cpu, stack_top) == CPU_STACK_TOP, "start.S reads it");
_Static_assert(offsetof(struct cpu, vcpu) == CPU_VCPU, "vectors.S reads it");
_Static_assert(offsetof(struct cpu, intid) == CPU_INTID, "vectors.S writes it");

/* The struct cpu of the calling core, kept in TPIDR_EL2. */
static inline struct cpu *this_cpu(void)
{
	struct cpu *cpu;

	__asm__("mrs %0, tpidr_el2" : "=r"(cpu));
	return cpu;
}

static inline void set_this_cpu(struct cpu *cpu)
{
	__asm__ volatile("msr tpidr_el2, %0" : : "r"(cpu));
}

#endif
