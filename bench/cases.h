/* SPDX-License-Identifier: Apache-2.0 */
/* What is compared with what, and which ratio must be reached. */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

#include "bench.h"

enum bench_floor {
	BENCH_NO_FLOOR, /* for information */
	BENCH_AT_LEAST, /* speed: baseline's time / subject's time */
	BENCH_AT_MOST   /* cost: subject's time / baseline's time */
};

struct bench_case {
	const char *group;
	enum bench_workload_id subject, baseline;
	unsigned int size;  /* bytes of a message */
	unsigned int turns; /* in a batch: short enough to fall between two disturbances */
	bool is_speed;      /* which of the two ratios */
	bool needs_cores;   /* at full speed, not two threads of one or shared with somebody else */
	bool is_short;      /* its batches, so more of them are made: few would see one mood of the
			       machine */
	enum bench_floor floor;
	double limit;
};

#define BENCH_CASES_MAX 64

#define BENCH_GROUPS "there are spin, doorbell, stream, stream-skewed, copy-normal, copy-device"

/* Fills cases, with those of one group if only is not NULL; returns how many. */
unsigned int bench_cases(struct bench_case cases[BENCH_CASES_MAX], const char *only);

#endif
