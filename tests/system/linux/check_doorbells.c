/* SPDX-License-Identifier: Apache-2.0 */
/* Doorbells are counted for each open file; none is lost, none is taken twice. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "crowd.h"
#include "peer.h"

static long take(int fd)
{
	uint64_t count = 0;

	return read(fd, &count, sizeof(count)) == sizeof(count) ? (long)count : -1;
}

static void five_in_a_row_are_five(void)
{
	int a = check_open(O_RDWR), b = check_open(O_RDONLY | O_NONBLOCK);

	for (int i = 0; i < 5; i++)
		CHECK(peer_ring_once());
	CHECK(check_pending(a) == 5);
	CHECK(take(a) == 5);
	FAILS(check_wait(a, 0), ETIMEDOUT);
	/* The second reader has lost nothing to the first. */
	CHECK(take(b) == 5);
	FAILS(take(b), EAGAIN);
	close(a);
	close(b);
}

static void each_file_counts_from_its_open(void)
{
	int early = check_open(O_RDWR), late;
	struct mcs_stats stats;

	CHECK(peer_ring_once());
	late = check_open(O_RDWR);
	FAILS(check_wait(late, 0), ETIMEDOUT);
	CHECK(peer_ring_once());
	CHECK(check_wait(early, 0) == 2 && check_wait(late, 0) == 1);
	CHECK(ioctl(early, MCS_IOC_STATS, &stats) == 0 && stats.taken == 2 && stats.pending == 0);
	CHECK(stats.doorbells == peer_doorbells() && stats.rung > 0);
	close(early);
	close(late);
}

static void both_vectors_ring_the_same_doorbell(void)
{
	int fd = check_open(O_RDWR);

	CHECK(peer_ring_vector(1) && peer_ring_vector(0) && peer_ring_vector(1));
	CHECK(check_wait(fd, 0) == 3);
	close(fd);
}

static void a_failed_call_takes_nothing(void)
{
	int fd = check_open(O_RDWR);
	void *volatile nowhere = (void *)8; /* volatile: the compiler would see through it */
	char bytes[7];

	CHECK(peer_ring_once() && peer_ring_once());
	FAILS(read(fd, nowhere, 8), EFAULT);
	FAILS(read(fd, bytes, sizeof(bytes)), EINVAL);
	FAILS(ioctl(fd, MCS_IOC_WAIT, nowhere), EFAULT);
	CHECK(check_pending(fd) == 2 && take(fd) == 2);
	close(fd);
}

static void time_and_signals_end_a_wait(void)
{
	int fd = check_open(O_RDWR);
	uint64_t start = check_now_ms();
	struct itimerval soon = {.it_value = {.tv_usec = 50000}};

	FAILS(check_wait(fd, 100 * MS), ETIMEDOUT);
	CHECK(check_now_ms() - start >= 100);
	setitimer(ITIMER_REAL, &soon, NULL);
	FAILS(check_wait(fd, MCS_WAIT_FOREVER), EINTR);
	setitimer(ITIMER_REAL, &soon, NULL);
	/* Longer than the kernel can count: no limit. */
	FAILS(check_wait(fd, MCS_WAIT_FOREVER - 1), EINTR);
	setitimer(ITIMER_REAL, &soon, NULL);
	FAILS(take(fd), EINTR);
	close(fd);
}

/* --- Several who wait at once */

static void all_who_sleep_get_theirs(void)
{
	/* More than one interrupt wakes itself; the last three on one file. */
	static const enum crowd_way ways[] = {CROWD_WAIT, CROWD_READ, CROWD_WAIT,
					      CROWD_READ, CROWD_WAIT, CROWD_READ,
					      CROWD_WAIT, CROWD_WAIT, CROWD_READ};

	crowd_run(ways, sizeof(ways) / sizeof(ways[0]), 3, 500, 1000);
	/* One alone: nothing but the interrupt itself wakes it. */
	crowd_run(ways, 1, 0, 500, 500);
}

static int shared;

static void *change_of(void *arg)
{
	struct mcs_wait_change wait = {.timeout_ns = 10000 * MS, .seen = *(uint64_t *)arg};

	return ioctl(shared, MCS_IOC_WAIT_CHANGE, &wait) == 0 && wait.seen == *(uint64_t *)arg + 1
		       ? arg
		       : NULL;
}

static void a_change_is_seen_by_all_threads_of_one_file(void)
{
	struct mcs_wait_change wait = {.seen = MCS_SEEN_NOTHING};
	pthread_t threads[3];
	void *seen;

	shared = check_open(O_RDWR);
	CHECK(ioctl(shared, MCS_IOC_WAIT_CHANGE, &wait) == 0 && wait.seen == peer_doorbells());
	FAILS(ioctl(shared, MCS_IOC_WAIT_CHANGE, &wait), ETIMEDOUT);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, change_of, &wait.seen);
	check_sleep_ms(20);
	CHECK(peer_ring_once());
	for (int i = 0; i < 3; i++)
		CHECK(pthread_join(threads[i], &seen) == 0 && seen);
	CHECK(check_wait(shared, 0) == 1);
	close(shared);
}

static void a_child_shares_the_file_of_its_parent(void)
{
	int fd = check_open(O_RDWR), status = -1;
	pid_t child;

	CHECK(peer_ring_once() && peer_ring_once());
	child = fork();
	if (child == 0)
		_exit(check_wait(fd, 0) == 2 ? 0 : 1);
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	FAILS(check_wait(fd, 0), ETIMEDOUT);
	/* What it opens itself counts by itself. */
	child = fork();
	if (child == 0) {
		int mine = check_open(O_RDWR);

		_exit(peer_ring_once() && check_wait(mine, 1000 * MS) == 1 ? 0 : 1);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	CHECK(check_wait(fd, 0) == 1);
	close(fd);
}

static void *wait_on(void *arg)
{
	return (void *)(intptr_t)check_wait(*(int *)arg, 10000 * MS);
}

static void a_descriptor_closed_during_a_wait(void)
{
	int fd = check_open(O_RDWR), number = fd;
	pthread_t thread;
	void *count;

	pthread_create(&thread, NULL, wait_on, &number);
	/* Long: on a busy machine the thread takes its time to come to its wait. */
	check_sleep_ms(1500);
	close(fd);
	FAILS(check_wait(fd, 0), EBADF);
	CHECK(peer_ring_once());
	CHECK(pthread_join(thread, &count) == 0 && (intptr_t)count == 1);
}

static void killed_while_it_waits(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		check_wait(check_open(O_RDWR), MCS_WAIT_FOREVER);
		_exit(1);
	}
	check_sleep_ms(50);
	kill(child, SIGKILL);
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
	CHECK(peer_ring_once());
}

static void nothing(int signal)
{
	(void)signal;
}

void check_doorbells(void)
{
	struct sigaction action = {.sa_handler = nothing};

	sigaction(SIGALRM, &action, NULL);
	five_in_a_row_are_five();
	each_file_counts_from_its_open();
	both_vectors_ring_the_same_doorbell();
	a_failed_call_takes_nothing();
	time_and_signals_end_a_wait();
	all_who_sleep_get_theirs();
	a_change_is_seen_by_all_threads_of_one_file();
	a_child_shares_the_file_of_its_parent();
	a_descriptor_closed_during_a_wait();
	killed_while_it_waits();
}
