/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "objects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shm_pub.h"
#include "sim_control.h"

/* The regions of the default system. */
static const struct {
	uint64_t ipa, size;
	uint32_t writer, reader;
} regions[] = {
	{0x2A800000, 0x400000, 0, 1},
	{0x2AC00000, 0x400000, 1, 0},
};
#define REGIONS (sizeof(regions) / sizeof(regions[0]))

static char control_name[SIM_NAME_SIZE];
static char region_names[REGIONS][SIM_NAME_SIZE];
static unsigned int made; /* objects that exist: the control object first */

static void *create(const char *name, uint64_t size)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	void *memory = MAP_FAILED;

	if (fd >= 0) {
		made++;
		if (ftruncate(fd, (off_t)size) == 0)
			memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (memory == MAP_FAILED)
		fprintf(stderr,
			"sim: shared memory %s of 0x%llx bytes: %s; is there room in "
			"/dev/shm?\n",
			name, (unsigned long long)size, strerror(errno));
	if (fd >= 0)
		close(fd);
	return memory == MAP_FAILED ? NULL : memory;
}

/* As the base does before any VM runs: capacity set, no message. */
static bool create_region(unsigned int i)
{
	shm_info_s *shm = create(region_names[i], regions[i].size);

	if (!shm)
		return false;
	*shm = (shm_info_s){.max_size = (unsigned int)(regions[i].size - SHM_HEADER_SIZE),
			    .op_type = SHM_OP_START};
	munmap(shm, regions[i].size);
	return true;
}

static bool create_all(void)
{
	struct sim_control *control = create(control_name, sizeof(*control));

	if (!control)
		return false;
	*control = (struct sim_control){.magic = SIM_MAGIC, .vm_count = 2, .region_count = REGIONS};
	for (unsigned int i = 0; i < REGIONS; i++) {
		struct sim_region *region = &control->region[i];

		if (!create_region(i))
			return false;
		memcpy(region->object, region_names[i], sizeof(region->object));
		region->writer = regions[i].writer;
		region->reader = regions[i].reader;
		region->ipa = regions[i].ipa;
		region->size = regions[i].size;
	}
	munmap(control, sizeof(*control));
	return true;
}

bool objects_create(void)
{
	snprintf(control_name, sizeof(control_name), "/fusiondock-sim.%d", (int)getpid());
	for (unsigned int i = 0; i < REGIONS; i++)
		snprintf(region_names[i], sizeof(region_names[i]), "/fusiondock-sim.%d.region%u",
			 (int)getpid(), i);
	if (create_all())
		return true;
	objects_remove();
	return false;
}

const char *objects_control_name(void)
{
	return control_name;
}

void objects_remove(void)
{
	for (; made > 0; made--)
		shm_unlink(made == 1 ? control_name : region_names[made - 2]);
}
