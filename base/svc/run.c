/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/run.h"

#include "arch/barrier.h"
#include "dev/gic.h"
#include "dev/trace.h"
#include "svc/alarm.h"
#include "svc/console.h"
#include "svc/life.h"
#include "svc/power.h"
#include "svc/watchdog.h"
#include "vm/vcpu.h"

#define PPI_MAINTENANCE 25u

uint32_t run_uart_intid;

static bool is_on(const struct vcpu *v)
{
	/* Acquire: entry and context; pairs with the release in vcpu_start. */
	return __atomic_load_n(&v->state, __ATOMIC_ACQUIRE) == VCPU_ON;
}

static bool is_ending(const struct vm *vm)
{
	return __atomic_load_n(&vm->end, __ATOMIC_ACQUIRE) != VM_END_NONE;
}

void run_start_vm(struct vm *vm)
{
	uint64_t context, entry = vm_load(vm, &context);

	vuart_reset(&vm->uart, (void *)(uintptr_t)vm->id);
	__atomic_store_n(&vm->posted, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&vm->end, VM_END_NONE, __ATOMIC_RELAXED);
	__atomic_store_n(&vm->start_wanted, 0, __ATOMIC_RELAXED);
	watchdog_start(vm);
	life_started(vm);
	trace(FUSIONDOCK_TRACE_VM_START, vm->id, vm->epoch, entry);
	vcpu_start(&vm->vcpus[0], entry, context);
}

static void power_off_if_all_off(void)
{
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		if (vms[id].desc && __atomic_load_n(&vms[id].state, __ATOMIC_RELAXED) != FUSIONDOCK_VM_OFF)
			return;
	}
	power_off("all VMs are off");
}

/* The last core of a VM has left it. */
static void ended(struct vm *vm)
{
	trace(FUSIONDOCK_TRACE_VM_END, vm->id, vm->epoch, vm->end);
	if (!vm_devices_off(vm))
		base_print("VM %u (%s): a virtio device of it does not let itself be reset", vm->id, vm->desc->label);
	switch (__atomic_load_n(&vm->end, __ATOMIC_RELAXED)) {
	case VM_END_RESET:
		base_print("VM %u (%s): reset, its images are loaded again", vm->id, vm->desc->label);
		life_ended(vm, FUSIONDOCK_VM_RUNNING);
		run_start_vm(vm);
		return;
	case VM_END_FAULT:
		if (vm->restarts < vm->desc->restarts) {
			vm->restarts++;
			base_print("VM %u (%s): started again after a fault, %u of %u times", vm->id,
				   vm->desc->label, vm->restarts, vm->desc->restarts);
			life_ended(vm, FUSIONDOCK_VM_RUNNING);
			run_start_vm(vm);
			return;
		}
		life_ended(vm, FUSIONDOCK_VM_FAULTED);
		base_print("VM %u (%s): stopped", vm->id, vm->desc->label);
		return;
	default:
		life_ended(vm, FUSIONDOCK_VM_OFF);
		base_print("VM %u (%s): off", vm->id, vm->desc->label);
		power_off_if_all_off();
	}
}

static void leave(struct vcpu *v)
{
	/* Acquire and release: what the other cores of the VM did is over before the last one ends it. */
	if (__atomic_sub_fetch(&v->vm->cores_in, 1, __ATOMIC_ACQ_REL) == 0)
		ended(v->vm);
}

static void stray(uint32_t intid)
{
	trace(FUSIONDOCK_TRACE_STRAY, intid, 0, 0);
	base_print("unexpected interrupt, INTID %u", intid);
}

