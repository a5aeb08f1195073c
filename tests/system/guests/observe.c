/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the trace of the base and its counters as <fusiondock/trace.h> and <fusiondock/hypercall.h> say, and
 * compares them with what it does itself: "observe: WHAT: ok", or "wrong" with a number.
 */
#include <stdbool.h>
#include "fusiondock/hypercall.h"
#include "fusiondock/trace.h"
#include "guest.h"

#define OWN_ID 1u
#define OTHER_ID 2u
#define CALLS 20u
#define EVENTS_READ 400u

static const struct fusiondock_trace_header *header;
static uint64_t view_size;

static void verdict(const char *what, bool good, uint64_t number)
{
	print("observe: ");
	print(what);
	if (good) {
		print(": ok\n");
		return;
	}
	print(": wrong, ");
	print_hex(number);
	print("\n");
}

static int64_t call(uint64_t fn, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t *out)
{
	register uint64_t x0 __asm__("x0") = fn;
	register uint64_t x1 __asm__("x1") = a1;
	register uint64_t x2 __asm__("x2") = a2;
	register uint64_t x3 __asm__("x3") = a3;
	register uint64_t x4 __asm__("x4") = a4;

	__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2) : "r"(x3), "r"(x4) : "memory");
	if (out) {
		out[0] = x1;
		out[1] = x2;
	}
	return (int64_t)x0;
}

static const struct fusiondock_trace_ring *ring(uint32_t core)
{
	return (const void *)((const char *)header + header->first + (uint64_t)core * header->stride);
}

static uint64_t written(const struct fusiondock_trace_ring *r)
{
	return __atomic_load_n(&r->written, __ATOMIC_ACQUIRE);
}

/* The reader's steps of <fusiondock/trace.h>. */
static bool read_event(const struct fusiondock_trace_ring *r, uint64_t number, struct fusiondock_trace_event *out)
{
	const volatile struct fusiondock_trace_event *e =
		(const volatile struct fusiondock_trace_event *)(r + 1) + number % header->events;

	if (number >= written(r))
		return false;
	out->time = e->time;
	out->kind = e->kind;
	out->vm = e->vm;
	out->vcpu = e->vcpu;
	out->a = e->a;
	out->b = e->b;
	out->c = e->c;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&r->written, __ATOMIC_RELAXED) < number + header->events;
}

/* The ring of the core that a VM runs on, by its last event; waits until there is one. */
static const struct fusiondock_trace_ring *ring_of(uint32_t vm)
{
	struct fusiondock_trace_event e;

	for (uint32_t core = 0;; core = (core + 1) % header->cores) {
		const struct fusiondock_trace_ring *r = ring(core);
		uint64_t end = written(r);

		if (end && read_event(r, end - 1, &e) && e.vm == vm)
			return r;
	}
}

static void find_view(void)
{
	uint64_t out[2] = {0, 0};
	int64_t result = call(FUSIONDOCK_CALL_VIEW, FUSIONDOCK_VIEW_TRACE, 0, 0, 0, out);

	header = (const void *)out[0];
	view_size = out[1];
	verdict("the call names the view", result == 0 && out[0] == 0x2a700000 && out[1] == 0x40000, out[0]);
	verdict("the header is ours",
		header->magic == FUSIONDOCK_TRACE_MAGIC && header->layout == FUSIONDOCK_TRACE_LAYOUT &&
			header->mask == FUSIONDOCK_TRACE_ALL,
		header->magic);
	verdict("the rings fit the view",
		header->cores == 4 && header->first + (uint64_t)header->cores * header->stride <= view_size &&
			FUSIONDOCK_TRACE_SIZE(header->cores, header->events * 2) > view_size,
		header->events);
}

