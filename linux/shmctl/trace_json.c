// SPDX-License-Identifier: Apache-2.0
/*
 * The "JSON Object Format" of Chrome's trace viewer, which Perfetto reads too: a VM is a process,
 * a core of it a thread. From an exit to the return is a slice, all else an instant.
 */
#include <inttypes.h>

#include "trace.h"

static struct {
	const char *comma;
	unsigned char is_named[256][32]; /* by VM and virtual core: a bit each */
	struct trace_item entry[TRACE_CORES_MAX];
	bool is_in[TRACE_CORES_MAX]; /* entry holds an exit without its return yet */
} json;

void trace_json_begin(const struct trace_view *view)
{
	json.comma = "";
	printf("{\"displayTimeUnit\": \"ns\", \"frequency\": %" PRIu64 ",\n\"traceEvents\": [",
	       (uint64_t)view->header.frequency);
}

static void next(void)
{
	printf("%s\n", json.comma);
	json.comma = ",";
}

/* Before the first event of a virtual core. */
static void name_place(unsigned int vm, unsigned int core)
{
	unsigned char *names = json.is_named[vm];
	bool is_first = true;

	for (size_t i = 0; i < sizeof(json.is_named[0]); i++)
		is_first = is_first && names[i] == 0;
	if (names[core / 8] >> core % 8 & 1)
		return;
	names[core / 8] = (unsigned char)(names[core / 8] | 1u << core % 8);
	if (is_first) {
		next();
		printf("{\"ph\": \"M\", \"name\": \"process_name\", \"pid\": %u, \"args\": ", vm);
		if (vm == FUSIONDOCK_TRACE_NO_VM)
			printf("{\"name\": \"no VM\"}}");
		else
			printf("{\"name\": \"VM %u\"}}", vm);
	}
	next();
	printf("{\"ph\": \"M\", \"name\": \"thread_name\", \"pid\": %u, \"tid\": %u, "
	       "\"args\": {\"name\": \"core %u\"}}",
	       vm, core, core);
}

/* In two lines: a VM's console is no place for long ones. */
static void put(const struct trace_view *view, const struct trace_item *item, const char *phase)
{
	const struct fusiondock_trace_event *event = &item->event;
	uint64_t ns = trace_ns(view, event->time);
	char what[160];

	trace_describe(event, what, sizeof(what));
	next();
	printf("{\"ph\": %s, \"name\": \"%s\", \"pid\": %u, \"tid\": %u, \"ts\": %" PRIu64
	       ".%03u,\n \"args\": {\"what\": \"%s\", \"cpu\": %u, \"number\": %" PRIu64
	       ", \"a\": %u, \"b\": \"0x%" PRIx64 "\", \"c\": \"0x%" PRIx64 "\"}}",
	       phase, trace_kind_name(event->kind), event->vm, event->vcpu, ns / 1000,
	       (unsigned int)(ns % 1000), what, item->core, item->number, event->a,
	       (uint64_t)event->b, (uint64_t)event->c);
}

static void put_instant(const struct trace_view *view, const struct trace_item *item)
{
	put(view, item, "\"i\", \"s\": \"t\"");
}

/* The exit that item, of the same core, ends. */
static void put_slice(const struct trace_view *view, const struct trace_item *item)
{
	const struct trace_item *entry = &json.entry[item->core];
	uint64_t ns = trace_ns(view, item->event.time) - trace_ns(view, entry->event.time);
	char phase[64];

	snprintf(phase, sizeof(phase), "\"X\", \"dur\": %" PRIu64 ".%03u", ns / 1000,
		 (unsigned int)(ns % 1000));
	put(view, entry, phase);
}

void trace_json(const struct trace_view *view, const struct trace_item *item)
{
	unsigned int kind = item->event.kind, core = item->core;
	bool is_exit = kind == FUSIONDOCK_TRACE_SYNC || kind == FUSIONDOCK_TRACE_IRQ ||
		       kind == FUSIONDOCK_TRACE_SERROR;

	name_place(item->event.vm, item->event.vcpu);
	if (kind == FUSIONDOCK_TRACE_RETURN && json.is_in[core]) {
		put_slice(view, item);
		json.is_in[core] = false;
		return;
	}
	if (is_exit && json.is_in[core])
		put_instant(view, &json.entry[core]); /* its return was overwritten */
	if (is_exit)
		json.entry[core] = *item;
	else
		put_instant(view, item);
	json.is_in[core] = json.is_in[core] || is_exit;
}

void trace_json_end(const struct trace_view *view, uint64_t shown)
{
	for (unsigned int core = 0; core < view->header.cores; core++) {
		if (json.is_in[core])
			put_instant(view, &json.entry[core]);
	}
	printf("],\n\"otherData\": {\"events\": %" PRIu64 ", \"overwritten\": %" PRIu64 "}}\n",
	       shown, view->lost);
}
