/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/doorbell.h"

#include "arch/barrier.h"
#include "svc/console.h"

struct counters {
	uint64_t raised, coalesced, refused;
};

static struct counters counters[FUSIONDOCK_VM_MAX][FUSIONDOCK_VM_MAX];

static void count(uint64_t *counter)
{
	/* Several cores of one VM may ring at once. */
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static int64_t check(struct vm *from, const struct vm *to, uint64_t target, uint64_t vector)
{
	if (!to)
		return FUSIONDOCK_E_INVALID;
	if (!(from->desc->rings >> target & 1))
		return FUSIONDOCK_E_DENIED;
	if (vector >= to->desc->doorbell_count)
		return FUSIONDOCK_E_INVALID;
	if (__atomic_load_n(&to->state, __ATOMIC_RELAXED) != FUSIONDOCK_VM_RUNNING)
		return FUSIONDOCK_E_STOPPED;
	return FUSIONDOCK_OK;
}

int64_t doorbell_ring(struct vm *from, uint64_t target, uint64_t vector)
{
	struct vm *to = vm_by_id(target);
	int64_t result = check(from, to, target, vector);
	struct counters *c = to ? &counters[from->id][target] : NULL;

	if (result != FUSIONDOCK_OK) {
		if (c)
			count(&c->refused);
		return result;
	}
	/*
	 * Existing images issue no barrier before the call: what the caller stored in the region is made
	 * visible here, before the peer can see the interrupt; its partner is the peer's exception entry.
	 */
	dsb(ish);
	count(vm_post(to, (uint32_t)vector) ? &c->raised : &c->coalesced);
	return FUSIONDOCK_OK;
}

void doorbell_print(void)
{
	for (uint32_t f = 0; f < FUSIONDOCK_VM_MAX; f++) {
		for (uint32_t t = 0; t < FUSIONDOCK_VM_MAX; t++) {
			const struct counters *c = &counters[f][t];

			if (c->raised || c->coalesced || c->refused)
				base_print("doorbells VM %u -> VM %u: raised %lu coalesced %lu refused %lu", f, t,
					   (unsigned long)c->raised, (unsigned long)c->coalesced,
					   (unsigned long)c->refused);
		}
	}
}
