// SPDX-License-Identifier: Apache-2.0
/* Which events of a trace are shown, and until when. */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "trace.h"

#define LOOK_NS 10000000L
/*
 * Events of several cores are put in order if they are that old: an event is stored shortly after
 * its time has been read.
 */
#define SETTLED_NS 1000000u

struct tracer {
	const struct trace_options *options;
	struct trace_view *view;
	struct trace_item *items;
	uint64_t shown;
};

static volatile sig_atomic_t interrupted;

static bool is_wanted(const struct tracer *t, const struct trace_item *item)
{
	const struct fusiondock_trace_event *event = &item->event;

	if (t->options->vm != TRACE_ANY_VM && event->vm != t->options->vm)
		return false;
	/* A kind that this program does not know: with all the others. */
	return event->kind < 64 ? t->options->kinds >> event->kind & 1
				: t->options->kinds == UINT64_MAX;
}

/* Keeps those that are wanted; how many. */
static size_t choose(const struct tracer *t, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (is_wanted(t, &t->items[i]))
			t->items[kept++] = t->items[i];
	}
	return kept;
}

static void show(struct tracer *t, const struct trace_item *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(t->options->json ? trace_json : trace_text)(t->view, &items[i]);
	t->shown += count;
}

static void show_all(struct tracer *t)
{
	size_t count = choose(t, trace_read(t->view, t->items, trace_now(t->options)));
	size_t limit = t->options->count > 0 && t->options->count < count
			       ? (size_t)t->options->count
			       : count;

	show(t, t->items + count - limit, limit);
}

/* One look; false: that was enough. */
static bool follow_once(struct tracer *t, uint64_t end)
{
	uint64_t limit = t->options->count, lost = t->view->lost;
	size_t count = choose(t, trace_read(t->view, t->items, end));

	if (t->view->lost > lost && !t->options->json)
		printf("-- %" PRIu64 " events were overwritten before they were read\n",
		       t->view->lost - lost);
	if (limit > 0 && count > limit - t->shown)
		count = (size_t)(limit - t->shown);
	show(t, t->items, count);
	fflush(stdout);
	return limit == 0 || t->shown < limit;
}

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

static void follow(struct tracer *t)
{
	const struct sigaction stop = {.sa_handler = on_interrupt};
	const struct timespec rest = {.tv_nsec = LOOK_NS};
	const uint64_t hz = shm_counter_frequency(), start = shm_counter();
	const uint64_t length = t->options->seconds_us / US_PER_S * hz +
				t->options->seconds_us % US_PER_S * hz / US_PER_S;
	const uint64_t settled = hz * SETTLED_NS / 1000000000u;
	bool more = true;

	/* So that the end is written, of JSON above all. */
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	trace_skip(t->view);
	while (more && !interrupted && shm_counter() - start < length) {
		nanosleep(&rest, NULL);
		more = follow_once(t, shm_counter() - settled);
	}
	if (more)
		follow_once(t, UINT64_MAX);
}

enum status trace_show(struct trace_view *view, const struct trace_options *options)
{
	struct tracer tracer = {.options = options, .view = view};
	struct tracer *t = &tracer;

	t->items = calloc(trace_room(t->view), sizeof(t->items[0]));
	if (t->items == NULL)
		return complain(STATUS_FAILED, "no memory for %zu events", trace_room(t->view));
	if (t->options->json)
		trace_json_begin(t->view);
	if (t->options->follow)
		follow(t);
	else
		show_all(t);
	if (t->options->json)
		trace_json_end(t->view, t->shown);
	fprintf(stderr,
		"shmctl: %" PRIu64 " events shown, %" PRIu64
		" were overwritten before they could be read\n",
		t->shown, t->view->lost);
	free(t->items);
	return STATUS_OK;
}
