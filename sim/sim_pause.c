/* SPDX-License-Identifier: Apache-2.0 */
/* How a call of the library waits. Apart from the port, so that a program can replace it. */
#include <sched.h>
#include <time.h>

#include "shm_port.h"

#define RELAX_ROUNDS 32
#define YIELD_ROUNDS 80
#define PAUSE_NS 100000

static void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

void shm_port_pause(unsigned int round)
{
	const struct timespec rest = {.tv_nsec = PAUSE_NS};

	if (round < RELAX_ROUNDS) {
		relax();
	} else if (round < YIELD_ROUNDS) {
		sched_yield(); /* the other side may need this very core */
	} else {
		nanosleep(&rest, NULL);
	}
}
