/* SPDX-License-Identifier: Apache-2.0 */
/* What was measured, for people (table), programs (JSON) and gnuplot (data files). */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "measure.h"

void report_table(FILE *to, const struct bench_case *cases, const struct bench_result *results,
		  unsigned int count);
void report_json(FILE *to, const struct bench_options *options, const struct bench_case *cases,
		 const struct bench_result *results, unsigned int count);
/* Message size, MB/s of the messages, MB/s of the two memcpys. */
void report_throughput(FILE *to, const struct bench_case *cases, const struct bench_result *results,
		       unsigned int count);
/* Measures and writes, for each kind of round trip: a name, then lines of ns and share. */
void report_latency(FILE *to, struct bench_side *side, unsigned int samples);

#endif
