/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payload copies between a region and the caller's buffer, which never overlap.
 *
 * The Device pair makes naturally aligned accesses only, on both sides (a guest with its
 * MMU off has no other memory), and the widest ones on the region, where each access
 * costs most. Any alignment of either pointer, any length. Any context.
 */
#ifndef SHM_COPY_H
#define SHM_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "shm_access.h"

void shm_copy_to_device(void *region, const void *caller, size_t size);
void shm_copy_from_device(void *caller, const void *region, size_t size);

static inline void shm_copy_in(void *region, const void *caller, size_t size, bool device)
{
	if (device)
		shm_copy_to_device(region, caller, size);
	else if (size > 0)
		shm_store_bulk(region, caller, size);
}

static inline void shm_copy_out(void *caller, const void *region, size_t size, bool device)
{
	if (device)
		shm_copy_from_device(caller, region, size);
	else if (size > 0)
		shm_load_bulk(caller, region, size);
}

#endif
