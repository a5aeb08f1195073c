// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <time.h>

#include "channel.h"
#include "options.h"
#include "platform.h"

#define LOOK_NS 10000000 /* between two looks at a VM that is to change */

static const struct action {
	const char *name;
	unsigned int operation;
} actions[] = {
	{"stop", FUSIONDOCK_CONTROL_STOP},
	{"start", FUSIONDOCK_CONTROL_START},
	{"reset", FUSIONDOCK_CONTROL_RESET},
};

static void usage(void)
{
	puts("usage: shmctl vm list\n"
	     "       shmctl vm stop|start|reset ID [OPTION]...\n"
	     "The VMs with their states and epochs (how often each was started); or stops, starts "
	     "or "
	     "resets\n"
	     "VM ID, if `controls` of this VM in the system description names it, and waits until "
	     "that is\n"
	     "done.\n"
	     "  --timeout SECONDS for it to be done (10)\n"
	     "  --no-wait         ends when the base has accepted it");
}

static const char *state_text(unsigned int state)
{
	static const char *const names[] = {"off", "running", "faulted"};

	return state <= FUSIONDOCK_VM_FAULTED ? names[state] : "no state";
}

static void show(const struct mcs_vm_life *life)
{
	printf("VM %u  %-8s epoch %u%s\n", life->vm, state_text(life->state), life->epoch,
	       (int)life->vm == shm_vm_id() ? ", this VM" : "");
}

static enum status not_known(const char *what)
{
	return complain(STATUS_FAILED,
			"the %s %s; where that is a base, take base and mcs_km.ko of a newer "
			"release",
			platform_name, what);
}

static enum status list(void)
{
	for (unsigned int vm = 0; vm < FUSIONDOCK_VM_MAX; vm++) {
		struct mcs_vm_life life = {.vm = vm};
		int error = platform_vm_life(&life);

		if (error == EOPNOTSUPP)
			return not_known("tells no epochs");
		if (error == 0)
			show(&life);
		else if (error != ENODEV)
			return complain(STATUS_FAILED, "VM %u: %s", vm, strerror(error));
	}
	return STATUS_OK;
}

static enum status refused(const struct action *action, unsigned int vm, int error)
{
	switch (error) {
	case EOPNOTSUPP:
		return not_known("controls no VMs");
	case ENODEV:
		return complain(STATUS_USAGE,
				"there is no VM %u; `shmctl vm list` shows those there are", vm);
	case EACCES:
		return complain(STATUS_FAILED,
				"VM %d may not %s VM %u: `controls` of vm@%d in the system "
				"description does not name it",
				shm_vm_id(), action->name, vm, shm_vm_id());
	case EHOSTDOWN:
		return complain(STATUS_FAILED, "VM %u does not run; `shmctl vm start %u` starts it",
				vm, vm);
	case EALREADY:
		return complain(STATUS_FAILED, "VM %u runs already", vm);
	default:
		return complain(STATUS_FAILED, "%s VM %u: %s", action->name, vm, strerror(error));
	}
}

/* A new epoch says that it was started, however short it ran. */
static bool is_done(const struct action *action, const struct mcs_vm_life *before,
		    const struct mcs_vm_life *now)
{
	if (action->operation == FUSIONDOCK_CONTROL_STOP)
		return now->state != FUSIONDOCK_VM_RUNNING || now->epoch != before->epoch;
	return now->epoch != before->epoch;
}

static enum status wait_for(const struct action *action, const struct mcs_vm_life *before,
			    unsigned int timeout_us)
{
	const struct timespec rest = {.tv_nsec = LOOK_NS};
	struct mcs_vm_life now = *before;

	for (uint64_t us = 0; us <= timeout_us; us += LOOK_NS / 1000) {
		int error = platform_vm_life(&now);

		if (error != 0)
			return complain(STATUS_FAILED, "VM %u: %s", now.vm, strerror(error));
		if (is_done(action, before, &now)) {
			show(&now);
			return STATUS_OK;
		}
		nanosleep(&rest, NULL);
	}
	show(&now);
	return complain(
		STATUS_TIMEOUT,
		"the base has accepted it, but VM %u has not come to its %s within %u.%03u s",
		now.vm, action->name, timeout_us / US_PER_S, timeout_us % US_PER_S / 1000);
}

static enum status control(const struct action *action, unsigned int vm, unsigned int timeout_us)
{
	struct mcs_vm_life before = {.vm = vm};
	int error;

	if ((int)vm == shm_vm_id())
		return complain(STATUS_USAGE, "VM %u is this VM: `poweroff` or `reboot` do that",
				vm);
	error = platform_vm_life(&before);
	if (error == 0)
		error = platform_vm_control(vm, action->operation);
	if (error != 0)
		return refused(action, vm, error);
	return timeout_us > 0 ? wait_for(action, &before, timeout_us) : STATUS_OK;
}

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof(actions) / sizeof(actions[0]); i++) {
		if (strcmp(name, actions[i].name) == 0)
			return &actions[i];
	}
	return NULL;
}

static enum status run(int argc, char **argv, unsigned int timeout_us)
{
	const char *name = optind < argc ? argv[optind++] : NULL;
	const struct action *action = find_action(name);
	bool is_list = name != NULL && strcmp(name, "list") == 0;
	unsigned int vm = 0;
	enum status status;

	if (!is_list && action == NULL)
		return complain(STATUS_USAGE, "vm: one of list, stop, start and reset, not '%s'",
				name != NULL ? name : "");
	if (action != NULL && optind == argc)
		return complain(STATUS_USAGE, "vm %s: which VM? `shmctl vm list` shows their ids",
				name);
	if (action != NULL)
		vm = (unsigned int)argument_number(name, argv[optind++], 0, FUSIONDOCK_VM_MAX - 1);
	option_no_more("vm", argc, argv);
	status = port_open();
	if (status != STATUS_OK)
		return status;
	return is_list ? list() : control(action, vm, timeout_us);
}

enum status cmd_vm(int argc, char **argv)
{
	static const struct option names[] = {{"timeout", required_argument, NULL, 't'},
					      {"no-wait", no_argument, NULL, 'n'},
					      {"help", no_argument, NULL, 'h'},
					      {NULL, 0, NULL, 0}};
	unsigned int timeout_us = 10 * US_PER_S;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("vm");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		timeout_us = option == 'n' ? 0 : option_seconds("timeout", optarg);
	}
	return run(argc, argv, timeout_us);
}
