/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/life.h"

#include <string.h>
#include "arch/barrier.h"
#include "arch/cache.h"
#include "dev/gic.h"
#include "dev/trace.h"
#include "fusiondock/state.h"
#include "svc/region.h"

int64_t life_state(uint64_t id, uint64_t *epoch)
{
	const struct vm *vm = vm_by_id(id);

	if (!vm)
		return FUSIONDOCK_E_INVALID;
	*epoch = __atomic_load_n(&vm->epoch, __ATOMIC_RELAXED);
	return (int64_t)__atomic_load_n(&vm->state, __ATOMIC_RELAXED);
}

static int64_t start(struct vm *vm, bool running)
{
	if (running)
		return FUSIONDOCK_E_RUNNING;
	/* Its first core waits at EL2 (svc/run.c) and takes this up; pairs with the exchange there. */
	__atomic_store_n(&vm->start_wanted, 1, __ATOMIC_RELEASE);
	gic_kick(vm->vcpus[0].vgic.kick);
	return FUSIONDOCK_OK;
}

int64_t life_control(const struct vm *from, uint64_t id, uint64_t operation)
{
	struct vm *vm = vm_by_id(id);
	bool running;

	if (!vm || operation > FUSIONDOCK_CONTROL_RESET)
		return FUSIONDOCK_E_INVALID;
	if (!(from->desc->controls >> id & 1))
		return FUSIONDOCK_E_DENIED;
	trace(FUSIONDOCK_TRACE_VM_CONTROL, id, vm->epoch, operation);
	running = __atomic_load_n(&vm->state, __ATOMIC_ACQUIRE) == FUSIONDOCK_VM_RUNNING;
	if (operation == FUSIONDOCK_CONTROL_START)
		return start(vm, running);
	if (!running)
		return FUSIONDOCK_E_STOPPED;
	vm_stop(vm, operation == FUSIONDOCK_CONTROL_STOP ? VM_END_OFF : VM_END_RESET);
	return FUSIONDOCK_OK;
}

/* Rings vector 0 of every VM that shares a region with this one. */
static void tell_peers(const struct vm *vm)
{
	uint32_t peers = 0;

	for (uint32_t n = 0; n < the_system.region_count; n++) {
		const struct region_desc *r = &the_system.regions[n];

		if (region_readable(r, vm->id))
			peers |= r->read_write | r->read_only;
	}
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		struct vm *peer = peers >> id & 1 && id != vm->id ? vm_by_id(id) : NULL;

		if (peer && peer->desc->doorbell_count &&
		    __atomic_load_n(&peer->state, __ATOMIC_RELAXED) == FUSIONDOCK_VM_RUNNING)
			vm_post(peer, 0);
	}
}

void life_init(void)
{
	const struct view_desc *view = &the_system.views[FUSIONDOCK_VIEW_STATE];
	uint32_t *page;

	if (!view->used)
		return;
	page = pa_ptr(view->pa);
	memset(page, 0, FUSIONDOCK_STATE_SIZE);
	page[0] = FUSIONDOCK_STATE_MAGIC;
	page[1] = FUSIONDOCK_STATE_LAYOUT;
	/* As in regions_init. */
	cache_clean_invalidate(page, FUSIONDOCK_STATE_SIZE);
}

static void publish(const struct vm *vm, uint32_t state)
{
	const struct view_desc *view = &the_system.views[FUSIONDOCK_VIEW_STATE];

	/*
	 * Release: the word of an end comes before what is done to the regions and before anything the next
	 * life stores; pairs with the load barrier of shm_view_is_lost() and of whoever else reads the view.
	 */
	if (view->used)
		__atomic_store_n((uint64_t *)pa_ptr(pa(view->pa.pa + FUSIONDOCK_STATE_LIFE(vm->id))),
				 FUSIONDOCK_LIFE(vm->epoch, state), __ATOMIC_RELEASE);
}

void life_started(struct vm *vm)
{
	__atomic_fetch_add(&vm->epoch, 1, __ATOMIC_RELAXED);
	__atomic_store_n(&vm->state, FUSIONDOCK_VM_RUNNING, __ATOMIC_RELEASE);
	publish(vm, FUSIONDOCK_VM_RUNNING);
	tell_peers(vm);
	/* The doorbell of a message that came for the life before, or in between, is no more. */
	if (vm->desc->doorbell_count && regions_have_for(vm->id))
		vm_post(vm, 0);
}

void life_ended(struct vm *vm, uint32_t state)
{
	publish(vm, state == FUSIONDOCK_VM_RUNNING ? FUSIONDOCK_VM_OFF : state);
	/* The word before the regions, for all; pairs with the load barrier of shm_view_is_lost(). */
	dsb(ish);
	regions_reset(vm->id);
	if (state == FUSIONDOCK_VM_RUNNING)
		return;
	/* SEQ_CST: of two VMs that end at once, one sees both off (power_off_if_all_off in run.c). */
	__atomic_store_n(&vm->state, state, __ATOMIC_SEQ_CST);
	tell_peers(vm);
}
