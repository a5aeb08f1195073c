// SPDX-License-Identifier: Apache-2.0
/* A trace as a file: the view's own layout, with what could be read of it at one go. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

/* Slots that nothing could be read for keep kind NONE, which no core records. */
static void fill(const struct trace_view *view, const struct trace_item *items, size_t count,
		 char *bytes)
{
	const struct fusiondock_trace_header *header = &view->header;

	memcpy(bytes, header, sizeof(*header));
	for (unsigned int core = 0; core < header->cores; core++) {
		struct fusiondock_trace_ring *ring =
			(void *)(bytes + header->first + (size_t)header->stride * core);

		ring->written = view->rings[core].next;
		ring->mpidr = view->rings[core].ring->mpidr;
	}
	for (size_t i = 0; i < count; i++) {
		struct fusiondock_trace_ring *ring =
			(void *)(bytes + header->first + (size_t)header->stride * items[i].core);
		struct fusiondock_trace_event *events = (void *)(ring + 1);

		events[items[i].number % header->events] = items[i].event;
	}
}

bool trace_save(struct trace_view *view, FILE *file, uint64_t end)
{
	size_t size = view->header.first + (size_t)view->header.stride * view->header.cores, count;
	struct trace_item *items = calloc(trace_room(view), sizeof(items[0]));
	char *bytes = calloc(1, size);
	bool good = false;

	errno = ENOMEM;
	if (items != NULL && bytes != NULL) {
		count = trace_read(view, items, end);
		fill(view, items, count, bytes);
		good = fwrite(bytes, 1, size, file) == size && fflush(file) == 0;
	}
	free(items);
	free(bytes);
	return good;
}
