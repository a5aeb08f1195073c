/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "sim_port.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "shm_port.h"
#include "sim_control.h"

#define NS_PER_SECOND 1000000000u

static struct sim_control *control;
static unsigned int self; /* VM this program plays */
static uint32_t taken;    /* rings of our bell that shm_wait_ipi() has taken */

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
	return self < control->vm_count ? SHM_OK : no_port(SIM_ENV_VM " is not a VM of it");
}

static long futex(uint32_t *word, int operation, uint32_t value, const struct timespec *until)
{
	return syscall(SYS_futex, word, operation, value, until, NULL, FUTEX_BITSET_MATCH_ANY);
}

int sim_port_send(struct cpu_info cpu)
{
	uint32_t *rings;

	if (cpu.vmId >= control->vm_count)
		return SHM_E_IPI;
	rings = &control->bell[cpu.vmId].rings;
	/* Release: the message is there before the ring. Partner: the load in rung(). */
	__atomic_add_fetch(rings, 1, __ATOMIC_SEQ_CST);
	futex(rings, FUTEX_WAKE, INT32_MAX, NULL);
	return SHM_OK;
}

/* Takes all rings so far; false when there is no new one. */
static int rung(uint32_t *rings)
{
	uint32_t now = __atomic_load_n(rings, __ATOMIC_SEQ_CST);
	int is_new = now != taken;

	taken = now;
	return is_new;
}

static struct timespec deadline(unsigned int timeout_us)
{
	uint64_t ns = shm_counter() + (uint64_t)timeout_us * 1000u;

	return (struct timespec){.tv_sec = (time_t)(ns / NS_PER_SECOND),
				 .tv_nsec = (long)(ns % NS_PER_SECOND)};
}

int shm_wait_ipi(unsigned int timeout_us)
{
	struct timespec until = deadline(timeout_us);
	uint32_t *rings;

	if (shm_ipi_status() != SHM_OK)
		return SHM_E_NO_PORT;
	rings = &control->bell[self].rings;
	while (!rung(rings)) {
		/* FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC. */
		if (timeout_us == SHM_WAIT_OFF ||
		    (futex(rings, FUTEX_WAIT_BITSET, taken,
			   timeout_us == SHM_WAIT_FOREVER ? NULL : &until) != 0 &&
		     errno == ETIMEDOUT))
			return rung(rings) ? SHM_OK : SHM_E_TIMEOUT;
	}
	return SHM_OK;
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

shm_info_s *shm_map(const struct shm_region *region, int *result)
{
	shm_info_s *shm = NULL;
	int ret = SHM_E_PARAM;

	if (shm_ipi_status() != SHM_OK)
		ret = SHM_E_NO_PORT;
	else if (region && region->index < control->region_count)
		shm = map_object(control->region[region->index].object, region->size);
	if (shm)
		ret = shm_attach(shm, region->size, SHM_ATTACH_NORMAL);
	if (result)
		*result = ret;
	return ret == SHM_OK ? shm : NULL;
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
