/* SPDX-License-Identifier: Apache-2.0 */
/* The port below libshm_pub: finds all by the driver, sleeps unless told to spin, many threads. */
#define _GNU_SOURCE

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "linux_shm.h"
#include "peer.h"

#define PEER 1
#define US 1000000u
#define ECHO 7 /* a type that the peer sends back */

static shm_info_s *out, *in;

static void find_all(void)
{
	struct shm_region region;
	unsigned int n = 0;
	int result = 1;

	CHECK(linux_shm_fd() == SHM_E_NO_PORT && shm_vm_id() == SHM_E_NO_PORT);
	CHECK(shm_wait_ipi(0) == SHM_E_NO_PORT && shm_send_ipi(PEER) == SHM_E_NO_PORT);
	shm_ipi_init();
	CHECK(shm_ipi_status() == SHM_OK && shm_vm_id() == 0 && linux_shm_fd() >= 0);
	while (shm_region_info(n, &region) == SHM_OK) {
		if (region.flags & SHM_REGION_IS_WRITER)
			out = shm_map(&region, &result);
		else if (region.reader == 0 && region.flags & SHM_REGION_WRITE)
			in = shm_map(&region, &result);
		n++;
	}
	CHECK(n == 3 && out && in && result == SHM_OK);
	CHECK(shm_region_info(0, NULL) == SHM_E_PARAM && !shm_map(NULL, &result));
	CHECK(result == SHM_E_PARAM && shm_send_ipi(7) == SHM_E_IPI);
	region.size += 4096;
	CHECK(!shm_map(&region, &result) && result == SHM_E_PARAM);
}

static long cpu_ms(void)
{
	struct rusage used;

	getrusage(RUSAGE_THREAD, &used);
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
	       (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static void doorbells_are_taken_and_polled(void)
{
	struct pollfd p = {.fd = linux_shm_fd(), .events = POLLIN};

	while (shm_wait_ipi(0) == SHM_OK)
		;
	CHECK(shm_wait_ipi(0) == SHM_E_TIMEOUT && poll(&p, 1, 0) == 0);
	CHECK(peer_ring_once() && poll(&p, 1, 1000) == 1);
	CHECK(shm_wait_ipi(SHM_WAIT_FOREVER) == SHM_OK && poll(&p, 1, 0) == 0);
}

static void a_wait_takes_time_and_no_core(void)
{
	uint64_t start = check_now_ms();
	long used = cpu_ms();
	char byte;

	linux_shm_set_spin(0);
	CHECK(shm_wait_ipi(US / 2) == SHM_E_TIMEOUT);
	CHECK(check_now_ms() - start >= 500 && cpu_ms() - used < 100);
	shm_set_wait(in, US / 2);
	start = check_now_ms();
	used = cpu_ms();
	CHECK(shm_read(in, &byte, 1) == SHM_E_TIMEOUT);
	CHECK(check_now_ms() - start >= 500 && cpu_ms() - used < 250);
	/* Asked to, it spins: all of the time is the core's. */
	linux_shm_set_spin(LINUX_SHM_SPIN_ONLY);
	start = check_now_ms();
	used = cpu_ms();
	CHECK(shm_wait_ipi(US / 5) == SHM_E_TIMEOUT && check_now_ms() - start >= 200);
	CHECK(shm_read(in, &byte, 1) == SHM_E_TIMEOUT);
	CHECK(cpu_ms() - used >= 350);
	linux_shm_set_spin(LINUX_SHM_SPIN_DEFAULT);
}

static bool echo(const char *text)
{
	char buffer[64] = "";
	unsigned int len = 0;
	int type = 0;

	return shm_write((void *)(uintptr_t)text, (unsigned int)strlen(text) + 1, ECHO, out,
			 PEER) == SHM_OK &&
	       shm_receive(in, buffer, sizeof(buffer), &len, &type) == SHM_OK && type == ECHO &&
	       strcmp(buffer, text) == 0;
}

static void messages_come_back_in_every_way_of_waiting(void)
{
	static const unsigned int spins[] = {0, LINUX_SHM_SPIN_DEFAULT, LINUX_SHM_SPIN_ONLY};

	shm_set_wait(in, 10 * US);
	shm_set_wait(out, 10 * US);
	for (size_t s = 0; s < sizeof(spins) / sizeof(spins[0]); s++) {
		int good = 0;

		linux_shm_set_spin(spins[s]);
		for (int i = 0; i < 200; i++)
			good += echo(i & 1 ? "one" : "another");
		CHECK(good == 200);
	}
	linux_shm_set_spin(LINUX_SHM_SPIN_DEFAULT);
}

static atomic_int initialised, taken, timeouts;

static void *init_again(void *arg)
{
	shm_ipi_init();
	if (shm_ipi_status() == SHM_OK && linux_shm_fd() == *(int *)arg)
		atomic_fetch_add(&initialised, 1);
	return NULL;
}

static void *take_some(void *arg)
{
	(void)arg;
	for (int i = 0; i < 20; i++) {
		if (shm_wait_ipi(20000) == SHM_OK)
			atomic_fetch_add(&taken, 1);
		else
			atomic_fetch_add(&timeouts, 1);
	}
	return NULL;
}

static void threads(void)
{
	int fd = linux_shm_fd();
	pthread_t thread[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, init_again, &fd);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	CHECK(atomic_load(&initialised) == 4);
	while (shm_wait_ipi(0) == SHM_OK)
		;
	/* Ten doorbells, far apart: each goes to one of those who wait. */
	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, take_some, NULL);
	for (int i = 0; i < 10; i++)
		CHECK(peer_ring_once());
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	while (shm_wait_ipi(0) == SHM_OK)
		atomic_fetch_add(&taken, 1);
	CHECK(atomic_load(&taken) <= 10 && atomic_load(&taken) > 0);
}

static void a_child_has_doorbells_of_its_own(void)
{
	int fd = linux_shm_fd(), status = -1;
	pid_t child;

	while (shm_wait_ipi(0) == SHM_OK)
		;
	child = fork();
	if (child == 0)
		_exit(linux_shm_fd() == fd && shm_wait_ipi(5 * US) == SHM_OK ? 0 : 1);
	check_sleep_ms(50);
	CHECK(peer_ring_once());
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	/* The child has not taken it from its parent. */
	CHECK(shm_wait_ipi(0) == SHM_OK);
}

void check_port(void)
{
	find_all();
	doorbells_are_taken_and_polled();
	a_wait_takes_time_and_no_core();
	messages_come_back_in_every_way_of_waiting();
	threads();
	a_child_has_doorbells_of_its_own();
}
