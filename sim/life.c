/* SPDX-License-Identifier: Apache-2.0 */
#include "life.h"

#include <stdbool.h>

#include "bell.h"
#include "fusiondock/state.h"
#include "objects.h"
#include "shm_pub.h"

static bool has_part(const struct sim_region *region, unsigned int vm)
{
	return region->writer == vm || region->reader == vm;
}

static void ring_peers(unsigned int vm)
{
	struct sim_control *control = objects_control();

	for (unsigned int i = 0; i < control->region_count; i++) {
		const struct sim_region *region = &control->region[i];

		if (has_part(region, vm))
			bell_ring(&control->bell[region->writer == vm ? region->reader : region->writer]);
	}
}

static void set(unsigned int vm, uint64_t life)
{
	/* Release: pairs with the load barrier of the library's look at it. */
	__atomic_store_n(&objects_control()->life[vm].life, life, __ATOMIC_RELEASE);
}

/* The rule is the base's: docs/protocol.md, "When a VM ends". */
static void leave_whole(shm_info_s *shm, uint32_t capacity)
{
	bool is_possible = shm->max_size != 0 && shm->max_size <= capacity && shm->op_type >= SHM_OP_START &&
			   shm->op_type < SHM_OP_MAX;

	if (is_possible && shm->used_size <= shm->max_size)
		return;
	if (shm->max_size == 0 || shm->max_size > capacity)
		shm->max_size = capacity;
	__atomic_store_n(&shm->used_size, SHM_USED_GIVEN_UP, __ATOMIC_SEQ_CST);
	__atomic_store_n(&shm->op_type, SHM_OP_START, __ATOMIC_SEQ_CST);
}

void life_begin(unsigned int vm)
{
	unsigned int epoch = FUSIONDOCK_LIFE_EPOCH(objects_control()->life[vm].life);

	set(vm, FUSIONDOCK_LIFE(epoch + 1, FUSIONDOCK_VM_RUNNING));
	if (epoch > 0)
		ring_peers(vm);
}

void life_end(unsigned int vm)
{
	struct sim_control *control = objects_control();
	unsigned int epoch = FUSIONDOCK_LIFE_EPOCH(control->life[vm].life);

	set(vm, FUSIONDOCK_LIFE(epoch, FUSIONDOCK_VM_OFF));
	/* The word before the regions; pairs with that load barrier too. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < control->region_count; i++) {
		if (has_part(&control->region[i], vm))
			leave_whole((shm_info_s *)(void *)objects_region(i),
				    (uint32_t)(control->region[i].size - SHM_HEADER_SIZE));
	}
	ring_peers(vm);
}
