/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "pair.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "life.h"
#include "objects.h"
#include "sim_control.h"

#define PRIVATE_SIZE (BENCH_SIZE_MAX + 4096u)

_Static_assert(PRIVATE_SIZE >= BENCH_SIZE_MAX + BENCH_OFFSET_MAX, "room for the offset");

bool pair_cores(int cores[2])
{
	cpu_set_t set;
	int found = 0;

	if (sched_getaffinity(0, sizeof(set), &set) != 0)
		return false;
	for (int i = 0; i < CPU_SETSIZE && found < 2; i++) {
		if (CPU_ISSET((size_t)i, &set))
			cores[found++] = i;
	}
	return found == 2;
}

static void pin(int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)core, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		bench_fail("core %d: %s; choose two of this machine with --cores", core,
			   strerror(errno));
}

/* Written once, so that no page fault and no zero page is measured. */
static unsigned char *private_memory(void)
{
	void *memory = aligned_alloc(4096, PRIVATE_SIZE);

	if (memory == NULL)
		bench_fail("no memory");
	memset(memory, 0x5a, PRIVATE_SIZE);
	return memory;
}

static void open_regions(struct bench_side *side)
{
	struct shm_region region;
	int result;

	shm_ipi_init();
	bench_check(shm_ipi_status(), "shm_ipi_init");
	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		shm_info_s *shm = shm_map(&region, &result);

		bench_check(result, "shm_map");
		if ((region.flags & SHM_REGION_IS_WRITER) != 0) {
			side->out = shm;
			memset(shm->data, 0, BENCH_SIZE_MAX);
		} else {
			side->in = shm;
		}
	}
}

static void prepare(struct bench_side *side, unsigned int self, int core)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", self);
	if (setenv(SIM_ENV_VM, id, 1) != 0)
		bench_fail("no memory");
	pin(core);
	side->self = self;
	side->source = private_memory();
	side->drain = private_memory();
	open_regions(side);
}

__attribute__((noreturn)) static void partner(struct bench_side *side)
{
	struct bench_shared *shared = side->shared;

	for (uint32_t job = 1;; job++) {
		bench_await(&shared->posted, job);
		bench_tell(&shared->accepted, job);
		bench_workloads[shared->workload].partner(side, shared->size, shared->count);
		bench_tell(&shared->finished, job);
	}
}

/* Names are unlinked and a line is written: nothing that a signal handler may not do. */
static void end_early(int signal)
{
	static const char text[] = "bench: the partner process ended, so no figure is complete\n";

	if (signal == SIGCHLD && write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(3);
	objects_remove();
	_exit(2);
}

static void handle_signals(void (*handler)(int))
{
	static const int signals[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};

	for (unsigned int i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], handler);
}

struct bench_side *pair_start(const int cores[2])
{
	static struct bench_side side;
	pid_t parent = getpid();
	struct sim_control plan;
	pid_t child;

	side.shared = mmap(NULL, sizeof(*side.shared), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (side.shared == MAP_FAILED)
		bench_fail("shared memory: %s", strerror(errno));
	objects_default(&plan);
	if (!objects_create(&plan) || setenv(SIM_ENV_CONTROL, objects_control_name(), 1) != 0)
		bench_fail("the regions could not be made");
	atexit(objects_remove);
	/* A library that watches a peer which has not begun takes another path. */
	for (unsigned int vm = 0; vm < plan.vm_count; vm++)
		life_begin(vm);
	handle_signals(end_early);
	child = fork();
	if (child < 0)
		bench_fail("fork: %s", strerror(errno));
	if (child == 0) {
		handle_signals(SIG_DFL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(2);
		prepare(&side, 1, cores[1]);
		partner(&side);
	}
	prepare(&side, 0, cores[0]);
	memset(side.shared->buffer, 0, sizeof(side.shared->buffer));
	return &side;
}

uint64_t pair_batch(struct bench_side *side, enum bench_workload_id id, unsigned int size,
		    unsigned int count)
{
	const struct bench_workload *workload = &bench_workloads[id];
	struct bench_shared *shared = side->shared;
	static uint32_t job;
	uint64_t start, end;

	if (workload->partner != NULL) {
		shared->workload = id;
		shared->size = size;
		shared->count = count;
		bench_tell(&shared->posted, ++job);
		bench_await(&shared->accepted, job);
	}
	start = bench_clock(side);
	workload->driver(side, size, count);
	end = bench_clock(side);
	bench_await(&shared->finished, job);
	return end - start;
}
