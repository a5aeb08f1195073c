/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mcs_check: the checks themselves are in check_*.c. Says in the end
 * "mcs_check GROUP: N checks, M failed"; status 0, 1 when a check failed, 2 when it could not run.
 */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "peer.h"

static const struct {
	const char *name;
	void (*run)(void);
	bool has_peer;
} groups[] = {
	{"doorbells", check_doorbells, true}, {"direct", check_direct, true},
	{"poll", check_poll, true},           {"notify", check_notify, true},
	{"errors", check_errors, true},       {"maps", check_maps, true},
	{"sysfs", check_sysfs, true},         {"storm", check_storm, true},
	{"port", check_port, true},           {"life", check_life, true},
	{"reload", check_reload, false},
};

static atomic_uint checks, failures;

bool check_that(bool good, const char *file, int line, const char *what)
{
	int error = errno;

	atomic_fetch_add(&checks, 1);
	if (!good) {
		atomic_fetch_add(&failures, 1);
		printf("# %s:%d: %s (errno %d, %s)\n", file, line, what, error, strerror(error));
	}
	return good;
}

int check_open(int flags)
{
	int fd = open(MCS_DEVICE, flags | O_CLOEXEC);

	if (fd < 0) {
		perror(MCS_DEVICE);
		exit(2);
	}
	return fd;
}

long check_wait(int fd, uint64_t timeout_ns)
{
	struct mcs_wait wait = {.timeout_ns = timeout_ns};

	return ioctl(fd, MCS_IOC_WAIT, &wait) == 0 ? (long)wait.count : -1;
}

long check_pending(int fd)
{
	struct mcs_stats stats;

	return ioctl(fd, MCS_IOC_STATS, &stats) == 0 ? (long)stats.pending : -1;
}

void check_sleep_ms(unsigned int ms)
{
	struct timespec rest = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
		;
}

uint64_t check_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

int check_write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t done;
	int error;

	if (fd < 0)
		return -1;
	done = write(fd, text, strlen(text));
	error = errno;
	close(fd);
	errno = error;
	return done < 0 ? -1 : 0;
}

const char *check_read_file(const char *path)
{
	static char line[256];
	FILE *file = fopen(path, "re");

	if (!file || !fgets(line, sizeof(line), file))
		line[0] = '\0';
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; argc == 2 && i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (strcmp(argv[1], groups[i].name) != 0)
			continue;
		if (groups[i].has_peer)
			peer_open();
		groups[i].run();
		printf("mcs_check %s: %u checks, %u failed\n", argv[1], atomic_load(&checks),
		       atomic_load(&failures));
		return atomic_load(&failures) ? 1 : 0;
	}
	fprintf(stderr, "usage: mcs_check GROUP, one of those in check.c\n");
	return 2;
}
