/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "cases.h"

#define BENCH_RUNS_MAX 32

struct bench_options {
	unsigned int runs;    /* medians are taken over these */
	unsigned int batches; /* of each of the two workloads, in a run */
	unsigned int samples; /* turns timed one by one, for a distribution */
	int cores[2];
	bool is_smoke;      /* a few turns only, to see that it works */
	const char *output; /* directory */
	const char *only;   /* a group of cases, or NULL */
};

struct bench_result {
	double subject_ns, baseline_ns; /* a turn, median of the runs */
	double ratio;                   /* median of the runs' ratios */
	double ratio_least, ratio_most;
	bool is_reached; /* the floor, true without one */
};

/*
 * Measures one case in one run: batches of subject and baseline in turn, so that what
 * disturbs one disturbs the other. Of each the lower quartile is taken: other programs of
 * this machine can make a batch longer, nothing makes it shorter.
 */
void measure_run(struct bench_side *side, const struct bench_case *which, unsigned int batches,
		 double *subject_ns, double *baseline_ns);

/* All cases, runs times over. */
void measure_all(struct bench_side *side, const struct bench_options *options,
		 const struct bench_case *cases, unsigned int count, struct bench_result *results);

#endif
