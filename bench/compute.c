/* SPDX-License-Identifier: Apache-2.0 */
/* Work that fills a core's integer units, which two threads of one core share; no memory. */
#include "bench.h"

#define STEPS 64u /* in a turn */

static void compute(unsigned int count)
{
	unsigned long a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;

	for (unsigned long i = 0; i < (unsigned long)count * STEPS; i++) {
		a += i;
		b ^= i;
		c += i;
		d ^= i;
		e += i;
		f ^= i;
		/* The compiler must not compute the sums at once. */
		__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f));
	}
}

void bench_compute_alone(struct bench_side *side, unsigned int size, unsigned int count)
{
	(void)side;
	(void)size;
	compute(count);
}

/* Over when both are. */
void bench_compute_driver(struct bench_side *side, unsigned int size, unsigned int count)
{
	(void)size;
	compute(count);
	bench_await(&side->shared->word, 1);
	bench_tell(&side->shared->word, 0);
}

void bench_compute_partner(struct bench_side *side, unsigned int size, unsigned int count)
{
	(void)size;
	compute(count);
	bench_tell(&side->shared->word, 1);
}
