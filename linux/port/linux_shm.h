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
 * take doorbells by shm_wait_ipi(0) instead of read(). A child of fork() finds a file of its
 * own under the same number. SHM_E_NO_PORT before a successful shm_ipi_init(). Any thread.
 */
int linux_shm_fd(void);

#define LINUX_SHM_SPIN_DEFAULT 20u /* microseconds */
#define LINUX_SHM_SPIN_ONLY 0xffffffffu

/*
 * How long a waiting call (shm_read, shm_write, shm_receive, shm_wait_ipi) spins before it
 * sleeps, in microseconds. 0: it sleeps at once. LINUX_SHM_SPIN_ONLY: it never sleeps, so the
 * core belongs to it; a thread of a real-time class then starves what else runs there.
 * Asleep, it wakes with the next doorbell straight from the interrupt; a shm_write that waits
 * for the reader, for which nobody rings, looks again after 50 us, and then ever later, up to
 * 1 ms. Holds for the whole program, from the next call on. Any thread.
 */
void linux_shm_set_spin(unsigned int us);

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
