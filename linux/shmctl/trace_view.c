// SPDX-License-Identifier: Apache-2.0
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000u
#define HZ_MAX 10000000000u /* so that trace_ns() cannot overflow */
#define WORDS (sizeof(struct fusiondock_trace_event) / sizeof(uint64_t))

static const char *check(const struct fusiondock_trace_header *header, uint64_t size)
{
	uint64_t ring = sizeof(struct fusiondock_trace_ring) +
			(uint64_t)header->events * sizeof(struct fusiondock_trace_event);

	if (header->magic != FUSIONDOCK_TRACE_MAGIC)
		return "it does not begin as a trace does";
	if (header->layout != FUSIONDOCK_TRACE_LAYOUT)
		return "its layout is not 1; take the shmctl of the base's release";
	if (header->cores == 0 || header->cores > TRACE_CORES_MAX)
		return "its header has no possible number of cores";
	if (header->events == 0 || (header->events & (header->events - 1)) != 0)
		return "its header has no possible number of events";
	if (header->frequency == 0 || header->frequency > HZ_MAX)
		return "its header has no possible frequency";
	if (header->first < sizeof(*header) || header->stride < ring ||
	    header->first % sizeof(uint64_t) != 0 || header->stride % sizeof(uint64_t) != 0 ||
	    header->first + (uint64_t)header->stride * header->cores > size)
		return "its rings do not fit into it";
	return NULL;
}

const char *trace_open(struct trace_view *view, const void *at, uint64_t size)
{
	const char *wrong = "it is too short";

	memset(view, 0, sizeof(*view));
	if (size >= sizeof(view->header)) {
		memcpy(&view->header, at, sizeof(view->header));
		wrong = check(&view->header, size);
	}
	for (unsigned int i = 0; wrong == NULL && i < view->header.cores; i++)
		view->rings[i].ring = (const void *)((const char *)at + view->header.first +
						     (size_t)view->header.stride * i);
	return wrong;
}

size_t trace_room(const struct trace_view *view)
{
	return (size_t)view->header.cores * view->header.events;
}

/* Acquire: the events before it can be copied. Pairs with the release of the ring's core. */
static uint64_t written(const struct trace_ring *ring)
{
	return __atomic_load_n(&ring->ring->written, __ATOMIC_ACQUIRE);
}

void trace_skip(struct trace_view *view)
{
	for (unsigned int i = 0; i < view->header.cores; i++)
		view->rings[i].next = written(&view->rings[i]);
}

/* False: it was overwritten, before or meanwhile; *oldest is the first that can still be had. */
static bool copy(const struct trace_view *view, const struct trace_ring *ring, uint64_t number,
		 struct fusiondock_trace_event *event, uint64_t *oldest)
{
	const uint64_t events = view->header.events;
	const uint64_t *from = (const uint64_t *)(ring->ring + 1) + number % events * WORDS;
	uint64_t words[WORDS], now;

	for (size_t i = 0; i < WORDS; i++)
		words[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
	/* The copy comes before the second look; pairs with the barrier before the core's store. */
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	now = __atomic_load_n(&ring->ring->written, __ATOMIC_RELAXED);
	memcpy(event, words, sizeof(*event));
	*oldest = now >= events ? now - events + 1 : 0;
	return now < number + events;
}

/* At most a ring full, however fast the core writes. */
static size_t read_ring(struct trace_view *view, unsigned int core, struct trace_item *items,
			uint64_t end)
{
	struct trace_ring *ring = &view->rings[core];
	uint64_t last = written(ring), oldest;
	size_t count = 0;

	while (ring->next < last && count < view->header.events) {
		struct trace_item *item = &items[count];

		if (!copy(view, ring, ring->next, &item->event, &oldest)) {
			view->lost += oldest - ring->next;
			ring->next = oldest;
			continue;
		}
		if (item->event.time >= end)
			break;
		item->number = ring->next++;
		item->core = core;
		if (item->event.kind == FUSIONDOCK_TRACE_NONE)
			view->lost++; /* of a saved trace: it was overwritten before */
		else
			count++;
	}
	return count;
}

static int compare(const void *left, const void *right)
{
	const struct trace_item *a = left, *b = right;

	if (a->event.time != b->event.time)
		return a->event.time < b->event.time ? -1 : 1;
	if (a->core != b->core)
		return a->core < b->core ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

size_t trace_read(struct trace_view *view, struct trace_item *items, uint64_t end)
{
	size_t count = 0;

	for (unsigned int core = 0; core < view->header.cores; core++)
		count += read_ring(view, core, items + count, end);
	qsort(items, count, sizeof(items[0]), compare);
	return count;
}

/* Seconds and the rest apart, as the product would overflow. */
uint64_t trace_ns(const struct trace_view *view, uint64_t ticks)
{
	uint64_t hz = view->header.frequency;

	return ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz;
}
