// SPDX-License-Identifier: Apache-2.0
/* Each region: rights, memory type, header. */
#include "facts.h"

#include <inttypes.h>
#include <string.h>

static bool judge_mapping(const struct facts_region *region)
{
	if (region->is_mapped)
		return true;
	wrong("region %u cannot be mapped: %s", region->region.index, strerror(region->map_error));
	cure("mapping",
	     "compare its rights in the system description (read-write, read-only) with `shmctl "
	     "info`");
	return false;
}

/* Writer and reader both load and store op_type. */
static bool judge_rights(const struct shm_region *region)
{
	const unsigned int role = region->flags & (SHM_REGION_IS_WRITER | SHM_REGION_IS_READER);
	const unsigned int both = SHM_REGION_READ | SHM_REGION_WRITE;

	if (role == 0 || (region->flags & both) == both)
		return true;
	wrong("wrong rights: this VM is the %s of region %u but may not %s it",
	      role & SHM_REGION_IS_WRITER ? "writer" : "reader", region->index,
	      region->flags & SHM_REGION_READ ? "write" : "read");
	cure("role-rights",
	     "add the VM to read-write of region@%" PRIx64 " in the system description",
	     region->ipa);
	return false;
}

static bool judge_memory(const struct facts_region *region)
{
	if (region->memory != MEMORY_DEVICE)
		return true;
	wrong("memory type: region %u is mapped as Device memory, the other VM has it as Normal "
	      "write-back",
	      region->region.index);
	cure("memory-type",
	     "load the mcs_km.ko of this release and map by shm_map(); a program that maps "
	     "/dev/mem attaches with SHM_ATTACH_DEVICE");
	return false;
}

static bool judge_size(const struct facts_region *region)
{
	uint64_t right = region->region.size - SHM_HEADER_SIZE;
	unsigned int max_size = region->last.max_size;

	if (right > UINT32_MAX)
		right = UINT32_MAX;
	if (max_size == right)
		return true;
	wrong("header sizes disagree: region %u has room for %" PRIu64 " bytes, its max_size says "
	      "%u%s",
	      region->region.index, right, max_size,
	      max_size == 0 || max_size > right ? ", so every call gives SHM_E_HEADER" : "");
	cure("max-size",
	     "find the program that writes max_size (only the base may, once); until then: "
	     "busybox devmem 0x%" PRIx64 " 32 %" PRIu64,
	     region->region.ipa, right);
	return false;
}

static bool judge_state(const struct facts_region *region)
{
	int state = region->last.op_type;

	if (state >= SHM_OP_START && state < SHM_OP_DEL)
		return true;
	wrong("the header of region %u has op_type %d, which nobody sets", region->region.index,
	      state);
	cure("op-type",
	     "a program writes over the header: look at `shmctl dump --region %u --offset 0`; then "
	     "busybox devmem 0x%" PRIx64 " 32 0",
	     region->region.index, region->region.ipa + offsetof(shm_info_s, op_type));
	return false;
}

static void judge_region(const struct facts_region *region)
{
	bool is_good;

	if (!judge_mapping(region))
		return;
	is_good = judge_rights(&region->region);
	if (!(region->region.flags & SHM_REGION_READ))
		return;
	is_good = judge_memory(region) && is_good;
	is_good = judge_size(region) && is_good;
	is_good = judge_state(region) && is_good;
	if (is_good)
		good("region %u: rights, memory type and header", region->region.index);
}

void judge_regions(const struct facts *facts)
{
	if (facts->regions == 0) {
		wrong("this VM sees no region");
		cure("no-region",
		     "name it in read-write or read-only of a region in the system description");
	}
	for (unsigned int i = 0; i < facts->regions; i++)
		judge_region(&facts->region[i]);
}
