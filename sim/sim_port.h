/* SPDX-License-Identifier: Apache-2.0 */
/* The port to the simulation, common to both sides; the two struct shm_ipi_func name it. */
#ifndef SIM_PORT_H
#define SIM_PORT_H

#include "shm_pub.h"

/* Finds the control object the launcher named. SHM_OK; SHM_E_NO_PORT with a line on stderr. */
int sim_port_init(void);

/* SHM_OK; SHM_E_IPI: there is no such VM. */
int sim_port_send(struct cpu_info cpu);

#endif
