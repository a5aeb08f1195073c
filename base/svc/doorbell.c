/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/doorbell.h"

#include "arch/barrier.h"
#include "dev/timer.h"
#include "dev/trace.h"
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
	if (!trace_leaves_short_way())
		return;
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

enum outcome {
	RAISED = FUSIONDOCK_COUNTER_RAISED,
	COALESCED = FUSIONDOCK_COUNTER_COALESCED,
	REFUSED = FUSIONDOCK_COUNTER_REFUSED
};

/* Vector 0 where the short way of arch/vectors.S counts it too, the others by VM. */
static void count(struct vcpu *v, uint32_t target, uint64_t vector, enum outcome what)
{
	struct ring *r = &v->rings[target];
	uint64_t last = vector < FUSIONDOCK_VECTOR_MAX ? vector : FUSIONDOCK_VECTOR_MAX - 1;

	if (vector)
		__atomic_fetch_add(&v->vm->rung[target][last][what - RAISED], 1, __ATOMIC_RELAXED);
	else if (what == RAISED)
		r->raised++;
	else if (what == COALESCED)
		r->coalesced++;
	else
		r->refused++;
}

static void raise(struct vcpu *v, struct vm *to, uint32_t vector)
{
	if (vm_post(to, vector)) {
		count(v, to->id, vector, RAISED);
		trace(FUSIONDOCK_TRACE_RAISED, to->id, vector, 0);
	} else {
		count(v, to->id, vector, COALESCED);
		trace(FUSIONDOCK_TRACE_COALESCED, to->id, vector, 0);
	}
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

static void put_off(struct pair *p, struct vcpu *v, const struct vm *to, uint64_t vector)
{
	uint64_t bit = 1ull << vector;

	trace(FUSIONDOCK_TRACE_PUT_OFF, to->id, vector, 0);
	if (__atomic_fetch_or(&p->put_off, bit, __ATOMIC_RELAXED) & bit)
		count(v, to->id, vector, COALESCED);
	alarm_in(to->desc->doorbell_interval);
}

int64_t doorbell_ring(struct vcpu *v, uint64_t target, uint64_t vector)
{
	struct vm *to = vm_by_id(target);
	int64_t result = check(v->vm, to, target, vector);
	struct pair *p;

	if (result != FUSIONDOCK_OK) {
		trace(FUSIONDOCK_TRACE_REFUSED, target, vector, result);
		if (to)
			count(v, to->id, vector, REFUSED);
		return result;
	}
	/*
	 * Existing images issue no barrier before the call: what the caller stored in the region is made
	 * visible here, before the peer can see the interrupt; its partner is the peer's exception entry.
	 */
	dsb(ish);
	p = &pairs[v->vm->id][target];
	if (to->desc->doorbell_interval && !is_due(p, to))
		put_off(p, v, to, vector);
	else
		raise(v, to, (uint32_t)vector);
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
			raise(v, &vms[t], (uint32_t)__builtin_ctzll(vectors));
	}
}

uint64_t doorbell_count(const struct vm *from, uint32_t t, uint32_t vector, uint32_t counter)
{
	uint64_t sum = 0;

	if (vector)
		return __atomic_load_n(&from->rung[t][vector][counter - RAISED], __ATOMIC_RELAXED);
	for (uint32_t n = 0; n < from->desc->cpu_count; n++) {
		const struct ring *r = &from->vcpus[n].rings[t];

		sum += counter == RAISED ? r->raised : counter == COALESCED ? r->coalesced : r->refused;
	}
	return sum;
}

static void print_pair(const struct vm *from, uint32_t t)
{
	uint64_t of[FUSIONDOCK_VECTOR_MAX][3], all[3] = {0, 0, 0};

	for (uint32_t vector = 0; vector < FUSIONDOCK_VECTOR_MAX; vector++) {
		for (uint32_t k = 0; k < 3; k++) {
			of[vector][k] = doorbell_count(from, t, vector, RAISED + k);
			all[k] += of[vector][k];
		}
	}
	if (!(all[0] | all[1] | all[2]))
		return;
	base_print("doorbells VM %u -> VM %u: raised %lu coalesced %lu refused %lu", from->id, t,
		   (unsigned long)all[0], (unsigned long)all[1], (unsigned long)all[2]);
	for (uint32_t vector = 1; vector < FUSIONDOCK_VECTOR_MAX; vector++) {
		if (of[vector][0] | of[vector][1] | of[vector][2])
			base_print("doorbells VM %u -> VM %u vector %u: raised %lu coalesced %lu refused %lu",
				   from->id, t, vector, (unsigned long)of[vector][0],
				   (unsigned long)of[vector][1], (unsigned long)of[vector][2]);
	}
}

void doorbell_print(void)
{
	for (uint32_t f = 0; f < FUSIONDOCK_VM_MAX; f++) {
		for (uint32_t t = 0; vms[f].desc && t < FUSIONDOCK_VM_MAX; t++)
			print_pair(&vms[f], t);
	}
}
