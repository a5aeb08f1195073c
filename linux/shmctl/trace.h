/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base's trace: how it is read (trace_view.c), chosen (trace_show.c), told (trace_text.c,
 * trace_json.c) and kept (trace_save.c). <fusiondock/trace.h> is the layout.
 */
#ifndef SHMCTL_TRACE_H
#define SHMCTL_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <fusiondock/trace.h>

#include "shmctl.h"

#define TRACE_CORES_MAX 64u

struct trace_ring {
	const struct fusiondock_trace_ring *ring;
	uint64_t next; /* number of the first event that has not been read */
};

struct trace_view {
	struct fusiondock_trace_header header; /* checked */
	struct trace_ring rings[TRACE_CORES_MAX];
	uint64_t lost; /* events that were overwritten before they were read */
};

struct trace_item {
	struct fusiondock_trace_event event;
	uint64_t number;
	unsigned int core;
};

/* NULL, or why these bytes are no trace. Reading begins with the oldest event. */
const char *trace_open(struct trace_view *view, const void *at, uint64_t size);

/* How many items trace_read() may give at once. */
size_t trace_room(const struct trace_view *view);

/* What comes from now on. */
void trace_skip(struct trace_view *view);

/*
 * Events that have not been read, of all cores in the order of their times, and only those from
 * before `end`; how many.
 */
size_t trace_read(struct trace_view *view, struct trace_item *items, uint64_t end);

/* Name of a kind: "raised". The number of a name, or FUSIONDOCK_TRACE_NONE. */
const char *trace_kind_name(unsigned int kind);
unsigned int trace_kind(const char *name);

/* What one event says, without time and place. */
void trace_describe(const struct fusiondock_trace_event *event, char *text, size_t size);

/* Nanoseconds of the counter. */
uint64_t trace_ns(const struct trace_view *view, uint64_t ticks);

void trace_text(const struct trace_view *view, const struct trace_item *item);

/* The events in the format of Chrome's and Perfetto's trace viewers. */
void trace_json_begin(const struct trace_view *view);
void trace_json(const struct trace_view *view, const struct trace_item *item);
void trace_json_end(const struct trace_view *view, uint64_t shown);

#define TRACE_ANY_VM UINT32_MAX

struct trace_options {
	const char *file, *save; /* for who opens it */
	uint64_t kinds;          /* bit n: kind n */
	uint64_t count;          /* 0: no limit */
	unsigned int vm, seconds_us;
	bool json, follow;
};

/*
 * The `end` of a look at all cores: now, so that the last events are not all of the core whose turn
 * is last. A saved trace has been cut already.
 */
static inline uint64_t trace_now(const struct trace_options *options)
{
	return options->file != NULL ? UINT64_MAX : shm_counter();
}

/* In trace_show.c. */
enum status trace_show(struct trace_view *view, const struct trace_options *options);

/* Writes what can be read now from before `end`, in the same layout. False: errno. */
bool trace_save(struct trace_view *view, FILE *file, uint64_t end);

#endif
