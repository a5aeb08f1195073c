// SPDX-License-Identifier: Apache-2.0
/*
 * The port of shm_pub to Linux: regions, VM ids and doorbells by /dev/mcs.
 *
 * One descriptor serves the program. It is opened once and never closed, so that no thread
 * can be left with a number that has come to mean another file.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fusiondock/hypercall.h>
#include <fusiondock/mcs.h>

#include "linux_shm.h"
#include "shm_port.h"

_Static_assert(SHM_REGION_READ == FUSIONDOCK_REGION_READ, "flags are passed on unchanged");
_Static_assert(SHM_REGION_WRITE == FUSIONDOCK_REGION_WRITE, "flags are passed on unchanged");
_Static_assert(SHM_REGION_IS_WRITER == FUSIONDOCK_REGION_IS_WRITER, "likewise");
_Static_assert(SHM_REGION_IS_READER == FUSIONDOCK_REGION_IS_READER, "likewise");

static atomic_int port_fd = -1;
static atomic_int port_vm_id = SHM_E_NO_PORT;

static int open_device(int *vm_id)
{
	struct mcs_version version;
	int fd = open(MCS_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (ioctl(fd, MCS_IOC_VERSION, &version) != 0 ||
	    version.driver >> 16 != MCS_DRIVER_VERSION >> 16) {
		close(fd);
		return -1;
	}
	*vm_id = (int)version.vm_id;
	return fd;
}

/*
 * A child of fork() shares the parent's open file, and would take its doorbells: the number
 * gets a file of its own. When that cannot be opened any more, the shared one stays.
 */
static void port_in_child(void)
{
	int fd = atomic_load(&port_fd);
	int own = open(MCS_DEVICE, O_RDWR | O_CLOEXEC);

	if (own < 0)
		return;
	dup3(own, fd, O_CLOEXEC);
	close(own);
}

/* Two threads may come here at once: the first to set port_fd wins. */
static int port_init(void)
{
	int none = -1;
	int vm_id = 0;
	int fd;

	if (atomic_load(&port_fd) >= 0)
		return SHM_OK;
	fd = open_device(&vm_id);
	if (fd < 0)
		return SHM_E_NO_PORT;
	atomic_store(&port_vm_id, vm_id);
	if (!atomic_compare_exchange_strong(&port_fd, &none, fd))
		close(fd);
	else
		pthread_atfork(NULL, NULL, port_in_child);
	return SHM_OK;
}

/* No barrier here: the driver has one between the caller's stores and the doorbell. */
static int port_send_ipi(struct cpu_info cpu)
{
	struct mcs_ring ring = {.vm = cpu.vmId, .vector = 0};
	int fd = atomic_load(&port_fd);

	if (fd < 0)
		return SHM_E_NO_PORT;
	return ioctl(fd, MCS_IOC_RING, &ring) == 0 ? SHM_OK : SHM_E_IPI;
}

struct shm_ipi_func linux_shmIpi = {.init = port_init, .send_ipi = port_send_ipi};
struct shm_ipi_func *const shm_port_ipi = &linux_shmIpi;

int linux_shm_fd(void)
{
	int fd = atomic_load(&port_fd);

	return fd < 0 ? SHM_E_NO_PORT : fd;
}

int shm_vm_id(void)
{
	return atomic_load(&port_vm_id);
}

int shm_region_info(unsigned int index, struct shm_region *out)
{
	struct mcs_region region = {.index = index};
	int fd = atomic_load(&port_fd);

	if (!out)
		return SHM_E_PARAM;
	if (fd < 0)
		return SHM_E_NO_PORT;
	if (ioctl(fd, MCS_IOC_REGION, &region) != 0)
		return errno == ENXIO ? SHM_E_PARAM : SHM_E_NO_PORT;
	*out = (struct shm_region){.index = index,
				   .flags = region.flags,
				   .writer = region.writer,
				   .reader = region.reader,
				   .ipa = region.ipa,
				   .size = region.size};
	return SHM_OK;
}

/* The ISB keeps the counter from being read ahead of what the program did before. */
uint64_t shm_counter(void)
{
	uint64_t ticks;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return ticks;
}

uint64_t shm_counter_frequency(void)
{
	uint64_t hz;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	return hz;
}
