/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions the base gives to a guest: Arm ARM, AArch64.TakeException to EL1. */
#include "arch/barrier.h"
#include "arch/sysreg.h"
#include "vm/vcpu.h"

#define VECTOR_CURRENT_SP0 0x000u
#define VECTOR_CURRENT_SPX 0x200u
#define VECTOR_LOWER_64 0x400u
#define VECTOR_LOWER_32 0x600u
#define SPSR_M_AARCH32 0x10u
#define SPSR_M_SPX 0x1u
#define SPSR_EL_MASK 0xcu
#define SPSR_PAN (1ull << 22)
#define SPSR_NZCV 0xf0000000ull
#define SCTLR_SPAN (1ull << 23)

static bool from_el1(const struct guest_regs *regs)
{
	return !(regs->spsr & SPSR_M_AARCH32) &&
	       (regs->spsr & SPSR_EL_MASK) == (SPSR_EL1H & SPSR_EL_MASK);
}

static void enter_vector(struct vcpu *v, struct guest_regs *regs, uint64_t esr)
{
	uint64_t offset = regs->spsr & SPSR_M_AARCH32 ? VECTOR_LOWER_32 : VECTOR_LOWER_64, pan = regs->spsr & SPSR_PAN;

	if (from_el1(regs))
		offset = regs->spsr & SPSR_M_SPX ? VECTOR_CURRENT_SPX : VECTOR_CURRENT_SP0;
	if (!(read_sysreg(sctlr_el1) & SCTLR_SPAN))
		pan = SPSR_PAN;
	write_sysreg(elr_el1, regs->elr);
	write_sysreg(spsr_el1, regs->spsr);
	write_sysreg(esr_el1, esr);
	regs->elr = read_sysreg(vbar_el1) + offset;
	regs->spsr = (regs->spsr & SPSR_NZCV) | pan | SPSR_DAIF | SPSR_EL1H;
	v->last_vector = regs->elr;
}

void inject_abort(struct vcpu *v, struct guest_regs *regs, uint64_t esr, uint64_t far)
{
	bool fetch = ESR_EC(esr) == EC_IABT_LOWER;
	uint64_t ec = fetch ? EC_IABT_LOWER : EC_DABT_LOWER;

	if (from_el1(regs))
		ec++; /* EC_IABT_SAME, EC_DABT_SAME */
	write_sysreg(far_el1, far);
	enter_vector(v, regs, ec << ESR_EC_SHIFT | ESR_IL | ESR_FSC_EXTERNAL);
}

void inject_undefined(struct vcpu *v, struct guest_regs *regs)
{
	enter_vector(v, regs, (uint64_t)EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL);
}
