/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends messages to the peer, which sends each back when this side is asleep, and counts context
 * switches.
 *
 *	mcs_cost WAY MESSAGES
 *
 * WAY: wait (sleeps in shm_wait_ipi before it receives), receive (shm_receive waits by itself),
 * poll (sleeps in poll before it receives), or spin (never sleeps). Before the messages it says
 * "mcs_cost: start" and behind them "mcs_cost: end", and waits for a line each time, so that
 * whoever drives it can read the base's counters.
 */
#define _GNU_SOURCE

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "fusiondock/mcs.h"
#include "linux_shm.h"
#include "ringer.h"

#define PEER 1
#define PATIENCE_MS 10000

static shm_info_s *map(unsigned int flag)
{
	struct shm_region region;
	shm_info_s *shm;

	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		if (!(region.flags & flag))
			continue;
		shm = shm_map(&region, NULL);
		if (shm)
			return shm;
	}
	fprintf(stderr, "mcs_cost: no region\n");
	exit(2);
}

enum way { WAIT, RECEIVE, POLL, SPIN };
static const char *const names[] = {"wait", "receive", "poll", "spin"};

/* Until a doorbell, in the way that is measured. */
static void wait_first(enum way way)
{
	struct pollfd p = {.fd = linux_shm_fd(), .events = POLLIN};

	if (way == POLL)
		poll(&p, 1, PATIENCE_MS);
	if (way == POLL || way == WAIT)
		shm_wait_ipi(way == WAIT ? SHM_WAIT_FOREVER : 0);
}

static int one(shm_info_s *out, shm_info_s *in, enum way way)
{
	uint64_t value = shm_counter(), back = 0;
	int result = shm_write(&value, sizeof(value), RINGER_LATE, out, PEER);

	if (result != SHM_OK)
		return result;
	wait_first(way);
	result = shm_receive(in, &back, sizeof(back), NULL, NULL);
	return result == SHM_OK && back != value ? SHM_E_PARTIAL : result;
}

static void say_and_wait(const char *what)
{
	printf("mcs_cost: %s\n", what);
	while (getchar() != '\n' && !feof(stdin))
		;
}

/* Those of the interrupt's threads too: they are the driver's. */
static long switches_of_threads(void)
{
	FILE *list = popen("cat /proc/[0-9]*/status", "re");
	long sum = 0, value;
	char line[256];
	int ours = 0;

	while (list && fgets(line, sizeof(line), list)) {
		if (strncmp(line, "Name:", 5) == 0)
			ours = strstr(line, "-mcs.") != NULL;
		else if (ours && sscanf(line, "voluntary_ctxt_switches: %ld", &value) == 1)
			sum += value;
	}
	if (list)
		pclose(list);
	return sum;
}

int main(int argc, char **argv)
{
	enum way way = WAIT;
	unsigned int count = argc > 2 ? (unsigned int)atoi(argv[2]) : 1000;
	struct rusage before, after;
	shm_info_s *out, *in;
	uint64_t start, ticks;
	long threads;
	int result = SHM_OK;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while (way <= SPIN && argc > 1 && strcmp(argv[1], names[way]) != 0)
		way++;
	if (way > SPIN || count == 0) {
		fprintf(stderr, "usage: mcs_cost wait|receive|poll|spin MESSAGES\n");
		return 2;
	}
	shm_ipi_init();
	out = map(SHM_REGION_IS_WRITER);
	in = map(SHM_REGION_IS_READER);
	shm_set_wait(NULL, PATIENCE_MS * 1000);
	linux_shm_set_spin(way == SPIN ? LINUX_SHM_SPIN_ONLY : 0);
	threads = switches_of_threads();
	say_and_wait("start");
	getrusage(RUSAGE_SELF, &before);
	start = shm_counter();
	for (unsigned int i = 0; i < count && result == SHM_OK; i++)
		result = one(out, in, way);
	ticks = shm_counter() - start;
	getrusage(RUSAGE_SELF, &after);
	say_and_wait("end");
	threads = switches_of_threads() - threads;
	if (result != SHM_OK) {
		printf("mcs_cost: failed: %s\n", shm_strerror(result));
		return 1;
	}
	printf("mcs_cost: %s, %u messages there and back: voluntary switches %ld, involuntary %ld, "
	       "of the interrupt threads %ld, %llu us a round\n",
	       names[way], count, after.ru_nvcsw - before.ru_nvcsw,
	       after.ru_nivcsw - before.ru_nivcsw, threads,
	       (unsigned long long)(ticks * 1000000 / shm_counter_frequency() / count));
	return 0;
}
