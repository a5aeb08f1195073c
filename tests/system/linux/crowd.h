/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that wait for doorbells in every way at once, while the peer rings. */
#ifndef TESTS_SYSTEM_LINUX_CROWD_H
#define TESTS_SYSTEM_LINUX_CROWD_H

#include <stdint.h>

enum crowd_way {
	CROWD_WAIT,    /* MCS_IOC_WAIT */
	CROWD_READ,    /* read */
	CROWD_POLL,    /* poll, then read */
	CROWD_LEVEL,   /* epoll, then read */
	CROWD_EDGE,    /* epoll with EPOLLET, then read until EAGAIN */
	CROWD_EVENTFD, /* read of an eventfd, then of the device */
};

#define CROWD_MAX 16

/*
 * One thread for each of ways[count], each with an open file of its own, except that the last
 * `sharing` of them share one. No thread has a time limit: one that misses its wake-up stays asleep
 * with doorbells untaken, and that is looked for. In the end each file has got every doorbell
 * once. Returns how many there were.
 */
long crowd_run(const enum crowd_way *ways, int count, int sharing, uint32_t rings,
	       unsigned int gap_us);

#endif
