/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "crowd.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "check.h"
#include "peer.h"

#define PATIENCE_MS 30000u

struct member {
	enum crowd_way way;
	int fd, helper; /* helper: epoll or eventfd */
	long taken;
};

static atomic_bool done;
static atomic_int running;

static void take_all(struct member *m)
{
	uint64_t more;

	while (read(m->fd, &more, sizeof(more)) == sizeof(more))
		m->taken += (long)more;
}

static void prepare(struct member *m)
{
	struct epoll_event event = {.events = EPOLLIN | (m->way == CROWD_EDGE ? EPOLLET : 0u)};
	struct mcs_eventfd set;

	if (m->way == CROWD_LEVEL || m->way == CROWD_EDGE) {
		m->helper = epoll_create1(EPOLL_CLOEXEC);
		CHECK(epoll_ctl(m->helper, EPOLL_CTL_ADD, m->fd, &event) == 0);
	} else if (m->way == CROWD_EVENTFD) {
		m->helper = eventfd(0, EFD_CLOEXEC);
		set = (struct mcs_eventfd){.fd = m->helper};
		CHECK(ioctl(m->fd, MCS_IOC_EVENTFD, &set) == 0);
	}
}

static void wait_once(struct member *m)
{
	struct pollfd p = {.fd = m->fd, .events = POLLIN};
	struct epoll_event event;
	uint64_t more = 0;
	long count = 0;

	switch (m->way) {
	case CROWD_WAIT:
		count = check_wait(m->fd, MCS_WAIT_FOREVER);
		break;
	case CROWD_READ:
		count = read(m->fd, &more, sizeof(more)) == sizeof(more) ? (long)more : 0;
		break;
	case CROWD_POLL:
		poll(&p, 1, -1);
		break;
	case CROWD_LEVEL:
	case CROWD_EDGE:
		epoll_wait(m->helper, &event, 1, -1);
		break;
	case CROWD_EVENTFD:
		CHECK(read(m->helper, &more, sizeof(more)) == sizeof(more));
		break;
	}
	m->taken += count > 0 ? count : 0;
	if (m->way >= CROWD_POLL)
		take_all(m);
}

static void *wait_on(void *arg)
{
	while (!atomic_load(&done))
		wait_once(arg);
	atomic_fetch_sub(&running, 1);
	return NULL;
}

static bool nothing_is_left(const struct member *members, int count)
{
	for (int i = 0; i < count; i++)
		if (check_pending(members[i].fd) != 0)
			return false;
	return true;
}

/* All rings have been made, and whoever is asleep has nothing to take. */
static bool is_quiet(const struct member *members, int count)
{
	CHECK(peer_settle());
	for (unsigned int ms = 0; ms < PATIENCE_MS; ms++) {
		if (nothing_is_left(members, count))
			return true;
		check_sleep_ms(1);
	}
	for (int i = 0; i < count; i++)
		if (check_pending(members[i].fd) != 0)
			printf("# way %d sleeps beside %ld doorbells\n", members[i].way,
			       check_pending(members[i].fd));
	return false;
}

/* Each ring wakes at least one of those that still wait. */
static void end_all(pthread_t *threads, int count)
{
	atomic_store(&done, true);
	while (atomic_load(&running))
		peer_ring_once();
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void start_all(struct member *members, pthread_t *threads, const enum crowd_way *ways,
		      int count, int sharing)
{
	int first_shared = sharing ? count - sharing : count;

	atomic_store(&done, false);
	atomic_store(&running, count);
	for (int i = 0; i < count; i++) {
		int flags = O_RDWR | (ways[i] >= CROWD_POLL ? O_NONBLOCK : 0);

		members[i] = (struct member){.way = ways[i], .helper = -1};
		members[i].fd = i > first_shared ? dup(members[i - 1].fd) : check_open(flags);
		prepare(&members[i]);
	}
	for (int i = 0; i < count; i++)
		pthread_create(&threads[i], NULL, wait_on, &members[i]);
}

/* Every file has got every doorbell once: taken by one of its threads, or still to be taken. */
static void count_all(struct member *members, int count, int sharing, long total)
{
	long together = 0;

	for (int i = 0; i < count; i++) {
		if (i < count - sharing)
			CHECK(members[i].taken + check_pending(members[i].fd) == total);
		else
			together += members[i].taken;
	}
	if (sharing)
		CHECK(together + check_pending(members[count - 1].fd) == total);
	for (int i = 0; i < count; i++) {
		close(members[i].fd);
		if (members[i].helper >= 0)
			close(members[i].helper);
	}
}

long crowd_run(const enum crowd_way *ways, int count, int sharing, uint32_t rings,
	       unsigned int gap_us)
{
	struct member members[CROWD_MAX];
	pthread_t threads[CROWD_MAX];
	int witness = check_open(O_RDWR);
	long total;

	start_all(members, threads, ways, count, sharing);
	peer_start(rings, 2, gap_us, 1);
	CHECK(is_quiet(members, count));
	end_all(threads, count);
	total = check_pending(witness);
	CHECK(total > 1);
	count_all(members, count, sharing, total);
	close(witness);
	return total;
}
