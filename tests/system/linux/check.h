/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that run in VM 0: `mcs_check GROUP` runs one group and counts. */
#ifndef TESTS_SYSTEM_LINUX_CHECK_H
#define TESTS_SYSTEM_LINUX_CHECK_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>

#include "fusiondock/hypercall.h"
#include "fusiondock/mcs.h"

/* Counts the check; when it fails shows where, what, and errno. Any thread. */
bool check_that(bool good, const char *file, int line, const char *what);

#define CHECK(condition) check_that(condition, __FILE__, __LINE__, #condition)

/* A call that must return -1 with that errno. */
#define FAILS(call, error)                                                                         \
	check_that((errno = 0, (long)(call) == -1) && errno == (error), __FILE__, __LINE__,        \
		   #call " fails with " #error)

void check_doorbells(void); /* counting, waiting, sharing */
void check_direct(void);    /* woken by the interrupt itself */
void check_poll(void);      /* poll, select, epoll */
void check_notify(void);    /* SIGIO, eventfd */
void check_errors(void);    /* what a program can pass wrong */
void check_maps(void);      /* mmap and /dev/mem */
void check_sysfs(void);     /* attributes, affinity, access without capabilities */
void check_storm(void);     /* a peer that rings as fast as it can */
void check_port(void);      /* libshm_pub's port */
void check_life(void);      /* unbind, and what is open meanwhile */
void check_reload(void);    /* unload and load; ends with the peer off */

/* /dev/mcs with these flags; ends the program when it cannot be opened. */
int check_open(int flags);

/* MCS_IOC_WAIT: -1 and errno, or the number of doorbells taken. */
long check_wait(int fd, uint64_t timeout_ns);

/* Doorbells that fd has not taken, by MCS_IOC_STATS. */
long check_pending(int fd);

#define MS 1000000ull /* in ns */

void check_sleep_ms(unsigned int ms);
uint64_t check_now_ms(void);

/* Writes text to a file of /sys or /proc. 0, or -1 and errno. */
int check_write_file(const char *path, const char *text);

/* First line of a file without its end; "" when it cannot be read. */
const char *check_read_file(const char *path);

#endif
