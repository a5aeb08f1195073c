/* SPDX-License-Identifier: Apache-2.0 */
/*
 * processes [MESSAGES [SEED]]: two processes, each a VM, and a region in each direction.
 * TAP. The memory is a memfd that each process maps for itself.
 *
 * One side attaches each region as Normal memory and the other as Device memory, so that
 * both ways to copy meet.
 */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stress.h"

#define VMS 2
#define PAGE 4096u
#define STILL_S 120u /* no message for so long, and the run has failed */

static const size_t sizes[VMS] = {4096, 2048 + 21}; /* of the region that VM n writes */
static const char *const names[VMS] = {"VM 0 to VM 1", "VM 1 to VM 0"};

struct shared {
	struct stress_bells bells;
	struct stress_count sent[VMS];
	struct stress_count received[VMS];
	_Alignas(PAGE) unsigned char region[VMS][PAGE];
};

static struct {
	uint64_t messages;
	uint64_t seed;
	int memory;
} run = {.messages = 100000, .seed = 1};

static struct shared *map(void)
{
	void *memory = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED,
			    run.memory, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return memory;
}

/* VM vm's end of the direction in which VM writer writes. */
static struct stress_end make_end(struct shared *shared, int writer, int vm)
{
	unsigned int flags = vm == 0 ? SHM_ATTACH_NORMAL : SHM_ATTACH_DEVICE;
	struct stress_end end = {
		.link = {.seed = run.seed + (uint64_t)writer * 0x5851f42d4c957f2du,
			 .max = (unsigned int)sizes[writer] - SHM_HEADER_SIZE,
			 .parts = STRESS_PARTS},
		.shm = (shm_info_s *)(void *)shared->region[writer],
		.name = names[writer],
		.self = vm,
		.peer = 1 - vm,
		.messages = run.messages,
		.count = vm == writer ? &shared->sent[writer] : &shared->received[writer],
	};

	if (shm_attach(end.shm, sizes[writer], flags) != SHM_OK)
		stress_fail(&end, 0, "the region could not be attached", SHM_E_PARAM);
	return end;
}

static _Noreturn void play(int vm)
{
	struct shared *shared = map();
	struct stress_end out = make_end(shared, vm, vm);
	struct stress_end in = make_end(shared, 1 - vm, vm);
	pthread_t writer;

	stress_port(&shared->bells);
	if (pthread_create(&writer, NULL, stress_write, &out) != 0)
		stress_fail(&out, 0, "no thread", SHM_OK);
	stress_read(&in);
	pthread_join(writer, NULL);
	_exit(0);
}

static uint64_t moved(const struct shared *shared)
{
	return __atomic_load_n(&shared->received[0].messages, __ATOMIC_RELAXED) +
	       __atomic_load_n(&shared->received[1].messages, __ATOMIC_RELAXED);
}

/* Waits for both. One that fails ends the other, and so does standing still. */
static bool supervise(const struct shared *shared, const pid_t vms[VMS])
{
	unsigned int running = VMS;
	unsigned int still = 0;
	uint64_t before = 0;
	bool is_good = true;

	while (running > 0 && is_good) {
		int status = 0;
		pid_t ended = waitpid(-1, &status, WNOHANG);

		if (ended > 0) {
			is_good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
			running--;
			continue;
		}
		usleep(100000);
		still = moved(shared) == before ? still + 1 : 0;
		before = moved(shared);
		if (still > STILL_S * 10)
			printf("# no message for %u s, %" PRIu64 " were moved\n", STILL_S, before);
		is_good = still <= STILL_S * 10;
	}
	for (int vm = 0; vm < VMS && !is_good; vm++)
		kill(vms[vm], SIGKILL);
	while (wait(NULL) > 0)
		;
	return is_good;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool judge(const struct shared *shared, bool is_good, double seconds)
{
	bool all = is_good;

	for (int i = 0; i < VMS; i++) {
		bool is_whole = shared->received[i].messages == run.messages &&
				shared->sent[i].messages == run.messages;

		stress_report(names[i], &shared->sent[i], &shared->received[i], seconds);
		printf("%sok %d - %s: %" PRIu64
		       " messages, none lost, repeated, reordered or altered\n",
		       is_good && is_whole ? "" : "not ", i + 1, names[i], run.messages);
		all = all && is_whole;
	}
	printf("1..%d\n", VMS);
	return all;
}

int main(int argc, char **argv)
{
	struct shared *shared;
	pid_t vms[VMS];
	double start;
	bool is_good;

	if (argc > 1)
		run.messages = strtoull(argv[1], NULL, 10);
	if (argc > 2)
		run.seed = strtoull(argv[2], NULL, 0);
	run.memory = memfd_create("shm_stress", MFD_CLOEXEC);
	if (run.messages == 0 || run.memory < 0 || ftruncate(run.memory, sizeof(*shared)) != 0) {
		fprintf(stderr, "usage: %s [MESSAGES [SEED]]\n", argv[0]);
		return 2;
	}
	shared = map();
	printf("# seed %" PRIu64 "\n", run.seed);
	for (int i = 0; i < VMS; i++)
		stress_region((shm_info_s *)(void *)shared->region[i], sizes[i]);
	fflush(stdout);
	start = now();
	for (int i = 0; i < VMS; i++) {
		vms[i] = fork();
		if (vms[i] == 0)
			play(i);
	}
	is_good = vms[0] > 0 && vms[1] > 0 && supervise(shared, vms);
	return judge(shared, is_good, now() - start) ? 0 : 1;
}
