/* SPDX-License-Identifier: Apache-2.0 */
/* The end that receives, and judges what it gets. */
#include <stdlib.h>
#include <string.h>

#include "end.h"

#define BELL_TIMEOUT_US 60000000u
#define UNTOUCHED 0x5au

/* With the wait off, sleeps until the doorbell rings; a ring that is lost is a failure. */
static void await_bell(struct stress_end *end, uint64_t number)
{
	int result = shm_wait_ipi(BELL_TIMEOUT_US);

	end_add(&end->count->refusals, 1);
	if (result != SHM_OK)
		stress_fail(end, number, "the doorbell did not ring", result);
}

/* Whether there was no message yet; then one may be there now. */
static bool was_empty(struct stress_end *end, uint64_t number, int result)
{
	if (result == SHM_E_EMPTY)
		await_bell(end, number);
	return result == SHM_E_EMPTY || end_try_again(end, result);
}

/* The message must stay, and the buffer must not be touched. */
static void read_too_small(struct stress_end *end, uint64_t number, unsigned char *message,
			   struct stress_random *random)
{
	unsigned int len = stress_length(&end->link, number);
	int result;

	if (len == 0)
		return;
	memset(message, UNTOUCHED, len);
	end_draw_wait(end, random, number);
	do
		result = shm_read(end->shm, message, stress_below(random, len));
	while (was_empty(end, number, result));
	if (result != SHM_E_TOO_LONG)
		stress_fail(end, number, "it was read into a buffer too small for it", result);
	for (unsigned int i = 0; i < len; i++) {
		if (message[i] != UNTOUCHED)
			stress_fail(end, number, "a failed read touched the buffer", result);
	}
	end_add(&end->count->too_long, 1);
}

static void peek(struct stress_end *end, uint64_t number)
{
	unsigned int len = 0;
	int type = 0;
	int result = shm_peek(end->shm, &len, &type);

	if (result == SHM_E_EMPTY)
		return;
	if (result != SHM_OK || len != stress_length(&end->link, number) ||
	    type != (int)(uint32_t)number)
		stress_fail(end, number, "peek saw another message", result);
	end_add(&end->count->peeks, 1);
}

static void receive(struct stress_end *end, uint64_t number, unsigned char *message)
{
	unsigned int size = stress_length(&end->link, number);
	const char *failure;
	unsigned int len = 0;
	int type = 0;
	int result;

	do
		result = shm_receive(end->shm, message, size, &len, &type);
	while (was_empty(end, number, result));
	if (result != SHM_OK)
		stress_fail(end, number, "it could not be read", result);
	failure = stress_judge(&end->link, number, message, len, type);
	if (failure != NULL)
		stress_fail(end, number, failure, result);
	end_count_message(end, len);
}

static void receive_one(struct stress_end *end, uint64_t number, unsigned char *message,
			struct stress_random *random)
{
	if (stress_below(random, 64) == 0)
		read_too_small(end, number, message, random);
	else if (stress_below(random, 16) == 0)
		peek(end, number);
	end_draw_wait(end, random, number);
	receive(end, number, message);
}

void *stress_read(void *argument)
{
	struct stress_end *end = argument;
	struct stress_random random = {.state = end->link.seed + end->first};
	struct end_buffer buffer;

	stress_port_self(end->self);
	end_make_buffer(end, &buffer);
	for (uint64_t n = 0; n < end->messages; n++)
		receive_one(end, end->first + n,
			    buffer.bytes + stress_below(&random, END_ALIGNMENTS), &random);
	free(buffer.bytes);
	return NULL;
}
