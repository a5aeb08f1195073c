/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "measure.h"

#include <alloca.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pair.h"
#include "stats.h"

#define QUARTILE 0.25
/* On a busy machine a run ends sooner than with all its batches. */
#define RUN_NS 1000000000u
#define BATCHES_LEAST 8u
#define TRIES 100u /* of a batch in which both sides are to sleep */
#define SHORT_FACTOR 15u
#define COMPUTE_TURNS 400u
#define COMPUTE_BATCHES 5u
/* Two threads of one core each take nearly twice as long, two cores as long as one. */
#define FULL_SPEED 1.15
#define CORES_TRIES 3000u
#define NO_CORES                                                                                   \
	"the two CPUs have no two cores to themselves: they are threads of one, or somebody else " \
	"works there; choose others with --cores"
#define CORES_REST_NS 20000000
#define STACK_SHIFT 720u /* bytes; five of them fall on five parts of a page */
#define CHUNK 20u        /* pairs of batches between two looks at the cores */

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

static double least_compute_ns(struct bench_side *side, enum bench_workload_id id)
{
	double least = INFINITY;

	for (unsigned int i = 0; i < COMPUTE_BATCHES; i++)
		least = fmin(least, (double)pair_batch(side, id, 0, COMPUTE_TURNS));
	return least;
}

/*
 * Whether two cores work for us alone. Not so when both CPUs are threads of one core, or when
 * somebody else works on the other thread of one of them: then it is half as fast, and a round trip
 * tells of that.
 */
static bool have_cores(struct bench_side *side)
{
	static double alone = INFINITY;

	alone = fmin(alone, least_compute_ns(side, BENCH_WORK_ALONE));
	return least_compute_ns(side, BENCH_WORK_BOTH) < alone * FULL_SPEED;
}

/* The host of a virtual machine decides, and thinks again now and then. */
static void await_cores(struct bench_side *side)
{
	const struct timespec rest = {.tv_nsec = CORES_REST_NS};

	for (unsigned int i = 0; !have_cores(side); i++) {
		if (i == CORES_TRIES)
			bench_fail("%s", NO_CORES);
		nanosleep(&rest, NULL);
	}
}

static void measure_pairs(struct bench_side *side, const struct bench_case *which, double *subject,
			  double *baseline, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		/* Each goes first in every second pair. */
		if (i % 2 == 0)
			subject[i] = turn_ns(side, which, which->subject);
		baseline[i] = turn_ns(side, which, which->baseline);
		if (i % 2 != 0)
			subject[i] = turn_ns(side, which, which->subject);
	}
}

/* Pairs before and behind which two cores worked for us alone. */
static void measure_quiet(struct bench_side *side, const struct bench_case *which, double *subject,
			  double *baseline, unsigned int count)
{
	for (unsigned int i = 0; i < CORES_TRIES; i++) {
		await_cores(side);
		measure_pairs(side, which, subject, baseline, count);
		if (have_cores(side))
			return;
	}
	bench_fail("%s", NO_CORES);
}

static void measure_case(struct bench_side *side, const struct bench_options *options,
			 const struct bench_case *which, double *subject_ns, double *baseline_ns)
{
	unsigned int batches = options->batches * (which->is_short ? SHORT_FACTOR : 1);
	double *values = calloc(batches, 2 * sizeof(*values));
	double *subject = values, *baseline = values + batches;
	uint64_t start;
	unsigned int i, chunk;

	if (values == NULL)
		bench_fail("no memory");
	/* One of each before, for caches and branch predictors. */
	turn_ns(side, which, which->subject);
	turn_ns(side, which, which->baseline);
	start = shm_counter();
	for (i = 0; i < batches && !(i >= BATCHES_LEAST && shm_counter() - start > RUN_NS);
	     i += chunk) {
		chunk = batches - i < CHUNK ? batches - i : CHUNK;
		if (which->needs_cores && !options->is_smoke)
			measure_quiet(side, which, subject + i, baseline + i, chunk);
		else
			measure_pairs(side, which, subject + i, baseline + i, chunk);
	}
	*subject_ns = stats_quantile(subject, i, QUARTILE);
	*baseline_ns = stats_quantile(baseline, i, QUARTILE);
	free(values);
}

static void measure_cases(const struct bench_options *options, const struct bench_case *cases,
			  unsigned int count, struct figures *figures, unsigned int run)
{
	/*
	 * Each run's stack lies elsewhere in its page: a core takes a load for one that waits for a
	 * store when they agree in the last 12 bits of the address, and the header lies at the
	 * start of a page.
	 */
	volatile char *shift = alloca(STACK_SHIFT * (run + 1));
	struct bench_side *side = pair_start(options->cores);

	shift[0] = 0;
	for (unsigned int i = 0; i < count; i++) {
		struct figures *those = &figures[i];

		measure_case(side, options, &cases[i], &those->subject[run], &those->baseline[run]);
		those->ratio[run] = cases[i].is_speed ? those->baseline[run] / those->subject[run]
						      : those->subject[run] / those->baseline[run];
	}
}

/* In a process of its own, which ends the program when it cannot. */
static void measure_run(const struct bench_options *options, const struct bench_case *cases,
			unsigned int count, struct figures *figures, unsigned int run)
{
	pid_t parent = getpid(), child = fork();
	int status;

	if (child < 0)
		bench_fail("fork: %s", strerror(errno));
	if (child > 0) {
		if (waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
		    WEXITSTATUS(status) != 0)
			exit(EXIT_TROUBLE); /* it has said why */
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		exit(EXIT_TROUBLE);
	measure_cases(options, cases, count, figures, run);
	exit(0);
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

void measure_all(const struct bench_options *options, const struct bench_case *cases,
		 unsigned int count, struct bench_result *results)
{
	size_t size = count * sizeof(struct figures);
	struct figures *figures =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (figures == MAP_FAILED)
		bench_fail("no memory");
	for (unsigned int run = 0; run < options->runs; run++)
		measure_run(options, cases, count, figures, run);
	for (unsigned int i = 0; i < count; i++)
		results[i] = conclude(&cases[i], &figures[i], options->runs);
	munmap(figures, size);
}
