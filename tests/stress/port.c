/* SPDX-License-Identifier: Apache-2.0 */
/* A port over memory that both sides share: real clock, doorbells by futex. */
#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "shm_port.h"
#include "stress.h"

#define NS_PER_S 1000000000u
#define US_PER_S 1000000u
#define SPIN_ROUNDS 20u

static struct stress_bells *bells;
/* Both VMs may be threads of one process. */
static _Thread_local int self;
static _Thread_local uint32_t taken; /* rings that shm_wait_ipi() has taken */
static _Thread_local bool clock_stands;

void stress_port(struct stress_bells *shared)
{
	bells = shared;
	shm_ipi_init();
}

void stress_port_self(int vm)
{
	self = vm;
	taken = 0;
}

void stress_port_stop_clock(void)
{
	clock_stands = true;
}

static int port_init(void)
{
	return bells != NULL ? 0 : -1;
}

static long futex(uint32_t *word, int operation, uint32_t value, const struct timespec *timeout)
{
	return syscall(SYS_futex, word, operation, value, timeout, NULL, 0);
}

static int port_send_ipi(struct cpu_info cpu)
{
	uint32_t *rings = &bells->rings[cpu.vmId & 1];

	__atomic_add_fetch(rings, 1, __ATOMIC_SEQ_CST);
	futex(rings, FUTEX_WAKE, 1, NULL);
	return 0;
}

struct shm_ipi_func linux_shmIpi = {.init = port_init, .send_ipi = port_send_ipi};
struct shm_ipi_func *const shm_port_ipi = &linux_shmIpi;

int shm_wait_ipi(unsigned int timeout_us)
{
	const struct timespec timeout = {
		.tv_sec = timeout_us / US_PER_S,
		.tv_nsec = timeout_us % US_PER_S * 1000,
	};
	uint32_t *rings = &bells->rings[self];
	uint32_t now = __atomic_load_n(rings, __ATOMIC_SEQ_CST);

	while (now == taken) {
		if (futex(rings, FUTEX_WAIT, now, &timeout) != 0 && errno == ETIMEDOUT)
			return SHM_E_TIMEOUT;
		now = __atomic_load_n(rings, __ATOMIC_SEQ_CST);
	}
	taken = now;
	return SHM_OK;
}

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
	if (round < SPIN_ROUNDS)
		relax();
	else
		sched_yield();
}

uint64_t shm_counter(void)
{
	struct timespec now;

	if (clock_stands)
		return 0;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

uint64_t shm_counter_frequency(void)
{
	return NS_PER_S;
}
