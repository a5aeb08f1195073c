/* SPDX-License-Identifier: Apache-2.0 */
/* Who sleeps in the driver is woken by the interrupt itself, not by its thread. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "check.h"
#include "peer.h"

#define TURNS 10
#define CORE 1u   /* of the interrupt, the sleeper and what keeps that core */
#define KEEPER 60 /* SCHED_FIFO, above the interrupt's thread, which has 50 */
#define SLEEPER 70
#define GAP_MS 200u  /* from the doorbell before to the one that counts */
#define KEPT_MS 500u /* the longest; real-time tasks are throttled after 950 ms */

static int fd;
static atomic_bool woken;

static void run_on(unsigned int core, int priority)
{
	struct sched_param param = {.sched_priority = priority};
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(core, &one);
	CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
	if (priority)
		CHECK(sched_setscheduler(0, SCHED_FIFO, &param) == 0);
}

static void *sleeper(void *unused)
{
	run_on(CORE, SLEEPER);
	/* On a busy host both may have come by now: then this turn says nothing. */
	if (check_wait(fd, 10000 * MS) == 1 && check_wait(fd, 10000 * MS) == 1)
		atomic_store(&woken, true);
	return unused;
}

/* Whether the sleeper was woken while this had the core. */
static void *keeper(void *result)
{
	uint64_t end;

	run_on(CORE, KEEPER);
	end = check_now_ms() + KEPT_MS;
	while (!atomic_load(&woken) && check_now_ms() < end)
		;
	*(bool *)result = atomic_load(&woken);
	return NULL;
}

/* The doorbell's line goes to CORE. */
static void route(const char *cores)
{
	long irq = strtol(check_read_file("/sys/class/misc/mcs/doorbell_irqs"), NULL, 10);
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%ld/smp_affinity_list", irq);
	CHECK(irq > 0 && check_write_file(path, cores) == 0);
}

static bool one_turn(void)
{
	bool in_time = false;
	pthread_t threads[2];

	atomic_store(&woken, false);
	pthread_create(&threads[0], NULL, sleeper, NULL);
	check_sleep_ms(20);
	/* Two doorbells: the core is free for the first and kept from then on. */
	peer_start(2, 1, GAP_MS * 1000, 0);
	pthread_create(&threads[1], NULL, keeper, &in_time);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	CHECK(peer_settle());
	return in_time;
}

void check_direct(void)
{
	struct mcs_stats before, after;
	cpu_set_t all;
	int good = 0;

	sched_getaffinity(0, sizeof(all), &all);
	run_on(1 - CORE, 0);
	fd = check_open(O_RDWR);
	route("1");
	CHECK(peer_ring_once() && check_wait(fd, 0) == 1);
	CHECK(ioctl(fd, MCS_IOC_STATS, &before) == 0);
	for (int turn = 0; turn < TURNS; turn++)
		good += one_turn();
	CHECK(ioctl(fd, MCS_IOC_STATS, &after) == 0);
	printf("# %d of %d woken while the core was kept, %llu straight, the thread ran %llu "
	       "times\n",
	       good, TURNS, (unsigned long long)(after.direct - before.direct),
	       (unsigned long long)(after.threaded - before.threaded));
	/* The host may take time away from some turns; a thread would be late in all of them. */
	CHECK(good > TURNS / 2);
	CHECK(after.direct - before.direct >= (uint64_t)good && after.threaded == before.threaded);
	route("0-1");
	sched_setaffinity(0, sizeof(all), &all);
	close(fd);
}
