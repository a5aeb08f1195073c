/* SPDX-License-Identifier: Apache-2.0 */
/* A port whose clock moves only when the library pauses or the input says so. */
#include "fuzz_shm.h"
#include "shm_port.h"

#define US_PER_S 1000000u

struct fuzz_port fuzz_port;

static int fuzz_init(void)
{
	return fuzz_port.init_result;
}

static int fuzz_send_ipi(struct cpu_info cpu)
{
	fuzz_check_settle();
	fuzz_check_ring(cpu);
	fuzz_port.rings++;
	fuzz_peer_moment();
	return fuzz_port.ring_result;
}

struct shm_ipi_func linux_shmIpi = {.init = fuzz_init, .send_ipi = fuzz_send_ipi};
struct shm_ipi_func *const shm_port_ipi = &linux_shmIpi;

void shm_port_pause(unsigned int round)
{
	fuzz_check_settle();
	fuzz_check_pause(round);
	fuzz_port.pauses++;
	fuzz_port.now += fuzz_port.hz * FUZZ_PAUSE_US / US_PER_S;
	fuzz_peer_pause();
	fuzz_peer_moment();
}

uint64_t shm_counter(void)
{
	fuzz_check_settle();
	fuzz_port.clock_reads++;
	fuzz_peer_moment();
	return fuzz_port.now;
}

uint64_t shm_counter_frequency(void)
{
	return fuzz_port.hz;
}
