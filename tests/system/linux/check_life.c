/* SPDX-License-Identifier: Apache-2.0 */
/* Unload, reload and unbind, with the device idle, open, mapped and slept on. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "peer.h"

#define MODULE "/lib/modules/mcs_km.ko"
#define DRIVER "/sys/bus/platform/drivers/mcs_km/"
#define NODE "fusiondock"

static int unload(void)
{
	return (int)syscall(SYS_delete_module, "mcs_km", O_NONBLOCK);
}

static int load(void)
{
	int fd = open(MODULE, O_RDONLY | O_CLOEXEC);
	int result = (int)syscall(SYS_finit_module, fd, "", 0);

	close(fd);
	return result;
}

static char *map(int fd)
{
	return mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0x2a800000);
}

/* peer_open() keeps a descriptor and mappings: here the module is in use. */
static void unload_is_refused_while_open_or_mapped(void)
{
	int fd = check_open(O_RDWR);
	char *p = map(fd);

	FAILS(unload(), EWOULDBLOCK);
	close(fd);
	CHECK(p != MAP_FAILED && *(unsigned int *)p == 0x3ffff0);
	FAILS(unload(), EWOULDBLOCK);
	munmap(p, 4096);
}

static int sleeper(void)
{
	int fd = check_open(O_RDWR);

	return check_wait(fd, MCS_WAIT_FOREVER) == -1 && errno == ENODEV ? 0 : 1;
}

static int poller(void)
{
	struct pollfd p = {.fd = check_open(O_RDWR), .events = POLLIN};

	return poll(&p, 1, -1) == 1 && p.revents == (POLLERR | POLLHUP) ? 0 : 1;
}

static int reader(void)
{
	uint64_t count;

	return read(check_open(O_RDWR), &count, sizeof(count)) == -1 && errno == ENODEV ? 0 : 1;
}

static atomic_int hung_up;

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	if (info->si_code == POLL_HUP)
		atomic_fetch_add(&hung_up, 1);
}

static int signalled(void)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	int fd = check_open(O_RDWR);

	sigaction(SIGRTMIN, &action, NULL);
	fcntl(fd, F_SETSIG, SIGRTMIN);
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETFL, O_RDWR | O_ASYNC);
	for (int ms = 0; ms < 5000 && !atomic_load(&hung_up); ms++)
		check_sleep_ms(1);
	return atomic_load(&hung_up) ? 0 : 1;
}

static void unbind_wakes_all(void)
{
	int (*const waiting[])(void) = {sleeper, poller, reader, signalled};
	pid_t children[4];
	int status;

	for (int i = 0; i < 4; i++) {
		children[i] = fork();
		if (children[i] == 0)
			_exit(waiting[i]());
	}
	check_sleep_ms(200);
	CHECK(check_write_file(DRIVER "unbind", NODE) == 0);
	for (int i = 0; i < 4; i++)
		CHECK(waitpid(children[i], &status, 0) == children[i] && status == 0);
}

static void what_is_open_says_enodev(int fd, char *p)
{
	struct pollfd poll_of = {.fd = fd, .events = POLLIN};
	struct mcs_ring ring = {.vm = 1};
	struct mcs_version version;
	uint64_t count;

	FAILS(open(MCS_DEVICE, O_RDWR), ENOENT);
	FAILS(ioctl(fd, MCS_IOC_RING, &ring), ENODEV);
	FAILS(ioctl(fd, MCS_IOC_VERSION, &version), ENODEV);
	FAILS(check_wait(fd, MCS_WAIT_FOREVER), ENODEV);
	FAILS(read(fd, &count, sizeof(count)), ENODEV);
	FAILS(map(fd), ENODEV);
	CHECK(poll(&poll_of, 1, 0) == 1 && (poll_of.revents & (POLLERR | POLLHUP)));
	CHECK(fcntl(fd, F_SETFL, O_RDWR | O_ASYNC) == 0 && fcntl(fd, F_SETFL, O_RDWR) == 0);
	/* The memory is the base's, it stays. */
	CHECK(*(unsigned int *)p == 0x3ffff0);
	CHECK(*check_read_file("/sys/class/misc/mcs/vm_id") == '\0');
}

/* The peer's descriptor is of the old binding: rings are counted by a new file. */
static void bound_again(int old)
{
	struct mcs_ring ring = {.vm = 1};
	struct mcs_stats stats;
	int fd;

	CHECK(check_write_file(DRIVER "bind", NODE) == 0);
	fd = check_open(O_RDWR);
	CHECK(ioctl(fd, MCS_IOC_STATS, &stats) == 0 && stats.doorbells == 0);
	CHECK(ioctl(fd, MCS_IOC_RING, &ring) == 0);
	FAILS(ioctl(old, MCS_IOC_RING, &ring), ENODEV);
	close(fd);
}

/* Rings on while the driver comes and goes. */
static void unbound_under_fire(void)
{
	peer_open(); /* of the new binding */
	peer_start(20000, 2, 0, 1);
	for (int i = 0; i < 5; i++) {
		CHECK(check_write_file(DRIVER "unbind", NODE) == 0);
		CHECK(check_write_file(DRIVER "bind", NODE) == 0);
		check_sleep_ms(20);
	}
	CHECK(peer_settle());
	peer_open();
	CHECK(peer_ring_once());
}

static bool reload_often(void)
{
	for (int i = 0; i < 5; i++) {
		if (unload() != 0 || access(MCS_DEVICE, F_OK) == 0 || load() != 0)
			return false;
		check_sleep_ms(10);
	}
	return access(MCS_DEVICE, F_OK) == 0;
}

/* A group of its own: nothing of the device may be open or mapped. Leaves the peer off. */
void check_reload(void)
{
	struct mcs_ring ring = {.vm = 1};
	int fd;

	CHECK(reload_often());
	peer_open();
	CHECK(peer_ring_once());
	CHECK(peer_off());
	fd = check_open(O_RDWR);
	FAILS(ioctl(fd, MCS_IOC_RING, &ring), EHOSTDOWN);
	close(fd);
}

void check_life(void)
{
	int fd = check_open(O_RDWR);
	char *p = map(fd);

	unload_is_refused_while_open_or_mapped();
	unbind_wakes_all();
	what_is_open_says_enodev(fd, p);
	bound_again(fd);
	close(fd);
	unbound_under_fire();
}
