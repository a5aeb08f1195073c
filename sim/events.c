/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "events.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bell.h"
#include "objects.h"
#include "vms.h"

#define LATER_MAX 256 /* doorbells under way at once; more than that are rung at once */

/* Something to do at a time: ring (target), thaw (vm), or scribble (fault). */
struct later {
	enum { LATER_RING, LATER_THAW, LATER_SCRIBBLE } what;
	uint64_t due_ms;
	unsigned int index;
};

static struct later agenda[LATER_MAX];
static unsigned int agenda_count;
static int read_end = -1;
static bool has_struck[SIM_FAULT_MAX];
static const struct sim_fault *freeze[FUSIONDOCK_VM_MAX]; /* told, not yet seen to stop */

static const char *const kind_names[SIM_FAULT_KINDS] = {
	"drop-doorbell", "delay-doorbell", "duplicate-doorbell", "freeze", "kill", "scribble"};

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static void scribble(const struct sim_fault *fault)
{
	__atomic_store_n((uint32_t *)(void *)(objects_region(fault->region) + fault->offset),
			 fault->value, __ATOMIC_RELEASE);
}

static void do_it(const struct later *later)
{
	const struct sim_fault *fault = &objects_control()->fault[later->index % SIM_FAULT_MAX];

	switch (later->what) {
	case LATER_RING:
		bell_ring(&objects_control()->bell[later->index]);
		break;
	case LATER_THAW:
		printf("[sim] VM %u goes on\n", later->index);
		vms[later->index].is_frozen = false;
		kill(vms[later->index].pid, SIGCONT);
		break;
	case LATER_SCRIBBLE:
		scribble(fault);
		has_struck[later->index] = true;
		printf("[sim] scribble: region %u, offset %u is 0x%x, %u ms after the start\n",
		       fault->region, fault->offset, fault->value, fault->ms);
		break;
	}
}

/* Not before ms have passed: now_ms() is rounded down, so one more. */
static void add(struct later later, uint32_t ms)
{
	later.due_ms = now_ms() + ms + 1;
	if (agenda_count == LATER_MAX)
		do_it(&later);
	else
		agenda[agenda_count++] = later;
}

int events_open(void)
{
	const struct sim_control *control = objects_control();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) || fcntl(fds[0], F_SETFL, O_NONBLOCK)) {
		fprintf(stderr, "sim: pipe: %s\n", strerror(errno));
		return -1;
	}
	read_end = fds[0];
	for (unsigned int i = 0; i < control->fault_count; i++) {
		if (control->fault[i].step == SIM_STEP_NONE)
			add((struct later){.what = LATER_SCRIBBLE, .index = i},
			    control->fault[i].ms);
	}
	return fds[1];
}

int events_fd(void)
{
	return read_end;
}

static void print_event(const struct sim_fault *fault, const struct sim_event *event)
{
	printf("[sim] %s: VM %u, %s %u", kind_names[fault->kind], fault->vm,
	       sim_step_name((enum sim_step)fault->step), event->count);
	if (fault->kind <= SIM_FAULT_DUPLICATE)
		printf(" of VM %u", event->target);
	if (fault->kind == SIM_FAULT_SCRIBBLE)
		printf(": region %u, offset %u is 0x%x", fault->region, fault->offset,
		       fault->value);
	else if (fault->ms != 0)
		printf(", %u ms", fault->ms);
	putchar('\n');
	fflush(stdout);
}

static void take(const struct sim_event *event)
{
	const struct sim_fault *fault = &objects_control()->fault[event->fault % SIM_FAULT_MAX];

	has_struck[event->fault % SIM_FAULT_MAX] = true;
	print_event(fault, event);
	if (fault->kind == SIM_FAULT_FREEZE)
		freeze[fault->vm] = fault;
	else if (fault->kind == SIM_FAULT_DELAY || fault->kind == SIM_FAULT_DUPLICATE)
		add((struct later){.what = LATER_RING, .index = event->target}, fault->ms);
}

void events_read(void)
{
	struct sim_event event;

	while (read(read_end, &event, sizeof(event)) == sizeof(event))
		take(&event);
}

void events_frozen(unsigned int vm)
{
	const struct sim_fault *fault = freeze[vm];

	freeze[vm] = NULL;
	if (fault != NULL && fault->ms != 0)
		add((struct later){.what = LATER_THAW, .index = vm}, fault->ms);
}

bool events_will_thaw(unsigned int vm)
{
	for (unsigned int i = 0; i < agenda_count; i++) {
		if (agenda[i].what == LATER_THAW && agenda[i].index == vm)
			return true;
	}
	return false;
}

int events_next_ms(void)
{
	uint64_t now = now_ms();
	int next = -1;

	for (unsigned int i = 0; i < agenda_count; i++) {
		int left = agenda[i].due_ms > now ? (int)(agenda[i].due_ms - now) : 0;

		if (next < 0 || left < next)
			next = left;
	}
	return next;
}

void events_do(void)
{
	uint64_t now = now_ms();

	for (unsigned int i = 0; i < agenda_count;) {
		struct later later = agenda[i];

		if (later.due_ms > now) {
			i++;
			continue;
		}
		agenda[i] = agenda[--agenda_count];
		do_it(&later);
	}
	fflush(stdout);
}

void events_finish(void)
{
	const struct sim_control *control = objects_control();

	events_read();
	for (unsigned int i = 0; i < control->fault_count; i++) {
		if (!has_struck[i])
			fprintf(stderr,
				"sim: fault %u, %s, never struck: VM %u did not come to %s so "
				"often, or its program is not linked with libshm_sim.a\n",
				i + 1, kind_names[control->fault[i].kind], control->fault[i].vm,
				sim_step_name((enum sim_step)control->fault[i].step));
	}
}
