/* SPDX-License-Identifier: Apache-2.0 */
/* Round trips with both sides spinning: one word of one cache line, and a message each way. */
#include "bench.h"

void bench_pingpong_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	uint32_t *word = &side->shared->word;
	uint64_t since = bench_clock(side);

	(void)size;
	for (unsigned int i = 0; i < count; i++) {
		bench_tell(word, 1);
		bench_await(word, 0);
		bench_sample(side, i, &since);
	}
}

void bench_pingpong_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	uint32_t *word = &side->shared->word;

	(void)size;
	for (unsigned int i = 0; i < count; i++) {
		bench_await(word, 1);
		bench_tell(word, 0);
	}
}

static void send(struct bench_side *side, unsigned int size)
{
	bench_check(shm_write(side->source, size, SHM_DATA_STRING, side->out, !side->self),
		    "shm_write");
}

static void receive(struct bench_side *side, unsigned int size)
{
	bench_check(shm_read(side->in, side->drain, size), "shm_read");
}

void bench_message_round_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	uint64_t since = bench_clock(side);

	for (unsigned int i = 0; i < count; i++) {
		send(side, size);
		receive(side, size);
		bench_sample(side, i, &since);
	}
}

void bench_message_round_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		receive(side, size);
		send(side, size);
	}
}
