// SPDX-License-Identifier: Apache-2.0
/* The simulation has regions and doorbells; versions, counters, views and states of VMs it has not.
 */
#include "platform.h"

#include <errno.h>

#include <fusiondock/state.h>

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
	struct mcs_vm_life life = {.vm = vm};

	return platform_vm_life(&life) == 0 ? (int)life.state : VM_NOT_THERE;
}

int platform_vm_life(struct mcs_vm_life *life)
{
	const volatile uint64_t *word = shm_vm_life((int)life->vm);
	uint64_t now = word != NULL ? __atomic_load_n(word, __ATOMIC_ACQUIRE) : 0;

	if (now == 0)
		return ENODEV;
	life->state = FUSIONDOCK_LIFE_STATE(now);
	life->epoch = FUSIONDOCK_LIFE_EPOCH(now);
	return 0;
}

int platform_vm_control(unsigned int vm, unsigned int operation)
{
	(void)vm;
	(void)operation;
	return EOPNOTSUPP;
}

int platform_counter(struct mcs_counter *counter)
{
	(void)counter;
	return EOPNOTSUPP;
}

int platform_view(struct mcs_view *view, const void **at)
{
	(void)view;
	(void)at;
	return EOPNOTSUPP;
}

void platform_facts(struct facts *facts)
{
	facts->is_simulation = true;
}

enum watchdog platform_watchdog(void)
{
	return WATCHDOG_NONE;
}
