// SPDX-License-Identifier: Apache-2.0
/*
 * The port of shm_pub to Linux: how a program waits. First it spins, for as long as
 * linux_shm_set_spin() says, then it sleeps in the driver, where a doorbell wakes it.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <time.h>

#include <fusiondock/mcs.h>

#include "linux_shm.h"
#include "shm_port.h"

#define NS_PER_US 1000u
#define NS_PER_S 1000000000u
#define US_PER_S 1000000u

/*
 * The sleep of a waiting shm_read() or shm_write(). A doorbell ends it; but nobody rings when a
 * message has been read, so it is short, and grows to no more than what was waited before.
 */
#define PAUSE_FIRST_NS 50000u
#define PAUSE_LONGEST_NS 1000000u

static atomic_uint spin_us = LINUX_SHM_SPIN_DEFAULT;

/* Of the wait that this thread is in. */
static _Thread_local struct {
	uint64_t start;    /* counter */
	uint64_t seen;     /* doorbells, as of the look before the sleep */
	unsigned int next; /* sleep, ns; 0: it still spins */
} pause_of;

void linux_shm_set_spin(unsigned int us)
{
	atomic_store(&spin_us, us);
}

static bool may_spin(uint64_t start)
{
	unsigned int us = atomic_load(&spin_us);

	if (us == LINUX_SHM_SPIN_ONLY)
		return true;
	return us > 0 && shm_counter() - start <= shm_counter_frequency() * us / US_PER_S;
}

/*
 * The number of doorbells is asked for before the last look that precedes the first sleep, so
 * a message that comes after that look ends the sleep at once.
 */
static void prepare_sleep(int fd)
{
	struct mcs_wait_change now = {.seen = MCS_SEEN_NOTHING};

	pause_of.next = PAUSE_FIRST_NS;
	if (ioctl(fd, MCS_IOC_WAIT_CHANGE, &now) == 0)
		pause_of.seen = now.seen;
}

static void sleep_in_driver(int fd)
{
	struct mcs_wait_change wait = {.timeout_ns = pause_of.next, .seen = pause_of.seen};
	const struct timespec rest = {.tv_nsec = pause_of.next};

	if (pause_of.next < PAUSE_LONGEST_NS)
		pause_of.next *= 2;
	if (ioctl(fd, MCS_IOC_WAIT_CHANGE, &wait) == 0)
		pause_of.seen = wait.seen;
	else if (errno != ETIMEDOUT && errno != EINTR)
		nanosleep(&rest, NULL); /* no driver (any more) */
}

/*
 * A thread of a real-time class that spun on would keep its core from the others, also from
 * the one it waits for: after a while it sleeps.
 */
void shm_port_pause(unsigned int round)
{
	int fd = linux_shm_fd();

	if (round == 0) {
		pause_of.start = shm_counter();
		pause_of.next = 0;
	}
	if (pause_of.next)
		sleep_in_driver(fd);
	else if (may_spin(pause_of.start))
		__asm__ volatile("yield");
	else
		prepare_sleep(fd);
}

static uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Takes doorbells. A signal ends the driver's sleep, so it begins again with what is left. */
static int take(int fd, uint64_t end_ns)
{
	struct mcs_wait wait = {.timeout_ns = MCS_WAIT_FOREVER};

	do {
		if (end_ns != MCS_WAIT_FOREVER) {
			uint64_t now = monotonic_ns();

			wait.timeout_ns = end_ns > now ? end_ns - now : 0;
		}
		if (ioctl(fd, MCS_IOC_WAIT, &wait) == 0)
			return SHM_OK;
	} while (errno == EINTR);
	return errno == ETIMEDOUT ? SHM_E_TIMEOUT : SHM_E_NO_PORT;
}

int shm_wait_ipi(unsigned int timeout_us)
{
	uint64_t end_ns = MCS_WAIT_FOREVER;
	uint64_t start = shm_counter();
	int fd = linux_shm_fd();
	int result;

	if (fd < 0)
		return SHM_E_NO_PORT;
	if (timeout_us != SHM_WAIT_FOREVER)
		end_ns = monotonic_ns() + (uint64_t)timeout_us * NS_PER_US;
	do {
		result = take(fd, 0);
	} while (result == SHM_E_TIMEOUT && may_spin(start) && monotonic_ns() < end_ns);
	return result == SHM_E_TIMEOUT ? take(fd, end_ns) : result;
}
