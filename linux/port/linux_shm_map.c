// SPDX-License-Identifier: Apache-2.0
/*
 * The port of shm_pub to Linux: the two ways to a region's memory.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "linux_shm.h"

_Static_assert(sizeof(off_t) == 8, "the offset of mmap is a guest-physical address");

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
