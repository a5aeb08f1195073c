/* SPDX-License-Identifier: Apache-2.0 */
#include "stats.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int compare_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t rank(size_t count, double share)
{
	return (size_t)((double)(count - 1) * share + 0.5);
}

double stats_quantile(double *values, size_t count, double share)
{
	qsort(values, count, sizeof(*values), compare);
	return values[rank(count, share)];
}

uint32_t stats_quantile_u32(uint32_t *values, size_t count, double share)
{
	qsort(values, count, sizeof(*values), compare_u32);
	return values[rank(count, share)];
}
