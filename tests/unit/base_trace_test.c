/* SPDX-License-Identifier: Apache-2.0 */
/* The trace rings, as a reader of <fusiondock/trace.h> sees them. */
#include "base_test.h"

#include <stdlib.h>
#include <string.h>

#include "dev/trace.h"

#define CORES 2u
#define EVENTS 64u
#define SIZE 8192u

static unsigned char *view;

static const struct fusiondock_trace_header *header(void)
{
	return (const void *)view;
}

static const struct fusiondock_trace_ring *ring(uint32_t core)
{
	return (const void *)(view + header()->first + (size_t)core * header()->stride);
}

static const struct fusiondock_trace_event *event(uint32_t core, uint64_t number)
{
	return (const struct fusiondock_trace_event *)(ring(core) + 1) + number % header()->events;
}

static int two_cores(void **state)
{
	fakes_reset(state);
	view = aligned_alloc(4096, SIZE);
	memset(view, 0x77, SIZE);
	trace_init(view, FUSIONDOCK_TRACE_SIZE(CORES, EVENTS), CORES, FUSIONDOCK_TRACE_ALL);
	trace_set_core(1, 0x101, 3, 2);
	return 0;
}

static int end(void **state)
{
	(void)state;
	trace_mask = 0;
	free(view);
	return 0;
}

static void the_header_says_how_the_view_is_laid_out(void **state)
{
	(void)state;
	assert_int_equal(header()->magic, FUSIONDOCK_TRACE_MAGIC);
	assert_int_equal(header()->layout, FUSIONDOCK_TRACE_LAYOUT);
	assert_int_equal(header()->cores, CORES);
	assert_int_equal(header()->events, EVENTS);
	assert_int_equal(header()->first, 64);
	assert_int_equal(header()->stride, 64 + 32 * EVENTS);
	assert_int_equal(header()->frequency, 1000000);
	assert_int_equal(header()->mask, FUSIONDOCK_TRACE_ALL);
	assert_int_equal(ring(1)->mpidr, 0x101);
	assert_int_equal(ring(0)->written, 0);
	/* Nothing behind its size is the view's. */
	assert_int_equal(view[FUSIONDOCK_TRACE_SIZE(CORES, EVENTS)], 0x77);
}

static void an_event_is_in_the_ring_of_its_core(void **state)
{
	(void)state;
	fake_core = 1;
	fake_now = 4711;
	trace(FUSIONDOCK_TRACE_MMIO, 1, 2, 3);
	assert_int_equal(ring(0)->written, 0);
	assert_int_equal(ring(1)->written, 1);
	assert_int_equal(event(1, 0)->time, 4711);
	assert_int_equal(event(1, 0)->kind, FUSIONDOCK_TRACE_MMIO);
	assert_int_equal(event(1, 0)->vm, 3);
	assert_int_equal(event(1, 0)->vcpu, 2);
	assert_int_equal(event(1, 0)->a, 1);
	assert_int_equal(event(1, 0)->b, 2);
	assert_int_equal(event(1, 0)->c, 3);
}

static void a_core_without_a_vm_says_so(void **state)
{
	(void)state;
	trace(FUSIONDOCK_TRACE_STRAY, 1, 0, 0);
	assert_int_equal(event(0, 0)->vm, FUSIONDOCK_TRACE_NO_VM);
}

static void a_full_ring_loses_its_oldest(void **state)
{
	(void)state;
	for (uint32_t n = 0; n < 3 * EVENTS + 5; n++)
		trace(FUSIONDOCK_TRACE_IRQ, n, 0, 0);
	assert_int_equal(ring(0)->written, 3 * EVENTS + 5);
	for (uint64_t n = ring(0)->written - EVENTS; n < ring(0)->written; n++)
		assert_int_equal(event(0, n)->a, n);
	assert_int_equal(ring(1)->written, 0);
	assert_int_equal(view[FUSIONDOCK_TRACE_SIZE(CORES, EVENTS)], 0x77);
}

static uint32_t looked_at;

