/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "vms.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "events.h"
#include "life.h"
#include "objects.h"

struct vm vms[FUSIONDOCK_VM_MAX];
unsigned int vm_count;

static int failed(const char *what)
{
	fprintf(stderr, "sim: %s: %s\n", what, strerror(errno));
	return -1;
}

static int set_number(const char *name, int number)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", number);
	return setenv(name, text, 1);
}

/* In the child. Dies with the launcher, however that ends. */
static void run_program(unsigned int vm, char **argv, int output, int events)
{
	sigset_t none;
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);

	sigemptyset(&none);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0 || fcntl(events, F_SETFD, 0) < 0 ||
	    setenv(SIM_ENV_CONTROL, objects_control_name(), 1) || set_number(SIM_ENV_VM, (int)vm) ||
	    set_number(SIM_ENV_EVENTS, events) || sigprocmask(SIG_SETMASK, &none, NULL))
		_exit(127);
	execv(argv[0], argv);
	failed(argv[0]);
	_exit(127);
}

int vms_start(unsigned int vm, char **argv, int events)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) || fcntl(fds[0], F_SETFL, O_NONBLOCK))
		return failed("pipe");
	vms[vm].status = VM_RUNNING;
	life_begin(vm);
	vms[vm].pid = fork();
	if (vms[vm].pid < 0) {
		vms[vm].pid = 0;
		return failed("fork");
	}
	if (vms[vm].pid == 0)
		run_program(vm, argv, fds[1], events);
	close(fds[1]);
	console_init(&vms[vm].console, fds[0], vm);
	return 0;
}

static void take_status(unsigned int vm, int status)
{
	if (WIFSTOPPED(status)) {
		vms[vm].is_frozen = true;
		events_frozen(vm);
	} else {
		vms[vm].status =
			WIFEXITED(status) ? WEXITSTATUS(status) : SIGNAL_BASE + WTERMSIG(status);
		life_end(vm);
	}
}

void vms_reap(void)
{
	int status;

	for (unsigned int i = 0; i < vm_count; i++) {
		while (vms[i].pid > 0 && vms[i].status == VM_RUNNING &&
		       waitpid(vms[i].pid, &status, WNOHANG | WUNTRACED) == vms[i].pid)
			take_status(i, status);
	}
}

bool vms_are_over(void)
{
	for (unsigned int i = 0; i < vm_count; i++) {
		if (vms[i].status == VM_RUNNING && !(vms[i].is_frozen && !events_will_thaw(i)))
			return false;
	}
	return true;
}
