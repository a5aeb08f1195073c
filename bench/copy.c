/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The copy loops alone, on one core: into a region and out of it again. All three work on
 * the same bytes, the payload of a region, so alignment and caches are the same.
 */
#include <string.h>

#include "bench.h"
#include "shm_copy.h"

/* Inline, so that each measures one of the loops and not the choice between them. */
static inline __attribute__((always_inline)) void copy(struct bench_side *side, unsigned int size,
						       unsigned int count, bool device)
{
	void *payload = shm_payload(side->out);

	for (unsigned int i = 0; i < count; i++) {
		shm_copy_in(payload, side->source, size, device);
		shm_copy_out(side->drain, payload, size, device);
	}
}

void bench_memcpy(struct bench_side *side, unsigned int size, unsigned int count)
{
	void *payload = shm_payload(side->out);

	for (unsigned int i = 0; i < count; i++) {
		memcpy(payload, side->source, size);
		/* The compiler must not join the two copies into one from the source. */
		__asm__ volatile("" ::: "memory");
		memcpy(side->drain, payload, size);
		__asm__ volatile("" ::: "memory");
	}
}

void bench_copy_normal(struct bench_side *side, unsigned int size, unsigned int count)
{
	copy(side, size, count, false);
}

void bench_copy_device(struct bench_side *side, unsigned int size, unsigned int count)
{
	copy(side, size, count, true);
}
