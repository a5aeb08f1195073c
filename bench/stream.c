/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One way, one message after the other: two plain memcpys handed over by one word, and
 * shm_write against shm_read. Both copy from the same source to the same destination.
 */
#include <string.h>

#include "bench.h"

void bench_memcpy_stream_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	struct bench_shared *shared = side->shared;

	for (unsigned int i = 0; i < count; i++) {
		bench_await(&shared->word, 0);
		memcpy(shared->buffer, side->source, size);
		bench_tell(&shared->word, 1);
	}
	bench_await(&shared->word, 0);
}

void bench_memcpy_stream_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	struct bench_shared *shared = side->shared;

	for (unsigned int i = 0; i < count; i++) {
		bench_await(&shared->word, 1);
		memcpy(side->drain, shared->buffer, size);
		bench_tell(&shared->word, 0);
	}
}

void bench_message_stream_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		bench_check(shm_write(side->source, size, SHM_DATA_STRING, side->out, 1),
			    "shm_write");
	/* The last one must have been read, as in the other stream. */
	while (__atomic_load_n(&side->out->op_type, __ATOMIC_ACQUIRE) == SHM_OP_READY_TO_READ)
		bench_relax();
}

void bench_message_stream_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		bench_check(shm_read(side->in, side->drain, size), "shm_read");
}
