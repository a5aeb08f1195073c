/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/region.h"

#include <string.h>
#include "arch/cache.h"
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