static void interrupt(struct vcpu *v, uint32_t intid)
{
	if (intid == GIC_TIMER_VIRTUAL || intid == GIC_TIMER_PHYSICAL) {
		gic_drop(intid);
		if (v && is_on(v)) {
			v->exits[EXIT_IRQ_TIMER]++;
			vgic_raise_hw(&v->vgic, intid);
		} else {
			gic_deactivate(intid);
		}
		return;
	}
	if (v && vm_owns_spi(v->vm, intid)) {
		v->exits[EXIT_IRQ_DEVICE]++;
		gic_drop(intid);
		vgic_raise_hw(&v->vgic, intid);
		return;
	}
	if (v)
		v->exits[intid == GIC_SGI_KICK	     ? EXIT_IRQ_KICK
			 : intid == PPI_MAINTENANCE ? EXIT_IRQ_VGIC
			 : intid == run_uart_intid  ? EXIT_IRQ_UART
			 : intid == GIC_TIMER_HYP   ? EXIT_IRQ_ALARM
						    : EXIT_OTHER]++;
	if (intid == run_uart_intid)
		console_interrupt();
	else if (intid == GIC_TIMER_HYP)
		alarm_interrupt();
	else if (v && intid == PPI_MAINTENANCE)
		vgic_mark_dirty(&v->vgic);
	else if (intid != GIC_SGI_KICK)
		stray(intid);
	gic_drop(intid);
	gic_deactivate(intid);
}

void run_interrupt(uint32_t intid)
{
	if (intid < GIC_SPI_END)
		interrupt(this_cpu()->vcpu, intid);
}

/* On the first core of a VM that does not run: another VM may have asked for a start. */
static void start_if_wanted(struct vm *vm)
{
	/* Acquire: pairs with the release in svc/life.c. */
	if (!__atomic_exchange_n(&vm->start_wanted, 0, __ATOMIC_ACQUIRE))
		return;
	base_print("VM %u (%s): started", vm->id, vm->desc->label);
	run_start_vm(vm);
}

/* A core that no VM owns. */
static _Noreturn void stay_here(void)
{
	for (;;) {
		run_interrupt(gic_ack());
		wfi();
	}
}

/* Until the guest of this core may run. */
static void wait(struct vcpu *v)
{
	while (!is_on(v)) {
		run_interrupt(gic_ack());
		if (is_on(v))
			return;
		if (__atomic_load_n(&v->vm->state, __ATOMIC_RELAXED) == FUSIONDOCK_VM_RUNNING)
			vm_take_posted(v);
		else if (v->vgic.index == 0)
			start_if_wanted(v->vm);
		/* A pending interrupt ends the wait although it is masked (Arm ARM D1.6.2). */
		wfi();
	}
}

/* Waits until the guest of this core may run, if it may not, and gives it a fresh start. */
static void start_over_if_off(struct vcpu *v, struct guest_regs *regs)
{
	/* A new life may end before its first instruction. */
	while (!v->inside || !is_on(v)) {
		if (v->inside) {
			v->inside = false;
			__atomic_store_n(&v->state, VCPU_OFF, __ATOMIC_RELEASE);
			trace(FUSIONDOCK_TRACE_CORE_OFF, 0, 0, 0);
			leave(v);
		}
		wait(v);
		v->inside = true;
		vcpu_reset(v, regs);
		watchdog_check(v->vm);
		trace(FUSIONDOCK_TRACE_CORE_ON, 0, regs->elr, regs->x[0]);
		if (is_ending(v->vm))
			vcpu_off(v);
	}
}

void run_before_guest(struct guest_regs *regs)
{
	struct vcpu *v = this_cpu()->vcpu;

	do {
		if (v->inside && is_on(v) && is_ending(v->vm))
			vcpu_off(v);
		start_over_if_off(v, regs);
		vm_take_posted(v);
		vgic_enter(&v->vgic);
		/* A stop that came meanwhile: the kick that follows it may find nothing marked any more. */
	} while (is_ending(v->vm));
}

_Noreturn void run_core(struct cpu *cpu)
{
	struct guest_regs *regs = (struct guest_regs *)cpu->stack_top;

	if (!cpu->vcpu)
		stay_here();
	run_before_guest(regs);
	guest_enter(regs);
}
