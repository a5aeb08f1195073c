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

#define FIRST_IPA 0x2A800000u
#define DEFAULT_SIZE 0x400000u
#define PAGE 0x1000u

static char control_name[SIM_NAME_SIZE];
static struct sim_control *control;
static unsigned char *memory[FUSIONDOCK_REGION_MAX];
static unsigned int made; /* objects that exist: the control object first */

bool objects_add_region(struct sim_control *plan, uint32_t writer, uint32_t reader, uint64_t size)
{
	struct sim_region *region = &plan->region[plan->region_count];

	if (plan->region_count == FUSIONDOCK_REGION_MAX)
		return false;
	*region = (struct sim_region){
		.writer = writer, .reader = reader, .ipa = FIRST_IPA, .size = size};
	if (plan->region_count > 0)
		region->ipa = (region[-1].ipa + region[-1].size + PAGE - 1) / PAGE * PAGE;
	plan->region_count++;
	return true;
}

void objects_default(struct sim_control *plan)
{
	*plan = (struct sim_control){.vm_count = 2};
	objects_add_region(plan, 0, 1, DEFAULT_SIZE);
	objects_add_region(plan, 1, 0, DEFAULT_SIZE);
}

static void *create(const char *name, uint64_t size)
{
	int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	void *object = MAP_FAILED;

	if (fd >= 0) {
		made++;
		if (ftruncate(fd, (off_t)size) == 0)
			object = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (object == MAP_FAILED)
		fprintf(stderr,
			"sim: shared memory %s of 0x%llx bytes: %s; is there room in "
			"/dev/shm?\n",
			name, (unsigned long long)size, strerror(errno));
	if (fd >= 0)
		close(fd);
	return object == MAP_FAILED ? NULL : object;
}

/* As the base does before any VM runs: capacity set, no message. */
static bool create_region(unsigned int i)
{
	struct sim_region *region = &control->region[i];
	shm_info_s *shm;

	snprintf(region->object, sizeof(region->object), "/fusiondock-sim.%d.region%u",
		 (int)getpid(), i);
	shm = create(region->object, region->size);
	if (!shm)
		return false;
	*shm = (shm_info_s){.max_size = (unsigned int)(region->size - SHM_HEADER_SIZE),
			    .op_type = SHM_OP_START};
	memory[i] = (unsigned char *)shm;
	return true;
}

static bool create_all(const struct sim_control *plan)
{
	control = create(control_name, sizeof(*control));
	if (!control)
		return false;
	*control = *plan;
	for (unsigned int i = 0; i < control->region_count; i++) {
		if (!create_region(i))
			return false;
	}
	/* Release: a program that finds the magic finds the rest. */
	__atomic_store_n(&control->magic, SIM_MAGIC, __ATOMIC_RELEASE);
	return true;
}

bool objects_create(const struct sim_control *plan)
{
	snprintf(control_name, sizeof(control_name), "/fusiondock-sim.%d", (int)getpid());
	if (create_all(plan))
		return true;
	objects_remove();
	return false;
}

const char *objects_control_name(void)
{
	return control_name;
}

struct sim_control *objects_control(void)
{
	return control;
}

unsigned char *objects_region(unsigned int index)
{
	return memory[index];
}

void objects_remove(void)
{
	for (; made > 0; made--)
		shm_unlink(made == 1 ? control_name : control->region[made - 2].object);
}
