/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_port.h"

#include "bench.h"
#include "shm_port.h"
#include "sim_port.h"

bool bench_port_rings;

static int send_ipi(struct cpu_info cpu)
{
	return bench_port_rings ? sim_port_send(cpu) : SHM_OK;
}

static struct shm_ipi_func bench_ipi = {.init = sim_port_init, .send_ipi = send_ipi};

struct shm_ipi_func *const shm_port_ipi = &bench_ipi;

/*
 * Not at every instant: a look takes the header's cache line away from a writer that has
 * fetched it and is about to store four words there, and the writer fetches it again. One
 * relaxation is what the ping-pong makes, too.
 */
void shm_port_pause(unsigned int round)
{
	(void)round;
	bench_relax();
}
