// SPDX-License-Identifier: Apache-2.0
/*
 * The port of shm_pub to Linux: the two ways to a region's memory.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fusiondock/hypercall.h>
#include <fusiondock/mcs.h>
#include <fusiondock/state.h>

#include "linux_shm.h"

_Static_assert(sizeof(off_t) == 8, "the offset of mmap is a guest-physical address");

static atomic_uintptr_t state_view;

/* Read-only, for as long as the program runs. NULL: no view, or one of another layout. */
static const unsigned char *map_state_view(int fd)
{
	struct mcs_view view = {.view = FUSIONDOCK_VIEW_STATE};
	const uint32_t *page;

	if (ioctl(fd, MCS_IOC_VIEW, &view) != 0 || view.size < FUSIONDOCK_STATE_SIZE)
		return NULL;
	page = mmap(NULL, FUSIONDOCK_STATE_SIZE, PROT_READ, MAP_SHARED, fd, (off_t)view.ipa);
	if (page == MAP_FAILED)
		return NULL;
	if (page[0] == FUSIONDOCK_STATE_MAGIC && page[1] == FUSIONDOCK_STATE_LAYOUT)
		return (const unsigned char *)page;
	munmap((void *)(uintptr_t)page, FUSIONDOCK_STATE_SIZE);
	return NULL;
}

/* Two threads may map it at once: the first to set state_view wins. */
const volatile uint64_t *shm_vm_life(int vmid)
{
	uintptr_t page = atomic_load(&state_view), none = 0;
	int fd = linux_shm_fd();

	if (vmid < 0 || vmid >= FUSIONDOCK_VM_MAX || fd < 0)
		return NULL;
	if (!page) {
		page = (uintptr_t)map_state_view(fd);
		if (page && !atomic_compare_exchange_strong(&state_view, &none, page)) {
			munmap((void *)page, FUSIONDOCK_STATE_SIZE);
			page = none;
		}
	}
	return page ? (const volatile uint64_t *)(page + FUSIONDOCK_STATE_LIFE((unsigned int)vmid)) : NULL;
}

/* The VM at the other end, whose life a region's calls watch; none for a VM that only looks on. */
static void watch_peer(shm_info_s *shm, const struct shm_region *region)
{
	if (region->flags & SHM_REGION_IS_WRITER)
		shm_watch_peer(shm, shm_vm_life((int)region->reader));
	else if (region->flags & SHM_REGION_IS_READER)
		shm_watch_peer(shm, shm_vm_life((int)region->writer));
}

static int protection(const struct shm_region *region)
{
	int prot = PROT_NONE;

	if (region->flags & SHM_REGION_READ)
		prot |= PROT_READ;
	if (region->flags & SHM_REGION_WRITE)
		prot |= PROT_WRITE;
	return prot;
}

/* Maps and attaches. The mapping does not need fd afterwards. */
static int map_and_attach(int fd, const struct shm_region *region, unsigned int flags,
			  shm_info_s **shm)
{
	void *p = mmap(NULL, region->size, protection(region), MAP_SHARED, fd, (off_t)region->ipa);
	int result;

	if (p == MAP_FAILED)
		return errno == EINVAL ? SHM_E_PARAM : SHM_E_NO_PORT;
	result = shm_attach(p, region->size, flags);
	if (result != SHM_OK) {
		munmap(p, region->size);
		return result;
	}
	watch_peer(p, region);
	*shm = p;
	return SHM_OK;
}

static shm_info_s *answer(shm_info_s *shm, int status, int *result)
{
	if (result)
		*result = status;
	return shm;
}

shm_info_s *shm_map(const struct shm_region *region, int *result)
{
	shm_info_s *shm = NULL;
	int fd = linux_shm_fd();
	int status;

	if (!region)
		return answer(NULL, SHM_E_PARAM, result);
	if (fd < 0)
		return answer(NULL, SHM_E_NO_PORT, result);
	status = map_and_attach(fd, region, SHM_ATTACH_NORMAL, &shm);
	return answer(shm, status, result);
}

shm_info_s *linux_shm_map_devmem(const struct shm_region *region, int *result)
{
	shm_info_s *shm = NULL;
	int status;
	int saved;
	int fd;

	if (!region)
		return answer(NULL, SHM_E_PARAM, result);
	fd = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	if (fd < 0)
		return answer(NULL, SHM_E_NO_PORT, result);
	status = map_and_attach(fd, region, SHM_ATTACH_DEVICE, &shm);
	saved = errno;
	close(fd);
	errno = saved; /* of mmap, for the caller to report */
	return answer(shm, status, result);
}
