/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One way, one message after the other: two plain memcpys handed over by one word, and
 * shm_write against shm_read.
 *
 * A region's payload begins 16 bytes behind a cache line. A caller's buffer that does so
 * too is aligned with it; one that begins with a cache line is not, and a copy between
 * the two is slower on many processors, whoever makes it. So there is a pair for each.
 */
#include <string.h>

#include "bench.h"

#define PAYLOAD_OFFSET SHM_HEADER_SIZE

static void memcpy_driver(struct bench_side *side, unsigned int size, unsigned int count,
			  unsigned int offset)
{
	struct bench_shared *shared = side->shared;

	for (unsigned int i = 0; i < count; i++) {
		bench_await(&shared->word, 0);
		memcpy(shared->buffer + offset, side->source, size);
		bench_tell(&shared->word, 1);
	}
	bench_await(&shared->word, 0);
}

static void memcpy_partner(struct bench_side *side, unsigned int size, unsigned int count,
			   unsigned int offset)
{
	struct bench_shared *shared = side->shared;

	for (unsigned int i = 0; i < count; i++) {
		bench_await(&shared->word, 1);
		memcpy(side->drain, shared->buffer + offset, size);
		bench_tell(&shared->word, 0);
	}
}

static void message_driver(struct bench_side *side, unsigned int size, unsigned int count,
			   unsigned int offset)
{
	for (unsigned int i = 0; i < count; i++)
		bench_check(shm_write(side->source + offset, size, SHM_DATA_STRING, side->out, 1),
			    "shm_write");
	/* The last one must have been read, as in the other stream. */
	while (__atomic_load_n(&side->out->op_type, __ATOMIC_ACQUIRE) == SHM_OP_READY_TO_READ)
		bench_relax();
}

static void message_partner(struct bench_side *side, unsigned int size, unsigned int count,
			    unsigned int offset)
{
	for (unsigned int i = 0; i < count; i++)
		bench_check(shm_read(side->in, side->drain + offset, size), "shm_read");
}

void bench_memcpy_stream_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	memcpy_driver(side, size, count, 0);
}

void bench_memcpy_stream_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	memcpy_partner(side, size, count, 0);
}

void bench_memcpy_skew_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	memcpy_driver(side, size, count, PAYLOAD_OFFSET);
}

void bench_memcpy_skew_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	memcpy_partner(side, size, count, PAYLOAD_OFFSET);
}

void bench_message_stream_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	message_driver(side, size, count, PAYLOAD_OFFSET);
}

void bench_message_stream_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	message_partner(side, size, count, PAYLOAD_OFFSET);
}

void bench_message_skew_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	message_driver(side, size, count, 0);
}

void bench_message_skew_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	message_partner(side, size, count, 0);
}
