/* SPDX-License-Identifier: Apache-2.0 */
/* The simulation in the place of linux/port/. */
#include "linux_shm.h"
#include "shm_port.h"
#include "sim_port.h"

struct shm_ipi_func linux_shmIpi = {
	.init = sim_port_init,
	.send_ipi = sim_port_send,
};

struct shm_ipi_func *const shm_port_ipi = &linux_shmIpi;

/* There is no /dev/mcs here, nor a physical address behind /dev/mem. */
int linux_shm_fd(void)
{
	return SHM_E_NO_PORT;
}

shm_info_s *linux_shm_map_devmem(const struct shm_region *region, int *result)
{
	(void)region;
	if (result)
		*result = SHM_E_NO_PORT;
	return NULL;
}
