// SPDX-License-Identifier: Apache-2.0
/* Restarts, and what would tell of them: the state view and the watchdog. */
#include "facts.h"

#include <errno.h>
#include <string.h>

#include <fusiondock/state.h>

#define MINOR(version) ((version)&0xffff)

/* The same major version, as judge_port() has made sure. */
static void judge_minor_versions(const struct mcs_version *version)
{
	if (MINOR(version->base) >= FUSIONDOCK_VERSION_MINOR &&
	    MINOR(version->driver) >= MINOR(MCS_DRIVER_VERSION))
		return;
	note("base %u.%u and driver %u.%u are older than this program, which knows %u.%u and "
	     "%u.%u: views, control of VMs, counters or the watchdog may be missing",
	     version->base >> 16, MINOR(version->base), version->driver >> 16,
	     MINOR(version->driver), FUSIONDOCK_VERSION_MAJOR, FUSIONDOCK_VERSION_MINOR,
	     MCS_DRIVER_VERSION >> 16, MINOR(MCS_DRIVER_VERSION));
	cure("versions", "take base, driver and programs from one release");
}

static void judge_state_view(const struct facts *facts)
{
	const char *why = facts->state_error == ENXIO ? "the system description has none"
			  : facts->state_error == EACCES
				  ? "the system description does not show it to this VM"
				  : strerror(facts->state_error);

	if (facts->state_error == EOPNOTSUPP)
		return; /* an older base or driver, said above */
	if (facts->state_error != 0) {
		note("no state view (%s): a call that waits for a VM which restarts is ended by "
		     "its "
		     "own time limit alone",
		     why);
		cure("no-state-view",
		     "name this VM in `read-only` of state@ADDRESS in /views of the "
		     "system description");
	} else if (facts->state_magic != FUSIONDOCK_STATE_MAGIC ||
		   facts->state_layout != FUSIONDOCK_STATE_LAYOUT) {
		wrong("version mismatch: the state view begins with 0x%x and layout %u, this "
		      "program "
		      "knows 0x%x and %u",
		      facts->state_magic, facts->state_layout, FUSIONDOCK_STATE_MAGIC,
		      FUSIONDOCK_STATE_LAYOUT);
		cure("versions", "take base, driver and programs from one release");
	} else {
		good("the state view is there");
	}
}

static void judge_restarts(const struct facts *facts)
{
	for (unsigned int vm = 0; vm < FUSIONDOCK_VM_MAX; vm++) {
		if (facts->vm_epoch[vm] <= 1)
			continue;
		note("VM %u%s has been started %u times since the base has: it was reset, or has "
		     "had a fault; messages of its earlier lives are gone",
		     vm, vm == facts->vm_id ? ", this one," : "", facts->vm_epoch[vm]);
		cure("vm-restarted", "the base's console says why: search for [base] VM %u", vm);
	}
}

static void judge_watchdog(const struct facts *facts)
{
	switch (facts->watchdog) {
	case WATCHDOG_NONE:
		note("no watchdog: nobody notices when this VM hangs");
		cure("no-watchdog", "`watchdog` and `restart-on-fault` in the system description");
		break;
	case WATCHDOG_KERNEL:
		note("the kernel feeds the watchdog: it notices when the kernel hangs, not when a "
		     "program does");
		cure("no-watchdog", "busybox `watchdog /dev/watchdog`, or systemd's "
				    "RuntimeWatchdogSec=");
		break;
	case WATCHDOG_PROGRAM:
		good("a program feeds the watchdog");
		break;
	}
}

void judge_life(const struct facts *facts)
{
	if (facts->is_simulation)
		return;
	judge_minor_versions(&facts->version);
	judge_state_view(facts);
	judge_restarts(facts);
	judge_watchdog(facts);
}
