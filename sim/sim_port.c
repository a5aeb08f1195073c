/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "sim_port.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bell.h"
#include "sim_fault.h"

#define NS_PER_SECOND 1000000000u

static struct sim_control *control;
static unsigned int self; /* VM this program plays */
static uint32_t taken;    /* rings of our bell that shm_wait_ipi() has taken */
static struct sim_mapping mappings[SHM_ATTACH_MAX];
static unsigned int mapping_count;

static void *map_object(const char *name, size_t size)
{
	struct stat stat;
	void *memory = MAP_FAILED;
	int fd = shm_open(name, O_RDWR | O_CLOEXEC, 0);

	if (fd < 0)
		return NULL;
	if (fstat(fd, &stat) == 0 && (uint64_t)stat.st_size >= size)
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return memory == MAP_FAILED ? NULL : memory;
}

static int no_port(const char *reason)
{
	fprintf(stderr, "sim: %s; start this program with `make sim` or fusiondock_sim\n", reason);
	return SHM_E_NO_PORT;
}

int sim_port_init(void)
{
	const char *name = getenv(SIM_ENV_CONTROL);
	const char *vm = getenv(SIM_ENV_VM);

	if (!name || !vm)
		return no_port(SIM_ENV_CONTROL " or " SIM_ENV_VM " is not set");
	if (!control)
		control = map_object(name, sizeof(*control));
	if (!control || control->magic != SIM_MAGIC)
		return no_port("there is no simulation of the name in " SIM_ENV_CONTROL);
	self = (unsigned int)strtoul(vm, NULL, 10);
	if (self >= control->vm_count)
		return no_port(SIM_ENV_VM " is not a VM of it");
	sim_fault_init(control, self);
	return SHM_OK;
}

struct sim_control *sim_port_control(void)
{
	return control;
}

int sim_port_send(struct cpu_info cpu)
{
	if (cpu.vmId >= control->vm_count)
		return SHM_E_IPI;
	if (!sim_fault_takes_ring(cpu.vmId))
		bell_ring(&control->bell[cpu.vmId]);
	return SHM_OK;
}

/* Takes all rings so far; false when there is no new one. */
static bool rung(const struct sim_bell *bell)
{
	uint32_t now = bell_rings(bell);
	bool is_new = now != taken;

	taken = now;
	return is_new;
}

static struct timespec deadline(unsigned int timeout_us)
{
	uint64_t ns = shm_counter() + (uint64_t)timeout_us * 1000u;

	return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_SECOND),
				 .tv_nsec = (long)(ns % NS_PER_SECOND)};
}

static int wait_bounded(struct sim_bell *bell, unsigned int timeout_us)
{
	struct timespec until = deadline(timeout_us);

	while (!rung(bell)) {
		if (timeout_us == SHM_WAIT_OFF || !bell_sleep(bell, taken, &until))
			return rung(bell) ? SHM_OK : SHM_E_TIMEOUT;
	}
	return SHM_OK;
}

int shm_wait_ipi(unsigned int timeout_us)
{
	struct sim_bell *bell;

	if (shm_ipi_status() != SHM_OK)
		return SHM_E_NO_PORT;
	bell = &control->bell[self];
	sim_fault_at(SIM_STEP_WAIT);
	if (timeout_us != SHM_WAIT_FOREVER)
		return wait_bounded(bell, timeout_us);
	while (!rung(bell))
		bell_sleep(bell, taken, NULL);
	return SHM_OK;
}

const volatile uint64_t *shm_vm_life(int vmid)
{
	if (!control || vmid < 0 || (unsigned int)vmid >= control->vm_count)
		return NULL;
	return &control->life[vmid].life;
}

int shm_vm_id(void)
{
	return control ? (int)self : SHM_E_NO_PORT;
}

int shm_region_info(unsigned int index, struct shm_region *out)
{
	const struct sim_region *region;

	if (shm_ipi_status() != SHM_OK)
		return SHM_E_NO_PORT;
	if (!out || index >= control->region_count)
		return SHM_E_PARAM;
	region = &control->region[index];
	*out = (struct shm_region){
		.index = index,
		.flags = SHM_REGION_READ | SHM_REGION_WRITE |
			 (region->writer == self ? SHM_REGION_IS_WRITER : 0) |
			 (region->reader == self ? SHM_REGION_IS_READER : 0),
		.writer = region->writer,
		.reader = region->reader,
		.ipa = region->ipa,
		.size = region->size,
	};
	return SHM_OK;
}

/* Regions are mapped once, by one task (shm_pub.h); accesses come afterwards. */
static shm_info_s *map_region(const struct sim_region *region)
{
	unsigned char *memory = sim_port_memory(region);

	if (memory == NULL && mapping_count < SHM_ATTACH_MAX) {
		memory = map_object(region->object, region->size);
		if (memory != NULL)
			mappings[mapping_count++] = (struct sim_mapping){memory, region};
	}
	return (shm_info_s *)(void *)memory;
}

shm_info_s *shm_map(const struct shm_region *region, int *result)
{
	shm_info_s *shm = NULL;
	int ret = SHM_E_PARAM;

	if (shm_ipi_status() != SHM_OK)
		ret = SHM_E_NO_PORT;
	else if (region && region->index < control->region_count)
		shm = map_region(&control->region[region->index]);
	if (shm)
		ret = shm_attach(shm, region->size, SHM_ATTACH_NORMAL);
	if (ret == SHM_OK && region->writer == self)
		(void)shm_watch_peer(shm, shm_vm_life((int)region->reader));
	else if (ret == SHM_OK && region->reader == self)
		(void)shm_watch_peer(shm, shm_vm_life((int)region->writer));
	if (result)
		*result = ret;
	return ret == SHM_OK ? shm : NULL;
}

const struct sim_mapping *sim_port_mapping(const volatile void *address)
{
	for (unsigned int i = 0; i < mapping_count; i++) {
		uintptr_t offset = (uintptr_t)address - (uintptr_t)mappings[i].memory;

		if (offset < mappings[i].region->size)
			return &mappings[i];
	}
	return NULL;
}

unsigned char *sim_port_memory(const struct sim_region *region)
{
	for (unsigned int i = 0; i < mapping_count; i++) {
		if (mappings[i].region == region)
			return mappings[i].memory;
	}
	return NULL;
}

uint64_t shm_counter(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

uint64_t shm_counter_frequency(void)
{
	return NS_PER_SECOND;
}
