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

/* Multiplications, each of the one before: some 130 cycles, about 35 ns. */
#define LINKS 43u

/*
 * Not at every instant: a look takes the header's cache line away from a writer that has
 * fetched it and is about to store four words there, and the writer fetches it again.
 * Work and not an instruction that halts the core for as long: the load of the next look is
 * under way meanwhile, and is made again when the line is taken away before its turn has come.
 */
void shm_port_pause(unsigned int round)
{
	unsigned long value = round;

	/* Straight, for the end of a loop is a guess that can be wrong. */
#pragma GCC unroll 43
	for (unsigned int i = 0; i < LINKS; i++) {
		value *= value;
		/* The compiler must neither shorten the chain nor leave it out. */
		__asm__ volatile("" : "+r"(value));
	}
}
