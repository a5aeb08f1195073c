/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/trace.h"

#include <string.h>
#include "arch/cache.h"
#include "arch/cpu.h"
#include "dev/timer.h"

/* In .data, which a load with a PC-relative address reaches from all of the text. */
uint64_t trace_mask __attribute__((section(".data"))) = 0;

/* What a ring holds is never read back to find one's way: only the base's own copies are. */
static struct {
	struct fusiondock_trace_ring *ring;
	uint64_t written;
	uint8_t vm, vcpu;
} cores[CPU_MAX];
static uint32_t events;

static struct fusiondock_trace_event *slot(uint32_t core, uint64_t number)
{
	return (struct fusiondock_trace_event *)(cores[core].ring + 1) + (number & (events - 1));
}

void trace_write(unsigned int kind, uint32_t a, uint64_t b, uint64_t c)
{
	uint32_t core = this_cpu()->index;
	uint64_t number = cores[core].written;

	if (!cores[core].ring)
		return;
	/* Step 1 of <fusiondock/trace.h>; pairs with the reader's fence in its step 3. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	*slot(core, number) = (struct fusiondock_trace_event){
		.time = timer_now(), .kind = (uint16_t)kind, .vm = cores[core].vm,
		.vcpu = cores[core].vcpu, .a = a, .b = b, .c = c};
	cores[core].written = number + 1;
	/* Release: the event first; pairs with the acquire in the reader's step 1. */
	__atomic_store_n(&cores[core].ring->written, number + 1, __ATOMIC_RELEASE);
}

uint32_t trace_events(uint64_t size, uint32_t count)
{
	uint32_t n = 1u << 30;

	while (n >= FUSIONDOCK_TRACE_EVENTS_MIN && FUSIONDOCK_TRACE_SIZE(count, n) > size)
		n /= 2;
	return n >= FUSIONDOCK_TRACE_EVENTS_MIN ? n : 0;
}

void trace_init(void *view, uint64_t size, uint32_t count, uint64_t mask)
{
	struct fusiondock_trace_header *header = view;

	memset(view, 0, size);
	events = trace_events(size, count);
	*header = (struct fusiondock_trace_header){
		.magic = FUSIONDOCK_TRACE_MAGIC, .layout = FUSIONDOCK_TRACE_LAYOUT,
		.cores = count, .events = events, .first = FUSIONDOCK_TRACE_LINE,
		.stride = FUSIONDOCK_TRACE_LINE + FUSIONDOCK_TRACE_EVENT * events,
		.frequency = timer_frequency(), .mask = mask};
	for (uint32_t n = 0; n < count; n++) {
		cores[n].ring = (void *)((char *)view + header->first + (uint64_t)n * header->stride);
		cores[n].written = 0;
		cores[n].vm = FUSIONDOCK_TRACE_NO_VM;
	}
	cache_clean_invalidate(view, size);
	trace_mask = mask;
}

void trace_set_core(uint32_t core, uint64_t mpidr, uint32_t vm, uint32_t vcpu)
{
	cores[core].ring->mpidr = mpidr;
	cores[core].vm = (uint8_t)vm;
	cores[core].vcpu = (uint8_t)vcpu;
}

bool trace_read_back(uint32_t core, uint32_t back, struct fusiondock_trace_event *event)
{
	uint64_t written = __atomic_load_n(&cores[core].written, __ATOMIC_RELAXED);

	if (!cores[core].ring || back >= events || back >= written)
		return false;
	*event = *slot(core, written - 1 - back);
	return true;
}
