/* SPDX-License-Identifier: Apache-2.0 */
/* The two processes, and a batch done by them. */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include "bench.h"

/*
 * Starts the partner on core cores[1], pins the caller to cores[0] and makes the regions
 * (those of the default system, by the simulation's launcher). Returns the driver's side,
 * which is never freed; ends the program when it cannot. The partner ends with the caller.
 */
struct bench_side *pair_start(const int cores[2]);

/* ns that count turns of size bytes took; everybody is ready before. */
uint64_t pair_batch(struct bench_side *side, enum bench_workload_id id, unsigned int size,
		    unsigned int count);

/* The first two cores this process may use. False: there are no two. */
bool pair_cores(int cores[2]);

#endif
