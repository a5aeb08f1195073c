// SPDX-License-Identifier: Apache-2.0
#include "ping.h"

#include <inttypes.h>
#include <stdlib.h>

#define BAR 40u
#define NS_PER_S 1000000000u

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Seconds and the rest apart, as the product would overflow. */
static uint64_t ns(uint64_t ticks)
{
	uint64_t hz = shm_counter_frequency();

	return ticks / hz * NS_PER_S + ticks % hz * NS_PER_S / hz;
}

uint64_t ping_percentile(const struct ping *ping, uint64_t permille)
{
	uint64_t rank = ((uint64_t)ping->done * permille + 999) / 1000;

	return ns(ping->ticks[rank > 0 ? rank - 1 : 0]);
}

static uint64_t mean(const struct ping *ping)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < ping->done; i++)
		sum += ns(ping->ticks[i]);
	return sum / ping->done;
}

static unsigned int bucket(uint64_t time)
{
	return time > 1 ? 63u - (unsigned int)__builtin_clzll(time) : 0;
}

static void count_buckets(const struct ping *ping, unsigned int *counts)
{
	for (unsigned int i = 0; i < ping->done; i++)
		counts[bucket(ns(ping->ticks[i]))]++;
}

static void text_time(const char *name, uint64_t time)
{
	printf("%-6s %8" PRIu64 ".%03" PRIu64 " us\n", name, time / 1000, time % 1000);
}

static void text_histogram(const unsigned int *counts)
{
	unsigned int highest = 1;

	for (unsigned int i = 0; i < PING_BUCKETS; i++)
		highest = counts[i] > highest ? counts[i] : highest;
	for (unsigned int i = 0; i < PING_BUCKETS; i++) {
		unsigned int bar = (unsigned int)((uint64_t)counts[i] * BAR / highest);

		if (counts[i] == 0)
			continue;
		printf("from %10" PRIu64 ".%03u us %8u ", (UINT64_C(1) << i) / 1000,
		       (unsigned int)((UINT64_C(1) << i) % 1000), counts[i]);
		for (unsigned int n = 0; n < (bar > 0 ? bar : 1); n++)
			putchar('#');
		putchar('\n');
	}
}

static void text(const struct ping *ping, const unsigned int *counts)
{
	printf("VM %u: %u sent, %u answered, %u bytes each way\n", ping->out.region.reader,
	       ping->sent, ping->done, ping->length);
	if (ping->silent > 0)
		printf("answers without a doorbell: %u\n", ping->silent);
	if (ping->strangers > 0)
		printf("messages that were no answers: %u\n", ping->strangers);
	if (ping->done == 0)
		return;
	text_time("min", ns(ping->ticks[0]));
	text_time("mean", mean(ping));
	text_time("p50", ping_percentile(ping, 500));
	text_time("p99", ping_percentile(ping, 990));
	text_time("p99.9", ping_percentile(ping, 999));
	text_time("max", ping_percentile(ping, 1000));
	text_histogram(counts);
}

static void json_times(const struct ping *ping)
{
	printf(" \"min\": %" PRIu64 ", \"mean\": %" PRIu64 ", \"p50\": %" PRIu64 ",\n",
	       ns(ping->ticks[0]), mean(ping), ping_percentile(ping, 500));
	printf(" \"p99\": %" PRIu64 ", \"p99.9\": %" PRIu64 ", \"max\": %" PRIu64 ",\n",
	       ping_percentile(ping, 990), ping_percentile(ping, 999), ping_percentile(ping, 1000));
}

static void json_histogram(const unsigned int *counts)
{
	const char *comma = "";

	for (unsigned int i = 0; i < PING_BUCKETS; i++) {
		if (counts[i] == 0)
			continue;
		printf("%s\n  {\"from\": %" PRIu64 ", \"count\": %u}", comma, UINT64_C(1) << i,
		       counts[i]);
		comma = ",";
	}
}

/* In short lines: a VM's console is no place for long ones. */
static void json(const struct ping *ping, const unsigned int *counts)
{
	printf("{\"vm\": %u, \"bytes\": %u, \"sent\": %u, \"answered\": %u,\n",
	       ping->out.region.reader, ping->length, ping->sent, ping->done);
	printf(" \"without_doorbell\": %u, \"strangers\": %u, \"unit\": \"ns\",\n", ping->silent,
	       ping->strangers);
	if (ping->done > 0)
		json_times(ping);
	fputs(" \"histogram\": [", stdout);
	json_histogram(counts);
	puts("]}");
}

void ping_report(struct ping *ping, enum ping_form form)
{
	static void (*const tell[])(const struct ping *ping, const unsigned int *counts) = {
		[PING_TEXT] = text, [PING_JSON] = json, [PING_SVG] = ping_svg};
	unsigned int counts[PING_BUCKETS] = {0};

	qsort(ping->ticks, ping->done, sizeof(ping->ticks[0]), compare);
	count_buckets(ping, counts);
	tell[form](ping, counts);
}
