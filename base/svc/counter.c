/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/counter.h"

#include "svc/doorbell.h"

uint64_t counter_exits(const struct vcpu *v, unsigned int kind)
{
	return v->exits[kind] + (kind == EXIT_HVC	  ? v->vgic.exits_hvc
				 : kind == EXIT_IRQ_KICK ? v->vgic.exits_kick
							 : 0);
}

static bool exits(const struct vm *vm, uint64_t kind, uint64_t core, uint64_t *value)
{
	uint64_t sum = 0;

	if (kind >= EXIT_KINDS || (core != FUSIONDOCK_COUNTER_ALL_CORES && core >= vm->desc->cpu_count))
		return false;
	for (uint32_t n = 0; n < vm->desc->cpu_count; n++) {
		if (core == FUSIONDOCK_COUNTER_ALL_CORES || core == n)
			sum += counter_exits(&vm->vcpus[n], (unsigned int)kind);
	}
	*value = sum;
	return true;
}

static bool doorbells(const struct vm *vm, uint64_t counter, uint64_t which, uint64_t *value)
{
	uint64_t target = which & 0xff, vector = which >> 8;

	if (!vm_by_id(target) || vector >= FUSIONDOCK_VECTOR_MAX)
		return false;
	*value = doorbell_count(vm, (uint32_t)target, (uint32_t)vector, (uint32_t)counter);
	return true;
}

static bool life(const struct vm *vm, uint64_t counter, uint64_t *value)
{
	switch (counter) {
	case FUSIONDOCK_COUNTER_FAULTS:
		*value = __atomic_load_n(&vm->faults, __ATOMIC_RELAXED);
		return true;
	case FUSIONDOCK_COUNTER_DENIED:
		*value = __atomic_load_n(&vm->denied, __ATOMIC_RELAXED);
		return true;
	case FUSIONDOCK_COUNTER_RESTARTS:
		*value = __atomic_load_n(&vm->restarts, __ATOMIC_RELAXED);
		return true;
	case FUSIONDOCK_COUNTER_STARTS:
		*value = __atomic_load_n(&vm->epoch, __ATOMIC_RELAXED);
		return true;
	default:
		return false;
	}
}

int64_t counter_read(const struct vm *from, uint64_t id, uint64_t counter, uint64_t which, uint64_t core,
		     uint64_t *value)
{
	const struct vm *vm = vm_by_id(id);
	bool found;

	if (!vm)
		return FUSIONDOCK_E_INVALID;
	if (vm != from && !((from->desc->observes | from->desc->controls) >> id & 1))
		return FUSIONDOCK_E_DENIED;
	if (counter == FUSIONDOCK_COUNTER_EXITS)
		found = exits(vm, which, core, value);
	else if (core != FUSIONDOCK_COUNTER_ALL_CORES)
		found = false;
	else if (counter <= FUSIONDOCK_COUNTER_REFUSED)
		found = doorbells(vm, counter, which, value);
	else
		found = !which && life(vm, counter, value);
	return found ? FUSIONDOCK_OK : FUSIONDOCK_E_INVALID;
}
