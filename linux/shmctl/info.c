// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>

#include "channel.h"
#include "info.h"
#include "options.h"
#include "platform.h"

static void usage(void)
{
	puts("usage: shmctl info\n"
	     "Base, driver, this VM, each region with its rights and header, the views of the "
	     "base, and the\n"
	     "VMs with their states, epochs and counters.");
}

static void show_versions(void)
{
	struct mcs_version version;

	if (platform_version(&version)) {
		printf("base      %s, interface %u.%u\n", platform_name, version.base >> 16,
		       version.base & 0xffff);
		printf("driver    mcs_km %u.%u\n", version.driver >> 16, version.driver & 0xffff);
	} else {
		printf("base      %s, version not known here\n", platform_name);
	}
	printf("this VM   %d\n", shm_vm_id());
	printf("counter   %" PRIu64 " Hz\n", shm_counter_frequency());
}

static void show_stats(void)
{
	struct mcs_stats stats;

	if (platform_stats(&stats))
		printf("doorbells %" PRIu64 " arrived, %" PRIu64 " rung, %" PRIu64
		       " refused, %" PRIu64 " times throttled\n",
		       (uint64_t)stats.doorbells, (uint64_t)stats.rung, (uint64_t)stats.refused,
		       (uint64_t)stats.throttled);
}

static void show_header(const struct shm_region *region)
{
	struct channel channel;
	struct header header;

	if (channel_open(&channel, 0, region->index, false) != STATUS_OK)
		return; /* said why */
	if (!channel_header(&channel, &header))
		return;
	printf("          %s, type %d, %u bytes, max_size %u\n", state_name(header.op_type),
	       header.type, header.used_size, header.max_size);
}

static void show_region(const struct shm_region *region)
{
	const char *role = "neither writer nor reader";

	if (region->flags & SHM_REGION_IS_WRITER)
		role = "writer";
	else if (region->flags & SHM_REGION_IS_READER)
		role = "reader";
	printf("region %-2u 0x%" PRIx64 ", 0x%" PRIx64
	       " bytes, VM %u to VM %u; this VM: %s, may%s%s\n",
	       region->index, region->ipa, region->size, region->writer, region->reader, role,
	       region->flags & SHM_REGION_READ ? " read" : "",
	       region->flags & SHM_REGION_WRITE ? " write" : "");
	show_header(region);
}

/* Bit n: VM n has a region in common with this one. */
static unsigned int show_regions(void)
{
	struct shm_region region;
	unsigned int peers = 0;

	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		show_region(&region);
		if (region.writer < FUSIONDOCK_VM_MAX && region.reader < FUSIONDOCK_VM_MAX)
			peers |= 1u << region.writer | 1u << region.reader;
	}
	return peers;
}

enum status cmd_info(int argc, char **argv)
{
	static const struct option names[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	enum status status;
	unsigned int peers;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("info");
		usage();
		return STATUS_OK;
	}
	option_no_more("info", argc, argv);
	status = port_open();
	if (status != STATUS_OK)
		return status;
	show_versions();
	show_stats();
	peers = show_regions();
	info_views();
	for (unsigned int vm = 0; vm < FUSIONDOCK_VM_MAX; vm++)
		info_vm(vm, peers >> vm & 1);
	return STATUS_OK;
}
