/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pair.h"
#include "report.h"

#define EXIT_FLOOR 1
#define SMOKE_TURNS 8

void bench_fail(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("bench: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	exit(EXIT_TROUBLE);
}

static FILE *open_output(const struct bench_options *options, const char *name)
{
	char path[4096];
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/%s", options->output, name) >= (int)sizeof(path))
		bench_fail("--output %s: too long", options->output);
	file = fopen(path, "w");
	if (file == NULL)
		bench_fail("%s: %s; --output names a directory that exists", path, strerror(errno));
	return file;
}

static void close_output(FILE *file)
{
	if (fclose(file) != 0)
		bench_fail("output: %s", strerror(errno));
}

static bool bench(const struct bench_options *options)
{
	struct bench_case cases[BENCH_CASES_MAX];
	struct bench_result results[BENCH_CASES_MAX];
	unsigned int count = bench_cases(cases, options->only);
	FILE *json, *table, *throughput, *latency;
	bool pass = true;

	if (count == 0)
		bench_fail("--only %s: no such group; %s", options->only, BENCH_GROUPS);
	json = open_output(options, "bench.json");
	table = open_output(options, "bench.txt");
	throughput = open_output(options, "throughput.dat");
	latency = open_output(options, "latency.dat");
	for (unsigned int i = 0; options->is_smoke && i < count; i++)
		cases[i].turns = SMOKE_TURNS;
	measure_all(options, cases, count, results);
	report_table(stdout, cases, results, count);
	report_table(table, cases, results, count);
	report_json(json, options, cases, results, count);
	report_throughput(throughput, cases, results, count);
	report_latency(latency, pair_start(options->cores), options->samples);
	close_output(json);
	close_output(table);
	close_output(throughput);
	close_output(latency);
	for (unsigned int i = 0; i < count; i++)
		pass = pass && results[i].is_reached;
	printf("%s\n", pass ? "PASS: every floor is reached" : "FAIL: a floor is not reached");
	return pass;
}

static void usage(FILE *to)
{
	fputs("usage: shm_bench [--output DIR] [--cores A,B] [--runs N] [--only GROUP]\n"
	      "                 [--realtime] [--smoke]\n"
	      "Measures the library between two cores against bare memcpy, cache line ping-pong\n"
	      "and futexes; writes bench.json, bench.txt, throughput.dat and latency.dat.\n"
	      "--smoke measures just enough to see that it works. Exit status 0: every floor is\n"
	      "reached, 1: one is not, 2: it could not be measured. docs/bench.md\n",
	      to);
}

static unsigned int runs_of(const char *text)
{
	char *end;
	unsigned long runs = strtoul(text, &end, 10);

	if (*end != '\0' || runs < 1 || runs > BENCH_RUNS_MAX)
		bench_fail("--runs %s: not a number from 1 to %d", text, BENCH_RUNS_MAX);
	return (unsigned int)runs;
}

static void set_cores(struct bench_options *options, const char *text)
{
	char rest;

	if (sscanf(text, "%d,%d%c", &options->cores[0], &options->cores[1], &rest) != 2 ||
	    options->cores[0] == options->cores[1] || options->cores[0] < 0 ||
	    options->cores[1] < 0)
		bench_fail("--cores %s: not two different cores such as 0,1", text);
}

/* The partner inherits it. */
static void set_realtime(void)
{
	const struct sched_param param = {.sched_priority = 1};

	if (sched_setscheduler(0, SCHED_FIFO, &param) != 0)
		bench_fail("--realtime: %s; it needs CAP_SYS_NICE", strerror(errno));
}

static bool parse(struct bench_options *options, int argc, char **argv)
{
	static const struct option names[] = {
		{"output", required_argument, NULL, 'o'}, {"cores", required_argument, NULL, 'c'},
		{"runs", required_argument, NULL, 'r'},   {"only", required_argument, NULL, 'g'},
		{"realtime", no_argument, NULL, 't'},     {"smoke", no_argument, NULL, 's'},
		{"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (option) {
		case 'o':
			options->output = optarg;
			break;
		case 'c':
			set_cores(options, optarg);
			break;
		case 'r':
			options->runs = runs_of(optarg);
			break;
		case 'g':
			options->only = optarg;
			break;
		case 't':
			set_realtime();
			break;
		case 's':
			options->runs = 1;
			options->batches = 2;
			options->samples = SMOKE_TURNS;
			options->is_smoke = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			return false;
		}
	}
	return optind == argc;
}

int main(int argc, char **argv)
{
	struct bench_options options = {
		.runs = 5, .batches = 60, .samples = 20000, .cores = {-1, -1}, .output = "."};

	if (!parse(&options, argc, argv)) {
		usage(stderr);
		return EXIT_TROUBLE;
	}
	if (options.cores[0] < 0 && !pair_cores(options.cores))
		bench_fail("this process may use one core only, two are needed");
	return bench(&options) ? 0 : EXIT_FLOOR;
}
