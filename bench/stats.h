/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Both sort values in place. share: 0 (least) .. 1 (greatest); count at least 1. */
double stats_quantile(double *values, size_t count, double share);
uint32_t stats_quantile_u32(uint32_t *values, size_t count, double share);

static inline double stats_median(double *values, size_t count)
{
	return stats_quantile(values, count, 0.5);
}

#endif
