// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE

#include "facts.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <time.h>

#include "platform.h"

struct unaligned {
	uint64_t word;
} __attribute__((packed, may_alias));

static sigjmp_buf no_such_access;

static void on_bus_error(int signal)
{
	siglongjmp(no_such_access, signal);
}

/* Device memory refuses what is not aligned (Arm ARM, "Alignment of data accesses"). */
static enum memory try_memory(const shm_info_s *shm)
{
	const struct sigaction take = {.sa_handler = on_bus_error};
	struct sigaction before;
	volatile enum memory memory = MEMORY_DEVICE;

	sigaction(SIGBUS, &take, &before);
	if (sigsetjmp(no_such_access, 1) == 0) {
		const void *odd = shm->data + 1;

		/* Volatile: the compiler must not leave it out. */
		(void)((const volatile struct unaligned *)odd)->word;
		memory = MEMORY_NORMAL;
	}
	sigaction(SIGBUS, &before, NULL);
	return memory;
}

static void gather_region(struct facts_region *region, struct channel *channel)
{
	int result;

	channel->region = region->region;
	errno = 0;
	channel->shm = shm_map(&region->region, &result);
	region->is_mapped = channel->shm != NULL;
	region->map_error = errno;
	if (region->is_mapped && channel_header(channel, &region->first))
		region->memory = try_memory(channel->shm);
}

/* Whether a message is taken in the meantime shows in the second look. */
static void gather_regions(struct facts *facts)
{
	static struct channel channels[FUSIONDOCK_REGION_MAX];
	const struct timespec rest = {.tv_nsec = FACTS_LOOK_MS * 1000000L};

	for (; facts->regions < FUSIONDOCK_REGION_MAX; facts->regions++) {
		struct facts_region *region = &facts->region[facts->regions];

		if (shm_region_info(facts->regions, &region->region) != SHM_OK)
			break;
		gather_region(region, &channels[facts->regions]);
	}
	nanosleep(&rest, NULL);
	for (unsigned int i = 0; i < facts->regions; i++) {
		if (facts->region[i].is_mapped)
			channel_header(&channels[i], &facts->region[i].last);
	}
}

static void gather_life(struct facts *facts)
{
	struct mcs_view view = {.view = FUSIONDOCK_VIEW_STATE};
	const void *at = NULL;

	for (unsigned int vm = 0; vm < FUSIONDOCK_VM_MAX; vm++) {
		struct mcs_vm_life life = {.vm = vm};

		facts->vm_state[vm] = platform_vm_state(vm);
		facts->vm_epoch[vm] = platform_vm_life(&life) == 0 ? life.epoch : 0;
	}
	facts->state_error = platform_view(&view, &at);
	if (facts->state_error == 0) {
		facts->state_magic = ((const volatile unsigned int *)at)[0];
		facts->state_layout = ((const volatile unsigned int *)at)[1];
	}
	facts->watchdog = platform_watchdog();
}

void facts_gather(struct facts *facts, bool probe, unsigned int timeout_us)
{
	platform_facts(facts);
	shm_ipi_init();
	facts->has_port = shm_ipi_status() == SHM_OK;
	if (!facts->has_port)
		return;
	facts->vm_id = (unsigned int)shm_vm_id();
	gather_life(facts);
	gather_regions(facts);
	if (probe)
		facts_probe(facts, timeout_us);
	/* Last, so that what the probe brought is counted. */
	facts->has_stats = platform_stats(&facts->stats);
}
