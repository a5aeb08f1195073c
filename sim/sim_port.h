/* SPDX-License-Identifier: Apache-2.0 */
/* The port to the simulation, common to both sides; the two struct shm_ipi_func name it. */
#ifndef SIM_PORT_H
#define SIM_PORT_H

#include "shm_pub.h"
#include "sim_control.h"

/* Finds the control object the launcher named. SHM_OK; SHM_E_NO_PORT with a line on stderr. */
int sim_port_init(void);

/* SHM_OK; SHM_E_IPI: there is no such VM. */
int sim_port_send(struct cpu_info cpu);

/* NULL before sim_port_init(). */
struct sim_control *sim_port_control(void);

/* A region this program has mapped. */
struct sim_mapping {
	unsigned char *memory;
	const struct sim_region *region;
};

/* The mapped region that holds the address, or NULL. */
const struct sim_mapping *sim_port_mapping(const volatile void *address);

/* The region's memory if this program has mapped it, or NULL. */
unsigned char *sim_port_memory(const struct sim_region *region);

#endif
