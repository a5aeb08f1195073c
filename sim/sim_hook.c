/* SPDX-License-Identifier: Apache-2.0 */
/* Which step of the protocol an access of the library is. */
#include "shm_pub.h"
#include "sim_fault.h"
#include "sim_port.h"

static enum sim_step writer_step(size_t offset, bool is_store)
{
	switch (offset) {
	case offsetof(shm_info_s, max_size):
		return SIM_STEP_WRITE_OPEN;
	case offsetof(shm_info_s, used_size):
		return is_store ? SIM_STEP_WRITE_LENGTH : SIM_STEP_WRITE_CHECK;
	case offsetof(shm_info_s, op_type):
		return is_store ? SIM_STEP_WRITE_READY : SIM_STEP_WRITE_ROOM;
	case offsetof(shm_info_s, resevered):
		return SIM_STEP_WRITE_TYPE;
	default:
		return SIM_STEP_WRITE_DATA;
	}
}

static enum sim_step reader_step(size_t offset, bool is_store)
{
	switch (offset) {
	case offsetof(shm_info_s, max_size):
		return SIM_STEP_READ_OPEN;
	case offsetof(shm_info_s, used_size):
		return is_store ? SIM_STEP_READ_GIVE_UP : SIM_STEP_READ_LENGTH;
	case offsetof(shm_info_s, op_type):
		return is_store ? SIM_STEP_READ_END : SIM_STEP_READ_STATE;
	case offsetof(shm_info_s, resevered):
		return SIM_STEP_READ_TYPE;
	default:
		return SIM_STEP_READ_DATA;
	}
}

void sim_access_hook(const volatile void *address, size_t size, int is_store)
{
	const struct sim_mapping *mapping;
	size_t offset;

	(void)size;
	if (sim_port_control() == NULL || sim_port_control()->fault_count == 0)
		return;
	mapping = sim_port_mapping(address);
	if (mapping == NULL)
		return;
	offset = (size_t)((uintptr_t)address - (uintptr_t)mapping->memory);
	sim_fault_at(mapping->region->writer == (uint32_t)shm_vm_id()
			     ? writer_step(offset, is_store != 0)
			     : reader_step(offset, is_store != 0));
}
