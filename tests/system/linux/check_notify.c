/* SPDX-License-Identifier: Apache-2.0 */
/* SIGIO and eventfds. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "check.h"
#include "peer.h"

#define PATIENCE_MS 5000u

static atomic_int signals, band;

static void count_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	atomic_store(&band, (int)info->si_band);
	atomic_fetch_add(&signals, 1);
}

static bool signals_reach(int wanted)
{
	for (unsigned int ms = 0; ms < PATIENCE_MS && atomic_load(&signals) < wanted; ms++)
		check_sleep_ms(1);
	return atomic_load(&signals) == wanted;
}

static void a_signal_for_each_doorbell(void)
{
	struct sigaction action = {.sa_sigaction = count_signal, .sa_flags = SA_SIGINFO};
	int fd = check_open(O_RDWR), flags = fcntl(fd, F_GETFL);

	sigaction(SIGIO, &action, NULL);
	sigaction(SIGRTMIN, &action, NULL);
	CHECK(fcntl(fd, F_SETOWN, getpid()) == 0 && fcntl(fd, F_SETFL, flags | O_ASYNC) == 0);
	for (int i = 1; i <= 5; i++)
		CHECK(peer_ring_once() && signals_reach(i));
	/* Queued real-time signals say what happened to which descriptor. */
	CHECK(fcntl(fd, F_SETSIG, SIGRTMIN) == 0);
	CHECK(peer_ring_once() && signals_reach(6) && (atomic_load(&band) & POLLIN));
	CHECK(fcntl(fd, F_SETFL, flags) == 0);
	CHECK(peer_ring_once());
	check_sleep_ms(20);
	CHECK(signals_reach(6) && check_wait(fd, 0) == 7);
	/* Closed while it is set: nothing may be left behind. */
	CHECK(fcntl(fd, F_SETFL, flags | O_ASYNC) == 0);
	close(fd);
	CHECK(peer_ring_once() && signals_reach(6));
}

static int set_eventfd(int fd, int event)
{
	struct mcs_eventfd e = {.fd = event};

	return ioctl(fd, MCS_IOC_EVENTFD, &e);
}

static long events(int event)
{
	struct pollfd p = {.fd = event, .events = POLLIN};
	uint64_t count;

	if (poll(&p, 1, PATIENCE_MS) != 1 || read(event, &count, sizeof(count)) != sizeof(count))
		return -1;
	return (long)count;
}

static bool is_quiet(int event)
{
	struct pollfd p = {.fd = event, .events = POLLIN};

	return poll(&p, 1, 20) == 0;
}

static void an_eventfd_tells_and_takes_nothing(void)
{
	int fd = check_open(O_RDWR), one = eventfd(0, EFD_CLOEXEC), two = eventfd(0, EFD_CLOEXEC);

	CHECK(set_eventfd(fd, one) == 0);
	for (int i = 0; i < 3; i++)
		CHECK(peer_ring_once() && events(one) == 1);
	CHECK(check_pending(fd) == 3);
	/* The new one takes the place of the old. */
	CHECK(set_eventfd(fd, two) == 0);
	CHECK(peer_ring_once() && events(two) == 1 && is_quiet(one));
	CHECK(set_eventfd(fd, MCS_EVENTFD_NONE) == 0 && set_eventfd(fd, MCS_EVENTFD_NONE) == 0);
	CHECK(peer_ring_once() && is_quiet(two));
	/* It lives as long as the open file does. */
	CHECK(set_eventfd(fd, one) == 0);
	close(fd);
	CHECK(peer_ring_once() && is_quiet(one));
	close(one);
	close(two);
}

static void an_eventfd_closed_by_its_program(void)
{
	int fd = check_open(O_RDWR), event = eventfd(0, EFD_CLOEXEC);

	CHECK(set_eventfd(fd, event) == 0);
	close(event);
	CHECK(peer_ring_once() && check_wait(fd, 0) == 1);
	close(fd);
}

static void two_files_two_eventfds(void)
{
	int a = check_open(O_RDWR), b = check_open(O_RDONLY);
	int one = eventfd(0, EFD_CLOEXEC), two = eventfd(0, EFD_CLOEXEC);

	CHECK(set_eventfd(a, one) == 0 && set_eventfd(b, two) == 0);
	CHECK(peer_ring_once() && events(one) == 1 && events(two) == 1);
	close(a);
	CHECK(peer_ring_once() && is_quiet(one) && events(two) == 1);
	close(b);
	close(one);
	close(two);
}

void check_notify(void)
{
	a_signal_for_each_doorbell();
	an_eventfd_tells_and_takes_nothing();
	an_eventfd_closed_by_its_program();
	two_files_two_eventfds();
}
