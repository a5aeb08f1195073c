/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/doorbell.h"

#include "arch/barrier.h"
#include "dev/timer.h"
#include "svc/alarm.h"
#include "svc/console.h"

/* One VM towards another, for the target's doorbell-min-interval. */
struct pair {
	uint64_t next;    /* counter value from which the target takes the next one, atomic */
	uint64_t put_off; /* vectors that came earlier, atomic */
};

static struct pair pairs[FUSIONDOCK_VM_MAX][FUSIONDOCK_VM_MAX];

void doorbell_init(void)
{
	for (uint32_t f = 0; f < FUSIONDOCK_VM_MAX; f++) {
		for (uint32_t t = 0; vms[f].desc && t < FUSIONDOCK_VM_MAX; t++) {
			struct vm *to = vms[f].desc->rings >> t & 1 ? vm_by_id(t) : NULL;

			if (!to || !to->desc->doorbell_count || to->desc->doorbell_interval)
				continue;
			for (uint32_t n = 0; n < vms[f].desc->cpu_count; n++) {
				struct ring *r = &vms[f].vcpus[n].rings[t];

				r->posted = &to->posted;
				r->kick = &to->vgic.kick;
				r->state = &to->state;
			}
		}
	}
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

static void raise(struct ring *r, struct vm *to, uint32_t vector)
{
	if (vm_post(to, vector))
		r->raised++;
	else
		r->coalesced++;
}

/* Whether the target takes one now; then the next one is due an interval later. */
static bool is_due(struct pair *p, const struct vm *to)
{
	uint64_t now = timer_now(), next = __atomic_load_n(&p->next, __ATOMIC_RELAXED);

	return now >= next &&
	       __atomic_compare_exchange_n(&p->next, &next,
					   alarm_time(now, to->desc->doorbell_interval), false,
					   __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static void put_off(struct pair *p, struct ring *r, const struct vm *to, uint64_t vector)
{
	uint64_t bit = 1ull << vector;

	if (__atomic_fetch_or(&p->put_off, bit, __ATOMIC_RELAXED) & bit)
		r->coalesced++;
	alarm_in(to->desc->doorbell_interval);
}

int64_t doorbell_ring(struct vcpu *v, uint64_t target, uint64_t vector)
{
	struct vm *to = vm_by_id(target);
	int64_t result = check(v->vm, to, target, vector);
	struct pair *p;

	if (result != FUSIONDOCK_OK) {
		if (to)
			v->rings[target].refused++;
		return result;
	}
	/*
	 * Existing images issue no barrier before the call: what the caller stored in the region is made
	 * visible here, before the peer can see the interrupt; its partner is the peer's exception entry.
	 */
	dsb(ish);
	p = &pairs[v->vm->id][target];
	if (to->desc->doorbell_interval && !is_due(p, to))
		put_off(p, &v->rings[target], to, vector);
	else
		raise(&v->rings[target], to, (uint32_t)vector);
	return FUSIONDOCK_OK;
}

void doorbell_retry(struct vcpu *v)
{
	for (uint32_t t = 0; t < FUSIONDOCK_VM_MAX; t++) {
		struct pair *p = &pairs[v->vm->id][t];
		uint64_t vectors;

		if (!__atomic_load_n(&p->put_off, __ATOMIC_RELAXED))
			continue;
		if (!is_due(p, &vms[t])) {
			alarm_in(vms[t].desc->doorbell_interval);
			continue;
		}
		vectors = __atomic_exchange_n(&p->put_off, 0, __ATOMIC_RELAXED);
		for (; vectors; vectors &= vectors - 1)
			raise(&v->rings[t], &vms[t], (uint32_t)__builtin_ctzll(vectors));
	}
}

static void print_pair(const struct vm *from, uint32_t t)
{
	uint64_t raised = 0, coalesced = 0, refused = 0;

	for (uint32_t n = 0; n < from->desc->cpu_count; n++) {
		raised += from->vcpus[n].rings[t].raised;
		coalesced += from->vcpus[n].rings[t].coalesced;
		refused += from->vcpus[n].rings[t].refused;
	}
	if (raised || coalesced || refused)
		base_print("doorbells VM %u -> VM %u: raised %lu coalesced %lu refused %lu", from->id, t,
			   (unsigned long)raised, (unsigned long)coalesced, (unsigned long)refused);
}

void doorbell_print(void)
{
	for (uint32_t f = 0; f < FUSIONDOCK_VM_MAX; f++) {
		for (uint32_t t = 0; vms[f].desc && t < FUSIONDOCK_VM_MAX; t++)
			print_pair(&vms[f], t);
	}
}
