/* SPDX-License-Identifier: Apache-2.0 */
#include "cases.h"

#include <string.h>

#define STREAM_FLOOR 0.8
#define ROUND_FLOOR 1.5
#define BELL_FLOOR 1.15
/* "No slower": what memcpy differs from itself from run to run is less than this. */
#define COPY_FLOOR 1.05

#define STREAM_FLOOR_FROM 4096u /* bytes; below it the hand-over, not the copy, is measured */
#define BATCH_BYTES (1u << 20)
#define ROUND_TURNS 400
#define BELL_TURNS 25

static unsigned int turns_of(unsigned int size)
{
	unsigned int turns = BATCH_BYTES / size;

	return turns > ROUND_TURNS ? ROUND_TURNS : turns < 4 ? 4 : turns;
}

static struct bench_case stream(unsigned int size, bool is_skewed)
{
	return (struct bench_case){
		.group = is_skewed ? "stream-skewed" : "stream",
		.subject = is_skewed ? BENCH_MESSAGE_SKEW : BENCH_MESSAGE_STREAM,
		.baseline = is_skewed ? BENCH_MEMCPY_SKEW : BENCH_MEMCPY_STREAM,
		.size = size,
		.turns = turns_of(size),
		.is_speed = true,
		.floor = size >= STREAM_FLOOR_FROM ? BENCH_AT_LEAST : BENCH_NO_FLOOR,
		.limit = STREAM_FLOOR,
	};
}

static struct bench_case round_trip(unsigned int size)
{
	return (struct bench_case){
		.group = "spin",
		.subject = BENCH_MESSAGE_ROUND,
		.baseline = BENCH_PINGPONG,
		.size = size,
		.turns = ROUND_TURNS,
		.needs_cores = true,
		.is_short = true,
		.floor = BENCH_AT_MOST,
		.limit = ROUND_FLOOR,
	};
}

static struct bench_case bell(unsigned int size)
{
	return (struct bench_case){
		.group = "doorbell",
		.subject = BENCH_BELL_ROUND,
		.baseline = BENCH_FUTEX_ROUND,
		.size = size,
		.turns = BELL_TURNS,
		.floor = BENCH_AT_MOST,
		.limit = BELL_FLOOR,
	};
}

static struct bench_case copy(enum bench_workload_id subject, unsigned int size)
{
	bool is_device = subject == BENCH_COPY_DEVICE;

	return (struct bench_case){
		.group = is_device ? "copy-device" : "copy-normal",
		.subject = subject,
		.baseline = BENCH_MEMCPY,
		.size = size,
		.turns = turns_of(size),
		.floor = is_device ? BENCH_NO_FLOOR : BENCH_AT_MOST,
		.limit = COPY_FLOOR,
	};
}

static unsigned int all_cases(struct bench_case cases[BENCH_CASES_MAX])
{
	static const unsigned int copy_sizes[] = {64, 1024, 16384, 262144, BENCH_SIZE_MAX};
	unsigned int n = 0;

	cases[n++] = round_trip(4);
	cases[n++] = round_trip(64);
	cases[n++] = bell(4);
	cases[n++] = bell(64);
	for (unsigned int size = 64; size <= BENCH_SIZE_MAX; size *= 2)
		cases[n++] = stream(size, false);
	for (unsigned int size = STREAM_FLOOR_FROM; size <= BENCH_SIZE_MAX; size *= 4)
		cases[n++] = stream(size, true);
	for (unsigned int i = 0; i < sizeof(copy_sizes) / sizeof(copy_sizes[0]); i++)
		cases[n++] = copy(BENCH_COPY_NORMAL, copy_sizes[i]);
	for (unsigned int i = 0; i < sizeof(copy_sizes) / sizeof(copy_sizes[0]); i++)
		cases[n++] = copy(BENCH_COPY_DEVICE, copy_sizes[i]);
	return n;
}

unsigned int bench_cases(struct bench_case cases[BENCH_CASES_MAX], const char *only)
{
	unsigned int count = all_cases(cases), kept = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (only == NULL || strcmp(cases[i].group, only) == 0)
			cases[kept++] = cases[i];
	}
	return kept;
}
