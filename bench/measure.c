/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#include <stdlib.h>

#include "pair.h"
#include "stats.h"

#define QUARTILE 0.25
/* On a busy machine a run ends sooner than with all its batches. */
#define RUN_NS 1000000000u
#define BATCHES_LEAST 8u
#define TRIES 100u /* of a batch in which both sides are to sleep */

struct figures {
	double subject[BENCH_RUNS_MAX], baseline[BENCH_RUNS_MAX], ratio[BENCH_RUNS_MAX];
};

/* Whether both sides were asleep in nearly all turns of the last batch. */
static bool have_slept(const struct bench_side *side, unsigned int turns)
{
	const struct bench_rest *rest = side->shared->rest;

	turns -= turns / 8;
	return rest[0].sleeps >= turns && rest[1].sleeps >= turns;
}

static double turn_ns(struct bench_side *side, const struct bench_case *which,
		      enum bench_workload_id id)
{
	for (unsigned int i = 0; i < TRIES; i++) {
		uint64_t ns = pair_batch(side, id, which->size, which->turns);

		if (!bench_workloads[id].sleeps || have_slept(side, which->turns))
			return (double)ns / which->turns;
	}
	bench_fail("%s: the sides do not fall asleep, so no wake-up can be measured; "
		   "is the machine busy?",
		   bench_workloads[id].name);
}

void measure_run(struct bench_side *side, const struct bench_case *which, unsigned int batches,
		 double *subject_ns, double *baseline_ns)
{
	double *values = calloc(batches, 2 * sizeof(*values));
	double *subject, *baseline;
	uint64_t start;
	unsigned int i;

	if (values == NULL)
		bench_fail("no memory");
	subject = values;
	baseline = values + batches;
	/* One of each before, for caches and branch predictors. */
	turn_ns(side, which, which->subject);
	turn_ns(side, which, which->baseline);
	start = shm_counter();
	for (i = 0; i < batches && !(i >= BATCHES_LEAST && shm_counter() - start > RUN_NS); i++) {
		/* Each goes first in every second pair. */
		if (i % 2 == 0)
			subject[i] = turn_ns(side, which, which->subject);
		baseline[i] = turn_ns(side, which, which->baseline);
		if (i % 2 != 0)
			subject[i] = turn_ns(side, which, which->subject);
	}
	*subject_ns = stats_quantile(subject, i, QUARTILE);
	*baseline_ns = stats_quantile(baseline, i, QUARTILE);
	free(values);
}

static bool reached(const struct bench_case *which, double ratio)
{
	switch (which->floor) {
	case BENCH_AT_LEAST:
		return ratio >= which->limit;
	case BENCH_AT_MOST:
		return ratio <= which->limit;
	default:
		return true;
	}
}

static struct bench_result conclude(const struct bench_case *which, struct figures *figures,
				    unsigned int runs)
{
	struct bench_result result = {
		.subject_ns = stats_median(figures->subject, runs),
		.baseline_ns = stats_median(figures->baseline, runs),
		.ratio = stats_median(figures->ratio, runs),
		.ratio_least = stats_quantile(figures->ratio, runs, 0),
		.ratio_most = stats_quantile(figures->ratio, runs, 1),
	};

	result.is_reached = reached(which, result.ratio);
	return result;
}

void measure_all(struct bench_side *side, const struct bench_options *options,
		 const struct bench_case *cases, unsigned int count, struct bench_result *results)
{
	struct figures *figures = calloc(count, sizeof(*figures));

	if (figures == NULL)
		bench_fail("no memory");
	for (unsigned int run = 0; run < options->runs; run++) {
		for (unsigned int i = 0; i < count; i++) {
			double subject, baseline;

			measure_run(side, &cases[i], options->batches, &subject, &baseline);
			figures[i].subject[run] = subject;
			figures[i].baseline[run] = baseline;
			figures[i].ratio[run] =
				cases[i].is_speed ? baseline / subject : subject / baseline;
		}
	}
	for (unsigned int i = 0; i < count; i++)
		results[i] = conclude(&cases[i], &figures[i], options->runs);
	free(figures);
}
