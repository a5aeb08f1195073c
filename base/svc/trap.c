/* SPDX-License-Identifier: Apache-2.0 */
/* Every trap from a guest: vector, here, one handler, and back. */
#include "svc/trap.h"

#include "arch/sysreg.h"
#include "dev/gic.h"
#include "dev/trace.h"
#include "svc/console.h"
#include "svc/hypercall.h"
#include "svc/mmio.h"
#include "svc/run.h"
#include "vm/vcpu.h"

#define DENIED_SHOWN 8u /* lines a VM gets for accesses that are not its own */
#define ISS_WNR (1u << 6)
#define FSC_TRANSLATION 0x04u
#define FSC_LEVEL_MASK 0x03u
#define HPFAR_FIPA_SHIFT 8
#define HPFAR_MASK 0xfffffffff0ull
#define SYSREG_KEY(op0, op1, crn, crm, op2)                                                        \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define SYSREG_MASK SYSREG_KEY(3u, 7u, 15u, 15u, 7u)
#define ICC_DIR SYSREG_KEY(3u, 0u, 12u, 11u, 1u)
#define ICC_SGI1R SYSREG_KEY(3u, 0u, 12u, 11u, 5u)
#define ICC_ASGI1R SYSREG_KEY(3u, 0u, 12u, 11u, 6u)
#define ICC_SGI0R SYSREG_KEY(3u, 0u, 12u, 11u, 7u)

static void fault(struct vcpu *v, const struct guest_regs *regs, const char *what, uint64_t esr)
{
	base_print("VM %u (%s): core %u %s at pc 0x%lx (ESR_EL2 0x%lx); the VM is stopped", v->vm->id,
		   v->vm->desc->label, v->vgic.index, what, (unsigned long)regs->elr,
		   (unsigned long)esr);
	trace(FUSIONDOCK_TRACE_VM_FAULT, v->vm->id, v->vm->epoch, esr);
	vm_stop(v->vm, VM_END_FAULT);
}

static void deny(struct vcpu *v, struct guest_regs *regs, uint64_t esr, uint64_t far, ipaddr_t at)
{
	bool fetch = ESR_EC(esr) == EC_IABT_LOWER;

	v->exits[EXIT_DENIED]++;
	trace(FUSIONDOCK_TRACE_DENIED, fetch ? FUSIONDOCK_TRACE_FETCH : esr & ISS_WNR ? FUSIONDOCK_TRACE_WRITE
										       : FUSIONDOCK_TRACE_READ,
	      at.ipa, regs->elr);
	if (fetch && regs->elr == v->last_vector) {
		fault(v, regs, "has no memory at its exception vector", esr);
		return;
	}
	if (__atomic_fetch_add(&v->vm->denied, 1, __ATOMIC_RELAXED) < DENIED_SHOWN)
		base_print("VM %u (%s): %s of 0x%lx, which it does not own; core %u, pc 0x%lx gets an abort",
			   v->vm->id, v->vm->desc->label,
			   fetch ? "fetch" : esr & ISS_WNR ? "write" : "read", (unsigned long)at.ipa,
			   v->vgic.index, (unsigned long)regs->elr);
	inject_abort(v, regs, esr, far);
}

static void memory_abort(struct vcpu *v, struct guest_regs *regs, uint64_t esr)
{
	uint64_t far = read_sysreg(far_el2);
	ipaddr_t at = ipa((read_sysreg(hpfar_el2) & HPFAR_MASK) << HPFAR_FIPA_SHIFT |
			  (far & (PAGE_SIZE - 1)));
	bool translation = (ESR_FSC(esr) & ~FSC_LEVEL_MASK) == FSC_TRANSLATION;

	/* HPFAR_EL2 is only valid for a translation fault: otherwise name the guest's own address. */
	if (!translation)
		at = ipa(far);
	if (translation && ESR_EC(esr) == EC_DABT_LOWER && mmio_emulate(v, regs, esr, at))
		return;
	deny(v, regs, esr, far, at);
}

static void undefined(struct vcpu *v, struct guest_regs *regs, uint64_t esr)
{
	trace(FUSIONDOCK_TRACE_UNDEFINED, ESR_EC(esr), regs->elr, esr);
	inject_undefined(v, regs);
}

static void sysreg(struct vcpu *v, struct guest_regs *regs, uint64_t esr)
{
	uint32_t iss = (uint32_t)esr & 0x1ffffff;
	uint32_t rt = iss >> 5 & 0x1f, key = iss & SYSREG_MASK;
	bool read = iss & 1;
	uint64_t value = 0;

	if (!read && rt != 31)
		value = regs->x[rt];
	if (!read && key == ICC_SGI1R) {
		vgic_send_sgi(&v->vgic, value);
	} else if (!read && key == ICC_DIR) {
		vgic_deactivate(&v->vgic, value);
	} else if (!read && (key == ICC_ASGI1R || key == ICC_SGI0R)) {
		/* No second security state and no Group 0 SGIs: nothing to deliver. */
	} else if (read && id_register(iss, &value)) {
		if (rt != 31)
			regs->x[rt] = value;
	} else {
		undefined(v, regs, esr);
		return;
	}
	regs->elr += instruction_size(esr);
}

/* The way back to the guest of every trap. */
static void finish(struct guest_regs *regs)
{
	run_before_guest(regs);
	trace(FUSIONDOCK_TRACE_RETURN, 0, regs->elr, regs->spsr);
}

void trap_sync(struct guest_regs *regs)
{
	struct vcpu *v = this_cpu()->vcpu;
	uint64_t esr = read_sysreg(esr_el2);

	trace(FUSIONDOCK_TRACE_SYNC, ESR_EC(esr), regs->elr, esr);
	switch (ESR_EC(esr)) {
	case EC_HVC64:
		v->exits[EXIT_HVC]++;
		hypercall(v, regs, (uint32_t)esr & 0xffff);
		break;
	case EC_SMC64:
		/* The firmware is the base's. The guest learns that nobody is there. */
		v->exits[EXIT_SMC]++;
		regs->x[0] = (uint64_t)-1;
		regs->elr += 4;
		break;
	case EC_SYSREG:
		v->exits[EXIT_SYSREG]++;
		sysreg(v, regs, esr);
		break;
	case EC_DABT_LOWER:
	case EC_IABT_LOWER:
		memory_abort(v, regs, esr);
		break;
	default:
		v->exits[EXIT_OTHER]++;
		undefined(v, regs, esr);
		break;
	}
	finish(regs);
}

static void interrupt(struct guest_regs *regs, uint32_t intid)
{
	trace(FUSIONDOCK_TRACE_IRQ, intid, regs->elr, 0);
	run_interrupt(intid);
	finish(regs);
}

void trap_irq(struct guest_regs *regs)
{
	interrupt(regs, gic_ack());
}

void trap_irq_acknowledged(struct guest_regs *regs)
{
	interrupt(regs, (uint32_t)this_cpu()->intid);
}

void trap_kicked(struct guest_regs *regs)
{
	trace(FUSIONDOCK_TRACE_IRQ, GIC_SGI_KICK, regs->elr, 0);
	this_cpu()->vcpu->exits[EXIT_IRQ_KICK]++;
	finish(regs);
}

void trap_serror(struct guest_regs *regs)
{
	struct vcpu *v = this_cpu()->vcpu;
	uint64_t esr = read_sysreg(esr_el2);

	trace(FUSIONDOCK_TRACE_SERROR, ESR_EC(esr), regs->elr, esr);
	v->exits[EXIT_OTHER]++;
	fault(v, regs, "caused an SError", esr);
	finish(regs);
}
