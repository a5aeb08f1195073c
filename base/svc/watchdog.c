/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/watchdog.h"

#include "dev/timer.h"
#include "dev/trace.h"
#include "svc/console.h"

#define MS_PER_SECOND 1000u

static uint64_t set(struct vm *vm, uint32_t ms)
{
	uint64_t due = timer_now() + timer_frequency() * ms / MS_PER_SECOND;

	__atomic_store_n(&vm->watchdog_due, due, __ATOMIC_RELAXED);
	return due;
}

void watchdog_start(struct vm *vm)
{
	set(vm, vm->desc->watchdog_start_ms);
}

int64_t watchdog_call(struct vm *vm, uint64_t *ms)
{
	if (!vm->desc->watchdog_ms)
		return FUSIONDOCK_E_INVALID;
	/*
	 * The deadline may now be before the alarm that is set: this core sets one of its own. An alarm
	 * that finds the deadline moved on is set again.
	 */
	timer_alarm(set(vm, vm->desc->watchdog_ms));
	*ms = vm->desc->watchdog_ms;
	return FUSIONDOCK_OK;
}

void watchdog_check(struct vm *vm)
{
	uint64_t due = __atomic_load_n(&vm->watchdog_due, __ATOMIC_RELAXED);

	if (!vm->desc->watchdog_ms || __atomic_load_n(&vm->state, __ATOMIC_RELAXED) != FUSIONDOCK_VM_RUNNING ||
	    __atomic_load_n(&vm->end, __ATOMIC_RELAXED) != VM_END_NONE)
		return;
	if (timer_now() < due) {
		timer_alarm(due);
		return;
	}
	trace(FUSIONDOCK_TRACE_VM_WATCHDOG, vm->id, vm->epoch, 0);
	base_print("VM %u (%s): missed its watchdog, the VM is stopped", vm->id, vm->desc->label);
	vm_stop(vm, VM_END_FAULT);
}
