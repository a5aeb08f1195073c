/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads [SECONDS]: both VMs as threads of one process, for the thread sanitizer. TAP.
 *
 * The sanitizer follows acquire and release, not fences: whether the full barriers suffice
 * is for the model and the arm64 code to show.
 */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "threads.h"

#define SECONDS 12u
#define BATCH 500u      /* messages between two looks at the clock */
#define DEADLINE_S 120u /* for a scenario that hangs */
#define MAX_0 1008u
#define MAX_1 517u
#define TABLE_REGIONS 8u

const char *__tsan_default_options(void);

const char *__tsan_default_options(void)
{
	return "halt_on_error=1:exitcode=66";
}

static _Alignas(64) unsigned char regions[2][2048];
struct stress_bells threads_bells;
struct stress_count threads_counts[4];
unsigned int threads_seconds = SECONDS;

double threads_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

shm_info_s *threads_make_region(int i, unsigned int max, unsigned int flags)
{
	shm_info_s *shm = (shm_info_s *)(void *)regions[i];

	stress_region(shm, max + SHM_HEADER_SIZE);
	if (shm_attach(shm, max + SHM_HEADER_SIZE, flags) != SHM_OK)
		exit(1);
	return shm;
}

void threads_start(pthread_t *thread, void *(*function)(void *), void *argument)
{
	if (pthread_create(thread, NULL, function, argument) != 0)
		exit(1);
}

/* Other regions come and go, all threads attach the same ones. */
static bool table_stops;

static void *use_table(void *unused)
{
	static _Alignas(16) unsigned char others[TABLE_REGIONS][32];

	(void)unused;
	while (!__atomic_load_n(&table_stops, __ATOMIC_RELAXED)) {
		for (unsigned int i = 0; i < TABLE_REGIONS; i++) {
			shm_info_s *shm = (shm_info_s *)(void *)others[i];

			if (shm_attach(shm, 32, i & 1) != SHM_OK)
				exit(1);
			shm_set_wait(shm, i);
			shm_detach(shm);
		}
		shm_set_wait(NULL, SHM_WAIT_FOREVER);
		shm_ipi_init();
		if (shm_ipi_status() != SHM_OK)
			exit(1);
		sched_yield();
	}
	return NULL;
}

/* How the ends of both regions wait, and the parts of the longest message. */
static const struct {
	unsigned int wait_us;
	unsigned int parts;
} batches[] = {
	{SHM_WAIT_FOREVER, STRESS_PARTS},
	{STRESS_LONG_US, STRESS_PARTS},
	{SHM_WAIT_OFF, 1},
	{20, 1},
};

static void set_batch(struct stress_end *end, unsigned int batch)
{
	end->link.parts = batches[batch].parts;
	shm_set_wait(end->shm, batches[batch].wait_us);
}

/* Rounds of all batches, writer and reader of both regions, until the time is over. */
static void run_batches(struct stress_end ends[4])
{
	double end_time = threads_now() + threads_seconds / 2.0;
	unsigned int batch = 0;

	do {
		pthread_t threads[4];

		for (int i = 0; i < 4; i++)
			set_batch(&ends[i], batch);
		batch = (batch + 1) % (sizeof(batches) / sizeof(batches[0]));
		for (int i = 0; i < 4; i++)
			threads_start(&threads[i], i % 2 == 0 ? stress_write : stress_read,
				      &ends[i]);
		for (int i = 0; i < 4; i++) {
			pthread_join(threads[i], NULL);
			ends[i].first += BATCH;
		}
	} while (threads_now() < end_time || batch != 0);
}

static void both_directions(void)
{
	static const char *const names[2] = {"thread 0 to 1", "thread 1 to 0"};
	const unsigned int max[2] = {MAX_0, MAX_1};
	struct stress_end ends[4];
	pthread_t table[2];

	stress_port(&threads_bells);
	for (int i = 0; i < 4; i++)
		ends[i] = (struct stress_end){
			.link = {.seed = (uint64_t)i / 2 + 1, .max = max[i / 2]},
			.shm = (shm_info_s *)(void *)regions[i / 2],
			.name = names[i / 2],
			.self = i % 2 == 0 ? i / 2 : 1 - i / 2,
			.peer = i % 2 == 0 ? 1 - i / 2 : i / 2,
			.messages = BATCH,
			.shares_wait = true,
			.count = &threads_counts[i],
		};
	threads_make_region(0, MAX_0, SHM_ATTACH_NORMAL);
	threads_make_region(1, MAX_1, SHM_ATTACH_DEVICE);
	for (int i = 0; i < 2; i++)
		threads_start(&table[i], use_table, NULL);
	run_batches(ends);
	__atomic_store_n(&table_stops, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++) {
		pthread_join(table[i], NULL);
		stress_report(names[i], &threads_counts[2 * i], &threads_counts[2 * i + 1],
			      threads_seconds / 2.0);
	}
}

/* In a process of its own, which the sanitizer or a failure may end. */
static bool scenario(int number, const char *name, void (*function)(void))
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		alarm(threads_seconds + DEADLINE_S);
		function();
		fflush(stdout);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		status = 1;
	printf("%sok %d - %s\n", status == 0 ? "" : "not ", number, name);
	return status == 0;
}

int main(int argc, char **argv)
{
	bool is_good;

	if (argc > 1)
		threads_seconds = (unsigned int)strtoul(argv[1], NULL, 10);
	is_good = scenario(1, "both directions at once, no data race", both_directions);
	is_good &= scenario(2, "a reader that gives up, no data race", threads_giving_up);
	printf("1..2\n");
	return is_good ? 0 : 1;
}