static void own_call_is_recorded(void)
{
	const struct fusiondock_trace_ring *r = ring_of(OWN_ID);
	struct fusiondock_trace_event sync, called, back;
	uint64_t before, after, from;

	from = written(r);
	__asm__ volatile("isb\n mrs %0, cntpct_el0" : "=r"(before));
	call(FUSIONDOCK_CALL_VERSION, 4711, 0, 0, 0, NULL);
	__asm__ volatile("isb\n mrs %0, cntpct_el0" : "=r"(after));
	verdict("a call makes three events", written(r) == from + 3, written(r) - from);
	if (!read_event(r, from, &sync) || !read_event(r, from + 1, &called) || !read_event(r, from + 2, &back)) {
		verdict("they can be read", false, from);
		return;
	}
	verdict("its way in", sync.kind == FUSIONDOCK_TRACE_SYNC && sync.a == 0x16 && sync.vm == OWN_ID, sync.kind);
	verdict("itself",
		called.kind == FUSIONDOCK_TRACE_CALL && called.a == FUSIONDOCK_CALL_VERSION && called.b == 4711 &&
			called.c == (FUSIONDOCK_VERSION_MAJOR << 16 | FUSIONDOCK_VERSION_MINOR),
		called.kind);
	verdict("its way back", back.kind == FUSIONDOCK_TRACE_RETURN && back.b == sync.b, back.b);
	verdict("its time", before <= sync.time && sync.time <= called.time && called.time <= back.time &&
				     back.time <= after,
		sync.time);
}

/* While the other core writes: whole events, in order, none torn. */
static void events_of_another_core(void)
{
	const struct fusiondock_trace_ring *r = ring_of(OTHER_ID);
	struct fusiondock_trace_event e;
	uint64_t next = written(r), last = 0, wrong = 0, lost = 0;

	for (uint32_t n = 0; n < EVENTS_READ; n++, next++) {
		while (next >= written(r))
			;
		if (!read_event(r, next, &e)) {
			lost++;
			next = written(r);
			continue;
		}
		wrong += e.vm != OTHER_ID || !e.kind || e.kind >= FUSIONDOCK_TRACE_KINDS || e.time < last;
		last = e.time;
	}
	verdict("another core's events", !wrong && lost < EVENTS_READ / 2, wrong);
}

static void nobody_else_writes(void)
{
	volatile uint32_t *magic = (volatile uint32_t *)(uintptr_t)header;
	uint64_t before = guest_fault.count;

	*magic = 0;
	verdict("the view is read-only", guest_fault.count == before + 1 && *magic == FUSIONDOCK_TRACE_MAGIC,
		guest_fault.count);
}

static uint64_t counter(uint64_t vm, uint64_t kind, uint64_t which)
{
	uint64_t out[2] = {0, 0};
	int64_t result = call(FUSIONDOCK_CALL_COUNTER, vm, kind, which, FUSIONDOCK_COUNTER_ALL_CORES, out);

	return result == FUSIONDOCK_OK ? out[0] : (uint64_t)result;
}

static void counters(void)
{
	uint64_t before = counter(OWN_ID, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_HVC), timers;

	for (uint32_t n = 0; n < CALLS; n++)
		call(FUSIONDOCK_CALL_VM_ID, 0, 0, 0, 0, NULL);
	before = counter(OWN_ID, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_HVC) - before;
	verdict("calls are counted", before == CALLS + 1, before);
	call(FUSIONDOCK_CALL_RING, OTHER_ID, 5, 0, 0, NULL);
	verdict("a refused ring is counted by its vector",
		counter(OWN_ID, FUSIONDOCK_COUNTER_REFUSED, FUSIONDOCK_COUNTER_DOORBELL(OTHER_ID, 5)) == 1, 0);
	verdict("the denied store is counted", counter(OWN_ID, FUSIONDOCK_COUNTER_DENIED, 0) == 1, 0);
	/* It has just booted: its first tick may be to come. */
	do
		timers = counter(OTHER_ID, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_IRQ_TIMER);
	while (!timers);
	verdict("the other's timer is seen", timers < 1u << 30, timers);
	verdict("the other has been started once", counter(OTHER_ID, FUSIONDOCK_COUNTER_STARTS, 0) == 1, 0);
	verdict("there is no VM 0", counter(0, FUSIONDOCK_COUNTER_STARTS, 0) == (uint64_t)FUSIONDOCK_E_INVALID, 0);
}

void guest_main(void)
{
	find_view();
	own_call_is_recorded();
	events_of_another_core();
	nobody_else_writes();
	counters();
	print("observe: done\n");
	for (;;)
		__asm__ volatile("wfi");
}
