/* SPDX-License-Identifier: Apache-2.0 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shm_port.h"
#include "shm_testport.h"

#ifdef SHM_ACCESS_HOOK
void SHM_ACCESS_HOOK(const volatile void *address, size_t size, int is_store);
#endif

#define TEST_TIMEOUT_S 60

struct testport port;

static struct {
	shm_info_s *shm;
	size_t size;
	bool device;
} guarded;

static int test_init(void)
{
	return port.init_result;
}

/* Two threads may count at once. */
static void count(unsigned int *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

static int test_send_ipi(struct cpu_info cpu)
{
	count(&port.rings);
	port.last_vm = cpu.vmId;
	if (port.on_ring != NULL)
		port.on_ring();
	return port.ring_result;
}

struct shm_ipi_func linux_shmIpi = {.init = test_init, .send_ipi = test_send_ipi};
struct shm_ipi_func *const shm_port_ipi = &linux_shmIpi;

void shm_port_pause(unsigned int round)
{
	count(&port.pauses);
	if (port.real_clock) {
		sched_yield();
		return;
	}
	port.last_round = round;
	port.now += port.hz / 1000000u * PAUSE_US;
	if (port.on_pause != NULL)
		port.on_pause();
}

uint64_t shm_counter(void)
{
	struct timespec now;

	count(&port.clock_reads);
	if (port.on_clock != NULL)
		port.on_clock();
	if (!port.real_clock)
		return port.now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t shm_counter_frequency(void)
{
	return port.real_clock ? 1000000000u : port.hz;
}

#ifdef SHM_ACCESS_HOOK
static void fail(const char *what, const volatile void *address, size_t size)
{
	fprintf(stderr, "access %s: offset %td, %zu bytes, region of %zu\n", what,
		(const volatile char *)address - (const char *)guarded.shm, size, guarded.size);
	abort();
}

void SHM_ACCESS_HOOK(const volatile void *address, size_t size, int is_store)
{
	uintptr_t offset = (uintptr_t)address - (uintptr_t)guarded.shm;

	port.accesses++;
	if (guarded.shm == NULL)
		return;
	if (offset > guarded.size || size > guarded.size - offset)
		fail("outside the region", address, size);
	if (guarded.device && (size > 8 || (uintptr_t)address % size != 0))
		fail("not fit for Device memory", address, size);
	if (port.on_access != NULL)
		port.on_access(address, size, is_store);
}
#endif

int testport_reset(void **state)
{
	(void)state;
	alarm(TEST_TIMEOUT_S); /* a call that never ends fails its test */
	memset(&port, 0, sizeof(port));
	port.hz = TEST_HZ;
	port.now = 12345;
	shm_set_wait(NULL, SHM_WAIT_FOREVER);
	shm_ipi_init();
	return 0;
}

int testport_cleanup(void **state)
{
	(void)state;
	port.on_access = NULL;
	shm_detach(guarded.shm);
	free(guarded.shm);
	guarded.shm = NULL;
	return 0;
}

void testport_real_clock(void)
{
	port.real_clock = true;
}

shm_info_s *testport_region_unattached(size_t size)
{
	void *memory = NULL;

	if (posix_memalign(&memory, 4096, size) != 0)
		abort();
	memset(memory, 0, size);
	guarded.shm = memory;
	guarded.size = size;
	guarded.device = true;
	guarded.shm->max_size = (unsigned int)(size - SHM_HEADER_SIZE);
	return guarded.shm;
}

shm_info_s *testport_region(size_t size, unsigned int flags)
{
	shm_info_s *shm = testport_region_unattached(size);

	guarded.device = flags == SHM_ATTACH_DEVICE;
	if (shm_attach(shm, size, flags) != SHM_OK)
		abort();
	return shm;
}

static unsigned char pattern_at(size_t i, unsigned int seed)
{
	return (unsigned char)(i * 7u + i / 251u + seed * 31u + 1u);
}

unsigned char *testport_pattern(size_t size, unsigned int seed)
{
	unsigned char *buffer = malloc(size > 0 ? size : 1);

	if (buffer == NULL)
		abort();
	for (size_t i = 0; i < size; i++)
		buffer[i] = pattern_at(i, seed);
	return buffer;
}

bool testport_is_pattern(const void *buffer, size_t size, unsigned int seed)
{
	const unsigned char *bytes = buffer;

	for (size_t i = 0; i < size; i++) {
		if (bytes[i] != pattern_at(i, seed)) {
			fprintf(stderr, "byte %zu of %zu differs\n", i, size);
			return false;
		}
	}
	return true;
}
