// SPDX-License-Identifier: Apache-2.0
/* From the base up to an open /dev/mcs. Each answer needs the one before it. */
#include "facts.h"

#include <errno.h>
#include <string.h>

#define MAJOR(version) ((version) >> 16)
#define MINOR(version) ((version)&0xffff)

static bool judge_simulation(const struct facts *facts)
{
	if (facts->has_port) {
		good("the simulation is there, this program plays VM %u", facts->vm_id);
		note("driver, rights, versions and watchdog: the simulation has none");
		return true;
	}
	wrong("there is no simulation: its environment variables are not set, or it is over");
	cure("no-simulation", "start this program by fusiondock_sim --vm0 (docs/simulation.md)");
	return false;
}

static bool judge_base(const struct facts *facts)
{
	/* A device without the node: an older kernel, or another tree; the device decides. */
	if (facts->has_node || facts->device_error == 0)
		return true;
	wrong("no base: this kernel's device tree has no node \"fusiondock,mcs\"");
	cure("no-base",
	     "boot this kernel as a Linux VM of fusiondock, and leave the device tree to the base "
	     "(docs/systems.md)");
	return false;
}

static bool judge_module(const struct facts *facts)
{
	if (facts->device_error == 0)
		return true;
	if (!facts->has_module) {
		wrong("the driver mcs_km is not loaded");
		cure("not-loaded", "insmod mcs_km.ko, as root");
		return false;
	}
	wrong("the driver mcs_km is loaded, but there is no " MCS_DEVICE " (%s)",
	      strerror(facts->device_error));
	cure("not-bound",
	     "`dmesg | grep -i mcs` says why it did not bind; or is devtmpfs not mounted on /dev?");
	return false;
}

static bool judge_rights(const struct facts *facts)
{
	if (facts->open_error == 0)
		return true;
	wrong(MCS_DEVICE " cannot be opened: %s; it has mode %04o, owner %u, group %u",
	      strerror(facts->open_error), facts->device_mode, facts->device_uid,
	      facts->device_gid);
	if (facts->open_error == EACCES || facts->open_error == EPERM)
		cure("no-permission",
		     "give it to a group of this user's: a udev rule KERNEL==\"mcs\", "
		     "GROUP=\"mcs\" (docs/linux.md), until the next boot: chgrp and chmod 0660");
	else
		cure("not-bound", "`dmesg | grep -i mcs`; unload the driver and load it again");
	return false;
}

static bool judge_versions(const struct facts *facts)
{
	const struct mcs_version *version = &facts->version;

	if (facts->version_error != 0) {
		wrong(MCS_DEVICE
		      " belongs to another driver: it does not know MCS_IOC_VERSION (%s)",
		      strerror(facts->version_error));
		cure("other-driver", "rmmod that driver, and load the mcs_km.ko of this release");
		return false;
	}
	if (MAJOR(version->driver) != MAJOR(MCS_DRIVER_VERSION)) {
		wrong("version mismatch: the driver is %u.%u, this program was built for %u",
		      MAJOR(version->driver), MINOR(version->driver), MAJOR(MCS_DRIVER_VERSION));
		cure("versions", "take driver and programs from one release");
		return false;
	}
	if (MAJOR(version->base) != FUSIONDOCK_VERSION_MAJOR) {
		wrong("version mismatch: the base speaks interface %u.%u, this program %u",
		      MAJOR(version->base), MINOR(version->base), FUSIONDOCK_VERSION_MAJOR);
		cure("versions", "take base, driver and programs from one release");
		return false;
	}
	good("base %u.%u, driver %u.%u", MAJOR(version->base), MINOR(version->base),
	     MAJOR(version->driver), MINOR(version->driver));
	return true;
}

static bool judge_library(const struct facts *facts)
{
	if (facts->has_port) {
		good("this is VM %u, " MCS_DEVICE " opens (mode %04o)", facts->vm_id,
		     facts->device_mode);
		return true;
	}
	wrong("the library's port does not start, although the driver answers");
	cure("versions", "take driver and library from one release");
	return false;
}

bool judge_port(const struct facts *facts)
{
	if (facts->is_simulation)
		return judge_simulation(facts);
	return judge_base(facts) && judge_module(facts) && judge_rights(facts) &&
	       judge_versions(facts) && judge_library(facts);
}
