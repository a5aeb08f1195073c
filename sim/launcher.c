/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The simulation: two programs in the place of two VMs, over shared memory. Ends when
 * VM 0's program ends, with its exit status.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console.h"
#include "objects.h"
#include "sim_control.h"

#define VMS 2
#define RUNNING (-1)
#define SIGNAL_BASE 128 /* exit status of what a signal ended, as shells show it */
#define END_WAIT_MS 2000

struct vm {
	pid_t pid;
	int status; /* RUNNING or an exit status */
	struct console console;
};

static struct vm vms[VMS];
static int signal_fd;
static int interrupted; /* the signal that ends the simulation */

static int failed(const char *what)
{
	fprintf(stderr, "sim: %s: %s\n", what, strerror(errno));
	return -1;
}

/* In the child. Dies with the launcher, however that ends. */
static void run_program(unsigned int vm, char **argv, int output)
{
	char id[16];
	sigset_t none;
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);

	snprintf(id, sizeof(id), "%u", vm);
	sigemptyset(&none);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0 || setenv(SIM_ENV_CONTROL, objects_control_name(), 1) ||
	    setenv(SIM_ENV_VM, id, 1) || sigprocmask(SIG_SETMASK, &none, NULL))
		_exit(127);
	execv(argv[0], argv);
	failed(argv[0]);
	_exit(127);
}

static int start(unsigned int vm, char **argv)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) || fcntl(fds[0], F_SETFL, O_NONBLOCK))
		return failed("pipe");
	vms[vm].status = RUNNING;
	vms[vm].pid = fork();
	if (vms[vm].pid < 0)
		return failed("fork");
	if (vms[vm].pid == 0)
		run_program(vm, argv, fds[1]);
	close(fds[1]);
	console_init(&vms[vm].console, fds[0], vm);
	return 0;
}

static void reap(void)
{
	for (unsigned int i = 0; i < VMS; i++) {
		int status;

		if (vms[i].pid <= 0 || vms[i].status != RUNNING ||
		    waitpid(vms[i].pid, &status, WNOHANG) != vms[i].pid)
			continue;
		vms[i].status =
			WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_BASE + WTERMSIG(status);
	}
}

static void take_signal(void)
{
	struct signalfd_siginfo info;

	if (read(signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo != SIGCHLD)
		interrupted = (int)info.ssi_signo;
	reap();
}

/* Waits for output or a signal; false when the time is over. */
static bool step(int timeout_ms)
{
	struct pollfd fds[VMS + 1] = {{.fd = signal_fd, .events = POLLIN}};

	for (unsigned int i = 0; i < VMS; i++)
		fds[i + 1] = (struct pollfd){.fd = vms[i].console.fd, .events = POLLIN};
	if (poll(fds, VMS + 1, timeout_ms) <= 0)
		return false;
	for (unsigned int i = 0; i < VMS; i++)
		console_read(&vms[i].console);
	if (fds[0].revents)
		take_signal();
	return true;
}

static void end(struct vm *vm)
{
	bool killed = false;

	if (vm->pid <= 0)
		return;
	if (vm->status == RUNNING)
		kill(vm->pid, SIGTERM);
	while (vm->status == RUNNING) {
		if (!step(END_WAIT_MS) && !killed)
			killed = kill(vm->pid, SIGKILL) == 0;
	}
	console_finish(&vm->console);
}

static int run(void)
{
	bool told = false;

	while (vms[0].status == RUNNING && !interrupted) {
		step(-1);
		if (vms[1].status != RUNNING && !told) {
			told = true;
			fprintf(stderr, "sim: VM 1 ended before VM 0, status %d\n", vms[1].status);
		}
	}
	return interrupted ? SIGNAL_BASE + interrupted : vms[0].status;
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

static int simulate(char **vm0, char **vm1)
{
	int status = 1;

	if (take_signals() || !objects_create())
		return 1;
	/* VM 1 first, as it waits for VM 0's doorbell; the order does not matter. */
	if (start(1, vm1) == 0 && start(0, vm0) == 0)
		status = run();
	end(&vms[0]);
	end(&vms[1]);
	objects_remove();
	return status;
}

/* The programs beside this one, built with it. */
static char *beside(const char *name)
{
	char self[PATH_MAX], *path;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return NULL;
	self[length] = '\0';
	return asprintf(&path, "%s/%s", dirname(self), name) < 0 ? NULL : path;
}

static void usage(FILE *to)
{
	fputs("usage: fusiondock_sim [--vm0 PROGRAM] [--vm1 PROGRAM] [-- ARGUMENTS OF VM 0]\n"
	      "Runs two programs linked with the simulation's port in the place of two VMs; the\n"
	      "demonstrations that were built with it if not said otherwise. Ends when VM 0's\n"
	      "program ends, with its exit status; 128 + n after signal n.\n",
	      to);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"vm0", required_argument, NULL, '0'},
		{"vm1", required_argument, NULL, '1'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	char *vm0 = beside("linux_shm_demo");
	static char *vm1[2];
	int option;

	vm1[0] = beside("uniproton_shm_demo");
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '0') {
			vm0 = optarg;
		} else if (option == '1') {
			vm1[0] = optarg;
		} else {
			usage(option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	argv[optind - 1] = vm0; /* the rest of the line behind it is VM 0's */
	return simulate(&argv[optind - 1], vm1);
}
