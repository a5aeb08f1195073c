/* SPDX-License-Identifier: Apache-2.0 */
/* Round trips timed one by one. Each holds one reading of the clock more than a bare one. */
#include <stdlib.h>

#include "pair.h"
#include "report.h"
#include "stats.h"

#define BATCH_MAX 250u
#define LINES 1000u /* of a distribution */

static const struct series {
	const char *name;
	enum bench_workload_id id;
	unsigned int size;
} series[] = {
	{"cache line ping-pong", BENCH_PINGPONG, 4},
	{"4 bytes, spinning", BENCH_MESSAGE_ROUND, 4},
	{"64 bytes, spinning", BENCH_MESSAGE_ROUND, 64},
	{"futex wake-up pair", BENCH_FUTEX_ROUND, 4},
	{"4 bytes, doorbell", BENCH_BELL_ROUND, 4},
	{"64 bytes, doorbell", BENCH_BELL_ROUND, 64},
};
#define SERIES (sizeof(series) / sizeof(series[0]))

static void put_distribution(FILE *to, const char *name, uint32_t *samples, unsigned int count)
{
	/* gnuplot: two empty lines end a series, a quoted line names it. */
	fprintf(to, "\"%s\"\n", name);
	for (unsigned int i = 0; i <= LINES; i++) {
		double share = (double)i / LINES;
		uint32_t value = i == 0 ? stats_quantile_u32(samples, count, 0)
					: samples[(size_t)((count - 1) * share + 0.5)];

		fprintf(to, "%u %.3f\n", value, share * 100);
	}
	fprintf(to, "\n\n");
}

void report_latency(FILE *to, struct bench_side *side, unsigned int samples)
{
	unsigned int turns = samples < BATCH_MAX ? samples : BATCH_MAX;
	unsigned int batches = samples / turns;
	uint32_t *memory = calloc((size_t)batches * turns * SERIES, sizeof(*memory));

	if (memory == NULL)
		bench_fail("no memory");
	for (unsigned int batch = 0; batch < batches; batch++) {
		for (unsigned int i = 0; i < SERIES; i++) {
			side->samples = memory + ((size_t)i * batches + batch) * turns;
			pair_batch(side, series[i].id, series[i].size, turns);
		}
	}
	side->samples = NULL;
	for (unsigned int i = 0; i < SERIES; i++)
		put_distribution(to, series[i].name, memory + (size_t)i * batches * turns,
				 batches * turns);
	free(memory);
}
