/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/view.h"

#include <string.h>
#include "fusiondock/state.h"
#include "fusiondock/trace.h"

#define TRACE_SIZE_MAX 0x1000000u

static const char *const view_names[FUSIONDOCK_VIEW_COUNT] = {
	[FUSIONDOCK_VIEW_STATE] = "state",
	[FUSIONDOCK_VIEW_TRACE] = "trace",
};
static const char *const views_properties[] = {"#address-cells", "#size-cells", NULL};
static const char *const view_properties[] = {"reg", "phandle", "read-only", "events", NULL};

/* The view that a node name (without its unit address) means. */
static struct view_desc *find(struct system *s, const char *name, int len)
{
	for (uint32_t n = 0; n < FUSIONDOCK_VIEW_COUNT; n++) {
		if ((int)strlen(view_names[n]) == len && !memcmp(view_names[n], name, (size_t)len))
			return &s->views[n];
	}
	return NULL;
}

static void check_size(struct check *c, const struct view_desc *v, bool state)
{
	if (state && v->size != FUSIONDOCK_STATE_SIZE)
		mistake(c, v->node, "reg", "the state view has 0x%x bytes, not 0x%lx", FUSIONDOCK_STATE_SIZE,
			(unsigned long)v->size);
	if (!state && v->size > TRACE_SIZE_MAX)
		mistake(c, v->node, "reg", "0x%lx bytes; at most 0x%x", (unsigned long)v->size, TRACE_SIZE_MAX);
	if (!state && v->size < FUSIONDOCK_TRACE_SIZE(c->host->cpu_count, FUSIONDOCK_TRACE_EVENTS_MIN))
		mistake(c, v->node, "reg", "0x%lx bytes do not hold %d events for each of %u cores; take 0x10000",
			(unsigned long)v->size, FUSIONDOCK_TRACE_EVENTS_MIN, c->host->cpu_count);
}

static void read_events(struct check *c, struct view_desc *v, bool state)
{
	v->events = get_u32(c, v->node, "events", FUSIONDOCK_TRACE_ALL, true);
	if (state && fdt_getprop(c->fdt, v->node, "events", NULL))
		mistake(c, v->node, "events", "only for the trace view");
	if (v->events & ~FUSIONDOCK_TRACE_ALL)
		mistake(c, v->node, "events", "0x%x has bits of no event; all there are make 0x%x", v->events,
			FUSIONDOCK_TRACE_ALL);
}

static void read_view(struct check *c, struct system *s, int node)
{
	const char *name = fdt_get_name(c->fdt, node, NULL);
	const char *unit = name ? strchr(name, '@') : NULL;
	struct view_desc *v = name ? find(s, name, unit ? (int)(unit - name) : (int)strlen(name)) : NULL;
	uint64_t at = 0;
	int sub;

	if (!v) {
		mistake(c, node, NULL, "unknown node; there are state@ADDRESS and trace@ADDRESS");
		return;
	}
	if (v->used) {
		mistake(c, node, NULL, "this view stands twice");
		return;
	}
	v->used = true;
	v->node = node;
	check_properties(c, node, view_properties);
	fdt_for_each_subnode(sub, c->fdt, node)
		mistake(c, sub, NULL, "unknown node; views have properties only");
	if (get_window(c, node, "reg", &at, &v->size))
		check_size(c, v, v == &s->views[FUSIONDOCK_VIEW_STATE]);
	read_events(c, v, v == &s->views[FUSIONDOCK_VIEW_STATE]);
	v->at = ipa(at);
	v->read_only = get_vms(c, node, "read-only", false);
}

void read_views(struct check *c, struct system *s)
{
	int node, views = fdt_path_offset(c->fdt, "/views");

	if (views < 0)
		return;
	check_properties(c, views, views_properties);
	check_cells(c, views, 2, 2);
	fdt_for_each_subnode(node, c->fdt, views)
		read_view(c, s, node);
}
