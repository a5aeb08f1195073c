/* SPDX-License-Identifier: Apache-2.0 */
/* The end that sends. */
#include <stdlib.h>

#include "end.h"

static void send_one(struct stress_end *end, uint64_t number, unsigned char *message,
		     struct stress_random *random)
{
	unsigned int len = stress_length(&end->link, number);
	int result;

	stress_fill(&end->link, number, message, len);
	end_draw_wait(end, random, number);
	do
		result = shm_write(message, len, (int)(uint32_t)number, end->shm, end->peer);
	while (end_try_again(end, result));
	if (result != SHM_OK)
		stress_fail(end, number, "it could not be sent", result);
	end_count_message(end, len);
}

void *stress_write(void *argument)
{
	struct stress_end *end = argument;
	struct stress_random random = {.state = ~end->link.seed - end->first};
	struct end_buffer buffer;

	end_make_buffer(end, &buffer);
	for (uint64_t n = 0; n < end->messages; n++)
		send_one(end, end->first + n, buffer.bytes + stress_below(&random, END_ALIGNMENTS),
			 &random);
	free(buffer.bytes);
	return NULL;
}