static uint32_t argument(void)
{
	return ++looked_at;
}

static void a_kind_that_is_not_chosen_costs_nothing(void **state)
{
	(void)state;
	trace_mask = 1u << FUSIONDOCK_TRACE_IRQ;
	looked_at = 0;
	trace(FUSIONDOCK_TRACE_SYNC, argument(), 0, 0);
	assert_int_equal(looked_at, 0);
	assert_int_equal(ring(0)->written, 0);
	trace(FUSIONDOCK_TRACE_IRQ, argument(), 0, 0);
	assert_int_equal(looked_at, 1);
	assert_int_equal(ring(0)->written, 1);
}

static void the_short_way_stays_when_none_of_its_events_is_chosen(void **state)
{
	(void)state;
	assert_false(trace_leaves_short_way());
	trace_mask = 1u << FUSIONDOCK_TRACE_VM_FAULT | 1u << FUSIONDOCK_TRACE_DENIED;
	assert_true(trace_leaves_short_way());
	trace_mask |= 1u << FUSIONDOCK_TRACE_RAISED;
	assert_false(trace_leaves_short_way());
}

/* Whatever the peers wrote there (they cannot): the base goes by its own numbers. */
static void the_base_believes_nothing_it_reads_in_the_view(void **state)
{
	(void)state;
	memset(view, 0xff, FUSIONDOCK_TRACE_SIZE(CORES, EVENTS));
	trace(FUSIONDOCK_TRACE_IRQ, 27, 0, 0);
	assert_int_equal(((const uint64_t *)(const void *)(view + 64))[0], 1);
	assert_int_equal(view[FUSIONDOCK_TRACE_SIZE(CORES, EVENTS)], 0x77);
}

static void events_fit_the_size(void **state)
{
	(void)state;
	for (uint32_t cores = 1; cores <= 16; cores++) {
		for (uint64_t size = 4096; size <= 1u << 20; size += 4096) {
			uint32_t n = trace_events(size, cores);

			assert_int_equal(n & (n - 1), 0);
			if (n)
				assert_true(FUSIONDOCK_TRACE_SIZE(cores, n) <= size);
			assert_true(FUSIONDOCK_TRACE_SIZE(cores, n ? 2 * n : FUSIONDOCK_TRACE_EVENTS_MIN) > size);
		}
	}
	assert_int_equal(trace_events(65536, 4), 256);
	assert_int_equal(trace_events(4096, 16), 0);
}

static void the_last_ones_can_be_read_back(void **state)
{
	struct fusiondock_trace_event found;

	(void)state;
	assert_false(trace_read_back(0, 0, &found));
	for (uint32_t n = 0; n < EVENTS + 2; n++)
		trace(FUSIONDOCK_TRACE_IRQ, n, 0, 0);
	assert_true(trace_read_back(0, 0, &found));
	assert_int_equal(found.a, EVENTS + 1);
	assert_true(trace_read_back(0, EVENTS - 1, &found));
	assert_int_equal(found.a, 2);
	assert_false(trace_read_back(0, EVENTS, &found));
	assert_false(trace_read_back(1, 0, &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_header_says_how_the_view_is_laid_out, two_cores, end),
		cmocka_unit_test_setup_teardown(an_event_is_in_the_ring_of_its_core, two_cores, end),
		cmocka_unit_test_setup_teardown(a_core_without_a_vm_says_so, two_cores, end),
		cmocka_unit_test_setup_teardown(a_full_ring_loses_its_oldest, two_cores, end),
		cmocka_unit_test_setup_teardown(a_kind_that_is_not_chosen_costs_nothing, two_cores, end),
		cmocka_unit_test_setup_teardown(the_short_way_stays_when_none_of_its_events_is_chosen, two_cores, end),
		cmocka_unit_test_setup_teardown(the_base_believes_nothing_it_reads_in_the_view, two_cores, end),
		cmocka_unit_test_setup_teardown(events_fit_the_size, two_cores, end),
		cmocka_unit_test_setup_teardown(the_last_ones_can_be_read_back, two_cores, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
