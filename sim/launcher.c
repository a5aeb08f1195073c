/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulation: programs in the place of VMs, over shared memory. Ends when VM 0's
 * program ends (or all have), with its exit status.
 */
#define _GNU_SOURCE

#include "launcher.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "objects.h"
#include "vms.h"

#define END_WAIT_MS 2000
#define STATUS_TIMEOUT 124 /* as timeout(1) */

static int signal_fd;
static int events; /* the programs' end of the event pipe */
static int interrupted; /* the signal that ends the simulation */

static int failed(const char *what)
{
	fprintf(stderr, "sim: %s: %s\n", what, strerror(errno));
	return -1;
}

static void take_signal(void)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo != SIGCHLD)
		interrupted = (int)info.ssi_signo;
	events_read();
	vms_reap();
}

static int sooner(int a_ms, int b_ms)
{
	if (a_ms < 0 || b_ms < 0)
		return a_ms < 0 ? b_ms : a_ms;
	return a_ms < b_ms ? a_ms : b_ms;
}

/* Waits for output, an event or a signal; false when the time (-1: none) is over. */
static bool step(int timeout_ms)
{
	struct pollfd fds[FUSIONDOCK_VM_MAX + 2] = {{.fd = signal_fd, .events = POLLIN},
						    {.fd = events_fd(), .events = POLLIN}};
	int got;

	for (unsigned int i = 0; i < vm_count; i++)
		fds[i + 2] = (struct pollfd){.fd = vms[i].console.fd, .events = POLLIN};
	got = poll(fds, vm_count + 2, sooner(timeout_ms, events_next_ms()));
	events_read();
	events_do();
	for (unsigned int i = 0; i < vm_count; i++)
		console_read(&vms[i].console);
	if (got > 0 && fds[0].revents)
		take_signal();
	return got > 0;
}

static void end(struct vm *vm)
{
	bool killed = false;

	if (vm->pid <= 0)
		return;
	if (vm->status == VM_RUNNING) {
		kill(vm->pid, SIGTERM);
		kill(vm->pid, SIGCONT); /* or one that is frozen would not take it */
	}
	while (vm->status == VM_RUNNING) {
		if (!step(END_WAIT_MS) && !killed)
			killed = kill(vm->pid, SIGKILL) == 0;
	}
	console_finish(&vm->console);
}

static bool is_over(const struct launch *launch)
{
	if (interrupted)
		return true;
	return launch->waits_for_all ? vms_are_over() : vms[0].status != VM_RUNNING;
}

/* Once for each VM that ended before the simulation did. */
static void tell_ends(void)
{
	static bool told[FUSIONDOCK_VM_MAX];

	for (unsigned int i = 1; i < vm_count; i++) {
		if (vms[i].status == VM_RUNNING || told[i])
			continue;
		told[i] = true;
		fprintf(stderr, "sim: VM %u ended before VM 0, status %d\n", i, vms[i].status);
	}
}

/* As the base does with restart-on-fault. False when a program cannot be started. */
static bool restart_ended(struct launch *launch)
{
	for (unsigned int i = 0; i < vm_count; i++) {
		if (vms[i].status < SIGNAL_BASE || launch->restarts[i] == 0)
			continue;
		launch->restarts[i]--;
		console_finish(&vms[i].console);
		printf("[sim] VM %u is started again\n", i);
		fflush(stdout);
		if (vms_start(i, launch->argv[i], events))
			return false;
	}
	return true;
}

static int left_ms(const struct launch *launch, const struct timespec *start)
{
	struct timespec now;
	long long past;

	if (launch->timeout_s == 0)
		return -1;
	clock_gettime(CLOCK_MONOTONIC, &now);
	past = (now.tv_sec - start->tv_sec) * 1000LL + (now.tv_nsec - start->tv_nsec) / 1000000;
	return past >= launch->timeout_s * 1000LL ? 0 : (int)(launch->timeout_s * 1000LL - past);
}

static int run(struct launch *launch)
{
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!is_over(launch)) {
		int left = left_ms(launch, &start);

		if (left == 0) {
			fprintf(stderr, "sim: not over after %u s (--timeout)\n",
				launch->timeout_s);
			return STATUS_TIMEOUT;
		}
		step(left);
		if (!interrupted && !restart_ended(launch))
			return 1;
		if (!launch->waits_for_all)
			tell_ends();
	}
	if (interrupted)
		return SIGNAL_BASE + interrupted;
	/* Frozen for good. */
	return vms[0].status == VM_RUNNING ? STATUS_TIMEOUT : vms[0].status;
}

static int take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return failed("sigprocmask");
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	return signal_fd < 0 ? failed("signalfd") : 0;
}

/* VM 0 last: in the default system VM 1 waits for it. The order does not matter. */
static int start_all(const struct launch *launch)
{
	events = events_open();
	if (events < 0)
		return -1;
	vm_count = launch->plan.vm_count;
	for (unsigned int i = vm_count; i > 0; i--) {
		if (vms_start(i - 1, launch->argv[i - 1], events))
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct launch launch;
	int status = options_parse(&launch, argc, argv);

	if (status >= 0)
		return status;
	status = 1;
	if (take_signals() || !objects_create(&launch.plan))
		return status;
	if (start_all(&launch) == 0)
		status = run(&launch);
	for (unsigned int i = 0; i < vm_count; i++)
		end(&vms[i]);
	events_finish();
	objects_remove();
	return status;
}
