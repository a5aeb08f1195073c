/* SPDX-License-Identifier: Apache-2.0 */
/* A peer that rings as fast as it can: nothing is lost, and the interrupt is held back. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "check.h"
#include "crowd.h"
#include "peer.h"

#define RINGS 40000u
#define BURST "/sys/module/mcs_km/parameters/burst"

/* A thread of higher priority than the interrupt's: while it runs, that one must not. */
static void *compute(void *arg)
{
	struct sched_param priority = {.sched_priority = 80};
	atomic_bool *stop = arg;

	pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
	for (int i = 0; i < 20 && !atomic_load(stop); i++) {
		uint64_t end = check_now_ms() + 20;

		while (check_now_ms() < end)
			;
		check_sleep_ms(20);
	}
	return NULL;
}

static const enum crowd_way ways[] = {CROWD_WAIT, CROWD_EDGE, CROWD_READ, CROWD_POLL};

/* Rings, as far apart as said, with that limit on the line. Returns how often it was held back. */
static long storm(const char *burst, unsigned int gap_us, uint32_t rings, long *interrupts)
{
	int fd = check_open(O_RDWR);
	struct mcs_stats before, after;

	CHECK(check_write_file(BURST, burst) == 0);
	CHECK(ioctl(fd, MCS_IOC_STATS, &before) == 0);
	*interrupts = crowd_run(ways, sizeof(ways) / sizeof(ways[0]), 0, rings, gap_us);
	CHECK(ioctl(fd, MCS_IOC_STATS, &after) == 0);
	close(fd);
	printf("# burst %s: %u rings %u us apart: %ld interrupts, %llu times throttled\n", burst,
	       rings, gap_us, *interrupts,
	       (unsigned long long)(after.throttled - before.throttled));
	return (long)(after.throttled - before.throttled);
}

void check_storm(void)
{
	int witness = check_open(O_RDWR);
	atomic_bool stop = false;
	pthread_t load;
	long interrupts;

	pthread_create(&load, NULL, compute, &stop);
	storm("64", 0, RINGS, &interrupts);
	storm("64", 20, RINGS / 4, &interrupts);
	/* With no burst at all each interrupt waits for its thread, and still none is lost. */
	CHECK(storm("0", 20, RINGS / 4, &interrupts) == interrupts);
	storm("1", 0, RINGS, &interrupts);
	CHECK(check_write_file(BURST, "64") == 0);
	atomic_store(&stop, true);
	pthread_join(load, NULL);
	/* Alive afterwards, on both vectors. */
	check_wait(witness, 0);
	CHECK(peer_ring_vector(0) && peer_ring_vector(1) && check_wait(witness, 0) == 2);
	close(witness);
}
