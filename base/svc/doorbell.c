/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/doorbell.h"

#include "arch/barrier.h"
#include "dev/timer.h"
#include "svc/alarm.h"
#include "svc/console.h"

/* One sender towards one target. */
struct pair {
	uint64_t raised, coalesced, refused;
	uint64_t next;    /* counter value from which the target takes the next one */
	uint64_t put_off; /* vectors that came earlier, atomic */
};

static struct pair pairs[FUSIONDOCK_VM_MAX][FUSIONDOCK_VM_MAX];

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

static void raise(struct pair *p, struct vm *to, uint32_t vector)
{
	count(vm_post(to, vector) ? &p->raised : &p->coalesced);
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

static void put_off(struct pair *p, const struct vm *to, uint64_t vector)
{
	uint64_t bit = 1ull << vector;

	if (__atomic_fetch_or(&p->put_off, bit, __ATOMIC_RELAXED) & bit)
		count(&p->coalesced);
	alarm_in(to->desc->doorbell_interval);
}

int64_t doorbell_ring(struct vm *from, uint64_t target, uint64_t vector)
{
	struct vm *to = vm_by_id(target);
	int64_t result = check(from, to, target, vector);
	struct pair *p = to ? &pairs[from->id][target] : NULL;

	if (result != FUSIONDOCK_OK) {
		if (p)
			count(&p->refused);
		return result;
	}
	/*
	 * Existing images issue no barrier before the call: what the caller stored in the region is made
	 * visible here, before the peer can see the interrupt; its partner is the peer's exception entry.
	 */
	dsb(ish);
	if (to->desc->doorbell_interval && !is_due(p, to))
		put_off(p, to, vector);
	else
		raise(p, to, (uint32_t)vector);
	return FUSIONDOCK_OK;
}

void doorbell_retry(struct vm *from)
{
	for (uint32_t t = 0; t < FUSIONDOCK_VM_MAX; t++) {
		struct pair *p = &pairs[from->id][t];
		uint64_t vectors;

		if (!__atomic_load_n(&p->put_off, __ATOMIC_RELAXED))
			continue;
		if (!is_due(p, &vms[t])) {
			alarm_in(vms[t].desc->doorbell_interval);
			continue;
		}
		vectors = __atomic_exchange_n(&p->put_off, 0, __ATOMIC_RELAXED);
		for (; vectors; vectors &= vectors - 1)
			raise(p, &vms[t], (uint32_t)__builtin_ctzll(vectors));
	}
}

void doorbell_print(void)
{
	for (uint32_t f = 0; f < FUSIONDOCK_VM_MAX; f++) {
		for (uint32_t t = 0; t < FUSIONDOCK_VM_MAX; t++) {
			const struct pair *c = &pairs[f][t];

			if (c->raised || c->coalesced || c->refused)
				base_print("doorbells VM %u -> VM %u: raised %lu coalesced %lu refused %lu", f, t,
					   (unsigned long)c->raised, (unsigned long)c->coalesced,
					   (unsigned long)c->refused);
		}
	}
}
