/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "cases.h"

#define BENCH_RUNS_MAX 32

struct bench_options {
	unsigned int runs;    /* medians are taken over these */
	unsigned int batches; /* of each of the two workloads, in a run; see bench_case.is_short */
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
 * All cases, runs times over. In a run batches of subject and baseline are made in turn, so that
 * what disturbs one disturbs the other, and of each the lower quartile is taken: other programs of
 * this machine can make a batch longer, nothing makes it shorter. Each run has processes and
 * regions of its own: where a region lies in memory changes how far its cache lines travel, for as
 * long as it lives.
 */
void measure_all(const struct bench_options *options, const struct bench_case *cases,
		 unsigned int count, struct bench_result *results);

#endif
