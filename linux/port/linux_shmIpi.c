// SPDX-License-Identifier: Apache-2.0
/*
 * The port of shm_pub to Linux: doorbells by /dev/mcs.
 *
 * One descriptor serves the program. It is opened once and never closed, so that no thread
 * can be left with a number that has come to mean another file.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <fusiondock/hypercall.h>
#include <fusiondock/mcs.h>

#include "linux_shm.h"
#include "shm_port.h"

#define NS_PER_US 1000u
#define NS_PER_S 1000000000u

/* Rounds of a waiting loop that only yield the pipeline before the core is given away. */
#define PAUSE_SPIN 100u
#define PAUSE_SLEEP_NS 50000

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

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* A signal ends the driver's sleep, so the time that is left is computed again. */
int shm_wait_ipi(unsigned int timeout_us)
{
	uint64_t timeout_ns = (uint64_t)timeout_us * NS_PER_US;
	uint64_t start = monotonic_ns();
	struct mcs_wait wait = {.timeout_ns = timeout_ns};
	int fd = atomic_load(&port_fd);

	if (fd < 0)
		return SHM_E_NO_PORT;
	if (timeout_us == SHM_WAIT_FOREVER)
		wait.timeout_ns = MCS_WAIT_FOREVER;
	while (ioctl(fd, MCS_IOC_WAIT, &wait) != 0) {
		if (errno == ETIMEDOUT)
			return SHM_E_TIMEOUT;
		if (errno != EINTR)
			return SHM_E_NO_PORT;
		if (timeout_us != SHM_WAIT_FOREVER) {
			uint64_t past = monotonic_ns() - start;

			wait.timeout_ns = past < timeout_ns ? timeout_ns - past : 0;
		}
	}
	return SHM_OK;
}

/*
 * A thread of a real-time class that spun on would keep its core from the others, also from
 * the one it waits for: after a while it sleeps.
 */
void shm_port_pause(unsigned int round)
{
	const struct timespec sleep = {.tv_nsec = PAUSE_SLEEP_NS};

	if (round < PAUSE_SPIN)
		__asm__ volatile("yield");
	else
		nanosleep(&sleep, NULL);
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
