/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/region.h"

#include <string.h>
#include "arch/cache.h"
#include "arch/pair.h"
#include "shm_pub.h"

void regions_init(void)
{
	for (uint32_t n = 0; n < the_system.region_count; n++) {
		const struct region_desc *r = &the_system.regions[n];
		shm_info_s *header = pa_ptr(r->pa);

		memset(header, 0, r->size);
		header->max_size = (unsigned int)(r->size - SHM_HEADER_SIZE);
		header->op_type = SHM_OP_START;
		/* A guest without caches, on a core without S2FWB, must find the header in memory. */
		cache_clean_invalidate(header, r->size);
	}
}

/* The header as two doublewords, little endian: max_size | used_size, op_type | resevered. */
#define HEADER_MAX(p) ((uint32_t)(p).low)
#define HEADER_USED(p) ((uint32_t)((p).low >> 32))
#define HEADER_STATE(p) ((uint32_t)(p).high)
#define RESET_TRIES 1000u /* a peer that stores to the header all the time spoils its own link alone */

_Static_assert(offsetof(shm_info_s, max_size) == 0 && offsetof(shm_info_s, used_size) == 4 &&
		       offsetof(shm_info_s, op_type) == 8 && sizeof(shm_info_s) == 16,
	       "HEADER_*");

/* What was read once decides; the peer may write what it likes. */
static bool is_whole(struct pair64 header, uint32_t capacity)
{
	return HEADER_MAX(header) && HEADER_MAX(header) <= capacity && HEADER_USED(header) <= HEADER_MAX(header) &&
	       HEADER_STATE(header) < SHM_OP_MAX;
}

static struct pair64 first_state(struct pair64 header, uint32_t capacity)
{
	uint32_t max = HEADER_MAX(header);

	if (!max || max > capacity)
		max = capacity;
	return (struct pair64){max | (uint64_t)SHM_USED_GIVEN_UP << 32,
			       (header.high & 0xffffffff00000000ull) | SHM_OP_START};
}

static void reset(const struct region_desc *r)
{
	uint64_t *header = pa_ptr(r->pa);
	uint32_t capacity = (uint32_t)(r->size - SHM_HEADER_SIZE);
	struct pair64 now = {0, 0};

	/*
	 * All four fields at once: the peer may be in the middle of a call, and what it stores between
	 * our look and our store must not be lost.
	 */
	for (unsigned int n = 0; n < RESET_TRIES; n++) {
		now = pair_load(header);
		if (is_whole(now, capacity)) {
			pair_leave();
			return;
		}
		if (pair_store_if_untouched(header, first_state(now, capacity)))
			return;
	}
	now = first_state(now, capacity);
	__atomic_store_n(&header[0], now.low, __ATOMIC_RELAXED);
	/* Release: the mark before START; pairs with the library's full barrier (shm/shm_write.c). */
	__atomic_store_n(&header[1], now.high, __ATOMIC_RELEASE);
}

void regions_reset(uint32_t vm)
{
	for (uint32_t n = 0; n < the_system.region_count; n++) {
		if (the_system.regions[n].writer == vm || the_system.regions[n].reader == vm)
			reset(&the_system.regions[n]);
	}
}

bool regions_have_for(uint32_t vm)
{
	for (uint32_t n = 0; n < the_system.region_count; n++) {
		const struct region_desc *r = &the_system.regions[n];
		const shm_info_s *header = pa_ptr(r->pa);

		if (r->reader == vm && __atomic_load_n(&header->op_type, __ATOMIC_RELAXED) == SHM_OP_READY_TO_READ)
			return true;
	}
	return false;
}

int64_t region_info(const struct vm *vm, uint64_t index, uint64_t *at, uint64_t *size,
		    uint64_t *flags)
{
	const struct region_desc *r;

	if (index >= the_system.region_count)
		return FUSIONDOCK_E_INVALID;
	r = &the_system.regions[index];
	if (!region_readable(r, vm->id))
		return FUSIONDOCK_E_DENIED;
	*at = r->at.ipa;
	*size = r->size;
	*flags = FUSIONDOCK_REGION_READ | r->writer << FUSIONDOCK_REGION_WRITER_SHIFT |
		 r->reader << FUSIONDOCK_REGION_READER_SHIFT;
	if (region_writable(r, vm->id))
		*flags |= FUSIONDOCK_REGION_WRITE;
	if (r->writer == vm->id)
		*flags |= FUSIONDOCK_REGION_IS_WRITER;
	if (r->reader == vm->id)
		*flags |= FUSIONDOCK_REGION_IS_READER;
	return FUSIONDOCK_OK;
}
