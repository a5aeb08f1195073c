/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader that gives long messages up: its bound is shorter than the writer needs. The
 * writer has the same bound and a clock that stands still. What the reader does get must
 * be whole and in order; what it gives up the writer sends no further.
 */
#include <stdlib.h>

#include "threads.h"

#define MAX 1008u
#define HASTE_US 3u

static bool writer_stops;
static bool writer_has_stopped;

static void *patient_writer(void *argument)
{
	struct stress_end *end = argument;
	unsigned char *message = malloc(STRESS_PARTS * MAX + 1);

	stress_port_stop_clock();
	for (uint64_t n = 0; !__atomic_load_n(&writer_stops, __ATOMIC_RELAXED); n++) {
		unsigned int len = stress_length(&end->link, n);
		int result;

		stress_fill(&end->link, n, message, len);
		result = shm_write(message, len, (int)(uint32_t)n, end->shm, end->peer);
		end->count->partials += result == SHM_E_PARTIAL;
		if (result != SHM_OK && result != SHM_E_PARTIAL)
			stress_fail(end, n, "it could not be sent", result);
	}
	__atomic_store_n(&writer_has_stopped, true, __ATOMIC_RELAXED);
	free(message);
	return NULL;
}

static void read_hastily(struct stress_end *end, unsigned char *message, uint64_t *next)
{
	unsigned int size = STRESS_PARTS * MAX + 1;
	unsigned int len = 0;
	int type = 0;
	int result = shm_receive(end->shm, message, size, &len, &type);
	const char *failure;

	end->count->partials += result == SHM_E_PARTIAL;
	end->count->timeouts += result == SHM_E_TIMEOUT;
	if (result == SHM_E_PARTIAL || result == SHM_E_TIMEOUT)
		return;
	if (result != SHM_OK || (uint64_t)type < *next)
		stress_fail(end, *next, "it was not read, or read again", result);
	failure = stress_judge(&end->link, (uint64_t)type, message, len, type);
	if (failure != NULL)
		stress_fail(end, (uint64_t)type, failure, result);
	*next = (uint64_t)type + 1;
	end->count->messages++;
	end->count->bytes += len;
	end->count->long_messages += len > end->link.max;
}

void threads_giving_up(void)
{
	struct stress_end out = {.name = "hasty reader", .peer = 1, .count = &threads_counts[0]};
	struct stress_end in;
	unsigned char *message = malloc(STRESS_PARTS * MAX + 1);
	double end_time = threads_now() + threads_seconds / 2.0;
	uint64_t next = 0;
	pthread_t writer;

	stress_port(&threads_bells);
	out.link = (struct stress_link){.seed = 9, .max = MAX, .parts = STRESS_PARTS};
	out.shm = threads_make_region(0, MAX, SHM_ATTACH_NORMAL);
	in = out;
	in.count = &threads_counts[1];
	shm_set_wait(out.shm, HASTE_US);
	threads_start(&writer, patient_writer, &out);
	while (threads_now() < end_time)
		read_hastily(&in, message, &next);
	__atomic_store_n(&writer_stops, true, __ATOMIC_RELAXED);
	while (!__atomic_load_n(&writer_has_stopped, __ATOMIC_RELAXED))
		read_hastily(&in, message, &next);
	pthread_join(writer, NULL);
	free(message);
	stress_report(out.name, &threads_counts[0], &threads_counts[1], threads_seconds / 2.0);
	if (threads_counts[1].messages == 0 || threads_counts[1].partials == 0)
		stress_fail(&in, next, "no message was read, or none was given up", SHM_OK);
}
