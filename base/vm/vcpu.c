/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vcpu.h"

#include <string.h>
#include "arch/barrier.h"
#include "arch/sysreg.h"
#include "dev/gic.h"
#include "dev/timer.h"

/* SCTLR_EL1 at reset: RES1 bits alone; MMU, caches and alignment checks off, little endian. */
#define SCTLR_EL1_RESET 0x30d00800ull
#define CPACR_FPEN (3ull << 20)
#define CPACR_ZEN (3ull << 16)
/* CPTR_EL2: RES1 bits and TSM; FP and SVE do not trap, SME (which ID registers hide) does. */
#define CPTR_EL2_GUEST 0x32ffull
#define ZCR_EL2 S3_4_C1_C2_0
#define ZCR_LEN_MAX 0xfull
#define ID_AA64PFR0_SVE_SHIFT 32
#define PMCR_N_SHIFT 11
#define ID_AA64DFR0_PMUVER_SHIFT 8
#define VMPIDR_RES1 (1ull << 31)
#define VTCR_RES1 (1ull << 31)
#define VTCR_SL0_LEVEL1 (1ull << 6)
#define VTCR_WB_INNER_SHAREABLE (1ull << 8 | 1ull << 10 | 3ull << 12)
#define VTCR_PS_SHIFT 16

/* PMCR_EL0.N, 0 on a core without performance monitors. */
static uint64_t event_counters(void)
{
	if (!(read_sysreg(id_aa64dfr0_el1) >> ID_AA64DFR0_PMUVER_SHIFT & 0xf))
		return 0;
	return read_sysreg(pmcr_el0) >> PMCR_N_SHIFT & 0x1f;
}

void vcpu_init_core(void)
{
	uint64_t parange = read_sysreg(id_aa64mmfr0_el1) & 0xf, midr;

	if (read_sysreg(id_aa64pfr0_el1) >> ID_AA64PFR0_SVE_SHIFT & 0xf) {
		write_sysreg(cptr_el2, CPTR_EL2_GUEST);
		isb();
		write_sysreg_x(ZCR_EL2, ZCR_LEN_MAX);
	} else {
		write_sysreg(cptr_el2, CPTR_EL2_GUEST | 1ull << 8);
	}
	write_sysreg(hstr_el2, 0);
	/* All event counters belong to EL1; nothing of the debug architecture traps. */
	write_sysreg(mdcr_el2, event_counters());
	midr = read_sysreg(midr_el1);
	write_sysreg(vpidr_el2, midr);
	write_sysreg(vtcr_el2, VTCR_RES1 | (64 - IPA_BITS) | VTCR_SL0_LEVEL1 | VTCR_WB_INNER_SHAREABLE |
				       (parange > 5 ? 5 : parange) << VTCR_PS_SHIFT);
	isb();
}

void vcpu_reset(struct vcpu *v, struct guest_regs *regs)
{
	write_sysreg(vmpidr_el2, VMPIDR_RES1 | v->vgic.index);
	write_sysreg(vttbr_el2, v->vm->vttbr);
	write_sysreg(hcr_el2, v->vm->hcr);
	write_sysreg(sctlr_el1, SCTLR_EL1_RESET);
	write_sysreg(cpacr_el1, CPACR_FPEN | CPACR_ZEN);
	write_sysreg(tcr_el1, 0);
	write_sysreg(vbar_el1, 0);
	write_sysreg(mdscr_el1, 0);
	write_sysreg(contextidr_el1, 0);
	write_sysreg(tpidr_el0, 0);
	write_sysreg(tpidrro_el0, 0);
	write_sysreg(tpidr_el1, 0);
	timer_init_cpu();
	isb();
	/* Translations and instructions an earlier life of this VM left on this core. */
	__asm__ volatile("tlbi vmalls12e1\n ic iallu" ::: "memory");
	/* Both complete before the guest's first fetch. */
	dsb(nsh);
	isb();

	memset(regs, 0, sizeof(*regs));
	regs->x[0] = v->context;
	regs->elr = v->entry;
	regs->spsr = SPSR_EL1H | SPSR_DAIF;
	v->last_vector = ~0ull;
	vgic_cpu_start(&v->vgic);
	if (!v->first_entry)
		v->first_entry = timer_now();
}

bool vcpu_start(struct vcpu *v, uint64_t entry, uint64_t context)
{
	uint32_t off = VCPU_OFF;

	if (!__atomic_compare_exchange_n(&v->state, &off, VCPU_STARTING, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return false;
	__atomic_fetch_add(&v->vm->cores_in, 1, __ATOMIC_RELAXED);
	v->entry = entry;
	v->context = context;
	/* Entry and context before the state; pairs with the acquire in vcpu_wait (svc/run.c). */
	__atomic_store_n(&v->state, VCPU_ON, __ATOMIC_RELEASE);
	gic_kick(v->vgic.kick);
	return true;
}

void vcpu_off(struct vcpu *v)
{
	vgic_cpu_stop(&v->vgic);
	timer_init_cpu();
	__atomic_store_n(&v->state, VCPU_LEAVING, __ATOMIC_RELEASE);
}
