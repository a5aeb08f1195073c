// SPDX-License-Identifier: Apache-2.0
#include "channel.h"

#include <errno.h>
#include <string.h>

#include "linux_shm.h"

/* A message whose doorbell got lost is seen after so long. */
#define LOOK_US 200000u

enum status port_open(void)
{
	shm_ipi_init();
	if (shm_ipi_status() == SHM_OK)
		return STATUS_OK;
	return complain(STATUS_NO_PORT, "the driver or the base is not there; `shmctl doctor` "
					"says what is wrong");
}

static const char *role_name(unsigned int role)
{
	return role == SHM_REGION_IS_WRITER ? "writer" : "reader";
}

static enum status find(struct shm_region *region, unsigned int role, unsigned int index)
{
	unsigned int count = 0;

	for (; shm_region_info(count, region) == SHM_OK; count++) {
		if (index == NO_REGION ? role == 0 || (region->flags & role) : index == count)
			break;
	}
	if (shm_region_info(count, region) != SHM_OK && index == NO_REGION)
		return complain(STATUS_FAILED,
				"the system description has no region in which VM %d is the %s",
				shm_vm_id(), role_name(role));
	if (shm_region_info(count, region) != SHM_OK)
		return complain(STATUS_USAGE,
				"--region %u: this VM sees %u regions, from 0; "
				"`shmctl info` lists them",
				index, count);
	if (role == 0 || (region->flags & role))
		return STATUS_OK;
	return complain(STATUS_USAGE, "--region %u: VM %d is not its %s, VM %u is", index,
			shm_vm_id(), role_name(role),
			role == SHM_REGION_IS_WRITER ? region->writer : region->reader);
}

enum status channel_open(struct channel *channel, unsigned int role, unsigned int index,
			 bool by_devmem)
{
	enum status status = find(&channel->region, role, index);
	int result = SHM_OK;

	if (status != STATUS_OK)
		return status;
	errno = 0;
	channel->shm = by_devmem ? linux_shm_map_devmem(&channel->region, &result)
				 : shm_map(&channel->region, &result);
	if (channel->shm != NULL)
		return STATUS_OK;
	return complain(STATUS_FAILED, "region %u cannot be mapped%s: %s", channel->region.index,
			by_devmem ? " by /dev/mem" : "",
			errno != 0 ? strerror(errno) : shm_strerror(result));
}

bool channel_header(const struct channel *channel, struct header *header)
{
	const shm_info_s *shm = channel->shm;

	if (!(channel->region.flags & SHM_REGION_READ))
		return false;
	/* Acquire: the other fields are no older; pairs with the writer's release of READY. */
	header->op_type = __atomic_load_n(&shm->op_type, __ATOMIC_ACQUIRE);
	header->max_size = __atomic_load_n(&shm->max_size, __ATOMIC_RELAXED);
	header->used_size = __atomic_load_n(&shm->used_size, __ATOMIC_RELAXED);
	header->type = __atomic_load_n(&shm->resevered, __ATOMIC_RELAXED);
	return true;
}

const char *state_name(int op_type)
{
	static const char *const names[SHM_OP_MAX] = {"START", "READY_TO_READ", "READ_END", "DEL"};

	return op_type >= 0 && op_type < SHM_OP_MAX ? names[op_type] : "no state";
}

int channel_wait(const struct channel *channel, unsigned int timeout_us, unsigned int *silent)
{
	uint64_t hz = shm_counter_frequency(), start = shm_counter();
	int rung = SHM_OK;

	for (;;) {
		int result = shm_peek(channel->shm, NULL, NULL);
		uint64_t past_us = (shm_counter() - start) / hz * US_PER_S +
				   (shm_counter() - start) % hz * US_PER_S / hz;
		uint64_t left = timeout_us > past_us ? timeout_us - past_us : 0;

		if (result == SHM_OK && rung == SHM_E_TIMEOUT && silent != NULL)
			(*silent)++;
		if (result != SHM_E_EMPTY)
			return result;
		if (left == 0 && timeout_us != SHM_WAIT_FOREVER)
			return SHM_E_TIMEOUT;
		rung = shm_wait_ipi(timeout_us == SHM_WAIT_FOREVER || left > LOOK_US
					    ? LOOK_US
					    : (unsigned int)left);
		if (rung != SHM_OK && rung != SHM_E_TIMEOUT)
			return rung;
	}
}
