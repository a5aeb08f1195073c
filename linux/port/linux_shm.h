/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the Linux port offers besides shm_pub.h.
 */
#ifndef LINUX_SHM_H
#define LINUX_SHM_H

#include "shm_pub.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The port's descriptor of /dev/mcs, for poll, select and epoll: POLLIN while doorbells
 * have arrived that shm_wait_ipi() has not taken. It stays the port's: do not close it, and
 * take doorbells by shm_wait_ipi(0) instead of read(). SHM_E_NO_PORT before a successful
 * shm_ipi_init(). Any thread.
 */
int linux_shm_fd(void);

/*
 * Maps the region the specification's way, by /dev/mem with O_SYNC, and attaches it as
 * SHM_ATTACH_DEVICE: on arm64 such a mapping is Device memory. Needs CAP_SYS_RAWIO and a
 * kernel with CONFIG_DEVMEM; shm_map() needs neither and is faster. NULL when it cannot;
 * then *result, if given, says why (SHM_E_PARAM, SHM_E_NO_PORT) and errno what the kernel
 * said. To end it: shm_detach(), then munmap() of region->size bytes. Any thread.
 */
shm_info_s *linux_shm_map_devmem(const struct shm_region *region, int *result);

#ifdef __cplusplus
}
#endif

#endif
