/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "sim_fault.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "fusiondock/state.h"
#include "sim_port.h"

static struct sim_control *control; /* NULL when there are no faults */
static unsigned int self;
static int events = -1;
static uint32_t counts[SIM_FAULT_MAX]; /* how often a fault's step was come to */
static uint32_t chance;
static bool has_died; /* in an earlier life: what ends or stops a VM does so once */

void sim_fault_init(struct sim_control *shared, unsigned int vm)
{
	const char *fd = getenv(SIM_ENV_EVENTS);

	self = vm;
	has_died = FUSIONDOCK_LIFE_EPOCH(shared->life[vm].life) > 1;
	events = fd != NULL ? atoi(fd) : -1;
	chance = shared->seed + vm;
	control = shared->fault_count > 0 && shared->fault_count <= SIM_FAULT_MAX ? shared : NULL;
}

/* 0 .. 99. A counter and a mixer, so that threads need no lock. */
static uint32_t dice(void)
{
	uint32_t x = __atomic_add_fetch(&chance, 0x9e3779b9u, __ATOMIC_RELAXED);

	x = (x ^ x >> 16) * 0x85ebca6bu;
	x = (x ^ x >> 13) * 0xc2b2ae35u;
	return (x ^ x >> 16) % 100;
}

/* Counts, and tells the count when the fault strikes this time, or 0. */
static uint32_t due(unsigned int i, enum sim_step step)
{
	const struct sim_fault *fault = &control->fault[i];
	uint32_t count;

	if (fault->vm != self || fault->step != step)
		return 0;
	count = __atomic_add_fetch(&counts[i], 1, __ATOMIC_RELAXED);
	if (fault->percent != 0)
		return dice() < fault->percent ? count : 0;
	return fault->nth == 0 || fault->nth == count ? count : 0;
}

static void tell(unsigned int i, uint32_t count, unsigned int target)
{
	struct sim_event event = {.fault = i, .count = count, .target = target};

	/* So short that a pipe takes it whole. A launcher that is gone needs no telling. */
	if (write(events, &event, sizeof(event)) < 0)
		return;
}

static void scribble(const struct sim_fault *fault)
{
	unsigned char *memory = sim_port_memory(&control->region[fault->region]);

	if (memory != NULL)
		__atomic_store_n((uint32_t *)(void *)(memory + fault->offset), fault->value,
				 __ATOMIC_RELEASE);
}

static void strike(const struct sim_fault *fault)
{
	/* kill() and not raise(): the whole VM, all its threads. */
	if (fault->kind == SIM_FAULT_FREEZE)
		kill(getpid(), SIGSTOP);
	else if (fault->kind == SIM_FAULT_KILL)
		kill(getpid(), SIGKILL);
	else if (fault->kind == SIM_FAULT_SCRIBBLE)
		scribble(fault);
}

static bool is_over(const struct sim_fault *fault)
{
	return has_died && (fault->kind == SIM_FAULT_FREEZE || fault->kind == SIM_FAULT_KILL);
}

static bool is_doorbell(const struct sim_fault *fault)
{
	return fault->kind <= SIM_FAULT_DUPLICATE;
}

void sim_fault_at(enum sim_step step)
{
	for (unsigned int i = 0; control != NULL && i < control->fault_count; i++) {
		uint32_t count = is_doorbell(&control->fault[i]) ? 0 : due(i, step);

		if (count == 0 || is_over(&control->fault[i]))
			continue;
		tell(i, count, self);
		strike(&control->fault[i]);
	}
}

bool sim_fault_takes_ring(unsigned int target)
{
	bool taken = false;

	sim_fault_at(SIM_STEP_RING);
	for (unsigned int i = 0; control != NULL && i < control->fault_count; i++) {
		const struct sim_fault *fault = &control->fault[i];
		uint32_t count = is_doorbell(fault) ? due(i, SIM_STEP_RING) : 0;

		if (count == 0)
			continue;
		/* What comes later is rung by the launcher: this program may end before. */
		tell(i, count, target);
		taken = taken || fault->kind != SIM_FAULT_DUPLICATE;
	}
	return taken;
}
