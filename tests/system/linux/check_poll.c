/* SPDX-License-Identifier: Apache-2.0 */
/* poll, select and epoll report doorbells until they are taken, and take none. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "check.h"
#include "crowd.h"
#include "peer.h"

static int poll_one(int fd, int timeout_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLRDNORM};
	int result = poll(&p, 1, timeout_ms);

	return result == 1 ? p.revents : result;
}

static int select_one(int fd, unsigned int timeout_ms)
{
	struct timeval timeout = {.tv_usec = timeout_ms * 1000};
	fd_set set;

	FD_ZERO(&set);
	FD_SET(fd, &set);
	return select(fd + 1, &set, NULL, NULL, &timeout);
}

static void poll_and_select_take_nothing(void)
{
	int a = check_open(O_RDWR), b = check_open(O_RDWR | O_NONBLOCK);

	CHECK(poll_one(a, 0) == 0 && select_one(a, 10) == 0);
	CHECK(peer_ring_once());
	for (int i = 0; i < 3; i++)
		CHECK(poll_one(a, 0) == (POLLIN | POLLRDNORM) && select_one(b, 0) == 1);
	CHECK(check_wait(a, 0) == 1);
	CHECK(poll_one(a, 0) == 0);
	/* The other reader's is still there. */
	CHECK(poll_one(b, 0) == (POLLIN | POLLRDNORM));
	close(a);
	close(b);
}

static int add(int ep, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events};

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

static int wait_one(int ep, int timeout_ms)
{
	struct epoll_event event;

	return epoll_wait(ep, &event, 1, timeout_ms);
}

static void a_doorbell_from_before_epoll_ctl_is_reported(void)
{
	int fd = check_open(O_RDWR), level = epoll_create1(0), edge = epoll_create1(0);

	CHECK(peer_ring_once());
	CHECK(add(level, fd, EPOLLIN) == 0 && add(edge, fd, EPOLLIN | EPOLLET) == 0);
	CHECK(wait_one(level, 1000) == 1 && wait_one(level, 0) == 1);
	CHECK(wait_one(edge, 1000) == 1 && wait_one(edge, 0) == 0);
	CHECK(check_wait(fd, 0) == 1);
	CHECK(wait_one(level, 0) == 0 && wait_one(edge, 0) == 0);
	/* An edge for each further doorbell, taken or not. */
	CHECK(peer_ring_once() && wait_one(edge, 1000) == 1 && wait_one(edge, 0) == 0);
	CHECK(peer_ring_once() && wait_one(edge, 1000) == 1 && check_wait(fd, 0) == 2);
	close(level);
	close(edge);
	close(fd);
}

static void one_shot_is_armed_again(void)
{
	int fd = check_open(O_RDWR), ep = epoll_create1(0);
	struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT};

	CHECK(add(ep, fd, EPOLLIN | EPOLLONESHOT) == 0);
	CHECK(peer_ring_once() && wait_one(ep, 1000) == 1 && wait_one(ep, 0) == 0);
	CHECK(epoll_ctl(ep, EPOLL_CTL_MOD, fd, &event) == 0 && wait_one(ep, 1000) == 1);
	close(ep);
	close(fd);
}

static void every_way_of_waiting_at_once(void)
{
	static const enum crowd_way ways[] = {CROWD_POLL, CROWD_EDGE,    CROWD_LEVEL,
					      CROWD_WAIT, CROWD_READ,    CROWD_EVENTFD,
					      CROWD_EDGE, CROWD_EVENTFD, CROWD_POLL};

	crowd_run(ways, sizeof(ways) / sizeof(ways[0]), 0, 500, 1000);
	for (int i = 0; i < 3; i++)
		crowd_run(&ways[i], 1, 0, 200, 500);
}

void check_poll(void)
{
	poll_and_select_take_nothing();
	a_doorbell_from_before_epoll_ctl_is_reported();
	one_shot_is_armed_again();
	every_way_of_waiting_at_once();
}
