// SPDX-License-Identifier: Apache-2.0
/* The simulation has regions and doorbells; versions, counters and states of VMs it has not. */
#include "platform.h"

const char *const platform_name = "simulation";

bool platform_version(struct mcs_version *version)
{
	(void)version;
	return false;
}

bool platform_stats(struct mcs_stats *stats)
{
	(void)stats;
	return false;
}

int platform_vm_state(unsigned int vm)
{
	(void)vm;
	return VM_UNKNOWN;
}

void platform_facts(struct facts *facts)
{
	facts->is_simulation = true;
}
