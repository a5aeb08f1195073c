/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

static const char *verdict(const struct bench_case *which, const struct bench_result *result)
{
	if (which->floor == BENCH_NO_FLOOR)
		return "-";
	return result->is_reached ? "PASS" : "FAIL";
}

static void print_floor(FILE *to, const struct bench_case *which)
{
	if (which->floor == BENCH_NO_FLOOR)
		fprintf(to, " %8s", "-");
	else
		fprintf(to, "  %s %.2f",
			which->floor == BENCH_AT_LEAST ? ">=" : "<=", which->limit);
}

void report_table(FILE *to, const struct bench_case *cases, const struct bench_result *results,
		  unsigned int count)
{
	fprintf(to, "%-29s %8s %12s  %-21s %12s  %5s  %-13s %8s\n", "measured", "bytes", "ns",
		"against", "ns", "ratio", "of the runs", "floor");
	for (unsigned int i = 0; i < count; i++) {
		const struct bench_result *r = &results[i];

		fprintf(to, "%-29s %8u %12.1f  %-21s %12.1f  %5.2f  %5.2f .. %4.2f",
			bench_workloads[cases[i].subject].name, cases[i].size, r->subject_ns,
			bench_workloads[cases[i].baseline].name, r->baseline_ns, r->ratio,
			r->ratio_least, r->ratio_most);
		print_floor(to, &cases[i]);
		fprintf(to, "  %s\n", verdict(&cases[i], r));
	}
}

void report_throughput(FILE *to, const struct bench_case *cases, const struct bench_result *results,
		       unsigned int count)
{
	fprintf(to, "# bytes  shm_write/shm_read MB/s  memcpy MB/s\n");
	for (unsigned int i = 0; i < count; i++) {
		if (cases[i].subject != BENCH_MESSAGE_STREAM)
			continue;
		fprintf(to, "%u %.1f %.1f\n", cases[i].size,
			cases[i].size * 1e3 / results[i].subject_ns,
			cases[i].size * 1e3 / results[i].baseline_ns);
	}
}
