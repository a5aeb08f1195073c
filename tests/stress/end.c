/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two ends of a direction. Each message draws how its call waits, how its buffer is
 * aligned, and what is tried before. A bound that may run out is used for short messages
 * only: one that runs out in a long message ends it, and tests of that are in
 * giving_up.c and tests/unit.
 */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "end.h"

_Noreturn void stress_fail(const struct stress_end *end, uint64_t number, const char *failure,
			   int result)
{
	unsigned int len = stress_length(&end->link, number);

	printf("# %s, message %llu of %u bytes (max_size %u): %s; result %d, %s\n", end->name,
	       (unsigned long long)number, len, end->link.max, failure, result,
	       shm_strerror(result));
	fflush(stdout);
	_exit(1);
}

void end_make_buffer(const struct stress_end *end, struct end_buffer *buffer)
{
	buffer->size = (size_t)STRESS_PARTS * end->link.max + 1 + END_ALIGNMENTS;
	buffer->bytes = calloc(1, buffer->size);
	if (buffer->bytes == NULL)
		stress_fail(end, 0, "no memory", SHM_OK);
}

void end_add(uint64_t *counter, uint64_t amount)
{
	__atomic_store_n(counter, *counter + amount, __ATOMIC_RELAXED);
}

void end_count_message(struct stress_end *end, unsigned int len)
{
	end_add(&end->count->bytes, len);
	end_add(&end->count->long_messages, len > end->link.max);
	end_add(&end->count->messages, 1);
}

/* Any wait for a short message; for a long one none that could run out half way. */
static unsigned int choose_wait(struct stress_random *random, bool is_long)
{
	switch (stress_below(random, 4)) {
	case 0:
		return SHM_WAIT_OFF;
	case 1:
		return is_long ? STRESS_LONG_US : 1 + stress_below(random, 50);
	case 2:
		return STRESS_LONG_US;
	default:
		return SHM_WAIT_FOREVER;
	}
}

void end_draw_wait(const struct stress_end *end, struct stress_random *random, uint64_t number)
{
	bool is_long = stress_length(&end->link, number) > end->link.max;

	if (!end->shares_wait)
		shm_set_wait(end->shm, choose_wait(random, is_long));
}

/* Whether the result asks for another try, which waits. */
bool end_try_again(struct stress_end *end, int result)
{
	switch (result) {
	case SHM_E_TIMEOUT:
		end_add(&end->count->timeouts, 1);
		return true;
	case SHM_E_WAIT_OFF:
		shm_set_wait(end->shm, SHM_WAIT_FOREVER);
		end_add(&end->count->refusals, 1);
		return true;
	case SHM_E_BUSY:
		sched_yield();
		end_add(&end->count->refusals, 1);
		return true;
	default:
		return false;
	}
}

void stress_region(shm_info_s *shm, size_t size)
{
	const shm_info_s header = {.max_size = (unsigned int)(size - SHM_HEADER_SIZE)};

	memcpy(shm, &header, sizeof(header));
}

void stress_report(const char *direction, const struct stress_count *sent,
		   const struct stress_count *received, double seconds)
{
	printf("# %s: %llu messages (%llu long), %.1f GB in %.1f s, %.0f messages/s\n", direction,
	       (unsigned long long)received->messages, (unsigned long long)received->long_messages,
	       (double)received->bytes / 1e9, seconds, (double)received->messages / seconds);
	printf("# %s: tried again after %llu timeouts, %llu refusals; %llu buffers too small, "
	       "%llu peeks, %llu given up\n",
	       direction, (unsigned long long)(sent->timeouts + received->timeouts),
	       (unsigned long long)(sent->refusals + received->refusals),
	       (unsigned long long)received->too_long, (unsigned long long)received->peeks,
	       (unsigned long long)(sent->partials + received->partials));
}
