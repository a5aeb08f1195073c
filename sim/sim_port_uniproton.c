/* SPDX-License-Identifier: Apache-2.0 */
/* The simulation in the place of uniproton/port/. */
#include "shm_port.h"
#include "sim_port.h"

struct shm_ipi_func uniproton_shmIpi = {
	.init = sim_port_init,
	.send_ipi = sim_port_send,
};

struct shm_ipi_func *const shm_port_ipi = &uniproton_shmIpi;
