/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "peer.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#include "fusiondock/hypercall.h"
#include "fusiondock/mcs.h"
#include "shm_pub.h"

#define PEER 1u
#define PATIENCE_MS 30000u
#define CORES 2u

static int fd;
static shm_info_s *to_peer, *from_peer;
static uint64_t to_finish; /* RINGER_FINISHED after all commands so far */

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static shm_info_s *map(unsigned int flag)
{
	struct mcs_region region = {0};
	void *p;

	while (ioctl(fd, MCS_IOC_REGION, &region) == 0 && !(region.flags & flag))
		region.index++;
	p = mmap(NULL, region.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)region.ipa);
	if (p == MAP_FAILED || shm_attach(p, region.size, SHM_ATTACH_NORMAL) != SHM_OK)
		die("map a region");
	return p;
}

static uint64_t finished(void)
{
	return __atomic_load_n((uint64_t *)((char *)from_peer + RINGER_FINISHED), __ATOMIC_ACQUIRE);
}

void peer_open(void)
{
	fd = open(MCS_DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(MCS_DEVICE);
	to_peer = map(FUSIONDOCK_REGION_IS_WRITER);
	from_peer = map(FUSIONDOCK_REGION_IS_READER);
	to_finish = finished();
}

static void sleep_ms(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* By hand: the library's port may be what is tested. */
static void command(int type, const void *data, unsigned int len)
{
	struct mcs_ring ring = {.vm = PEER};

	__builtin_memcpy(to_peer->data, data, len);
	to_peer->used_size = len;
	to_peer->resevered = type;
	__atomic_store_n(&to_peer->op_type, SHM_OP_READY_TO_READ, __ATOMIC_RELEASE);
	if (ioctl(fd, MCS_IOC_RING, &ring) != 0)
		die("ring the peer");
}

static void send_command(int type, const void *data, unsigned int len)
{
	command(type, data, len);
	for (unsigned int ms = 0;
	     __atomic_load_n(&to_peer->op_type, __ATOMIC_ACQUIRE) == SHM_OP_READY_TO_READ; ms++) {
		if (ms > PATIENCE_MS) {
			fprintf(stderr, "the peer does not take its command\n");
			exit(2);
		}
		sleep_ms();
	}
}

void peer_start(uint32_t count, uint32_t vectors, unsigned int gap_us, uint64_t first)
{
	struct ringer_ring ring = {.count = count,
				   .vectors = vectors,
				   .gap = shm_counter_frequency() * gap_us / 1000000,
				   .first = first};

	/* Asked anew: a child may have given commands too. */
	peer_settle();
	to_finish = finished() + 1;
	send_command(RINGER_RING, &ring, sizeof(ring));
}

/* A call to the base on each core: on its way back the core takes the doorbells it has been given.
 */
static void visit_the_base(void)
{
	struct mcs_vm_state state = {.vm = PEER};
	cpu_set_t all, one;

	sched_getaffinity(0, sizeof(all), &all);
	for (unsigned int core = 0; core < CORES; core++) {
		CPU_ZERO(&one);
		CPU_SET(core, &one);
		sched_setaffinity(0, sizeof(one), &one);
		ioctl(fd, MCS_IOC_VM_STATE, &state);
	}
	sched_setaffinity(0, sizeof(all), &all);
}

bool peer_settle(void)
{
	for (unsigned int ms = 0; finished() < to_finish; ms++) {
		if (ms > PATIENCE_MS)
			return false;
		sleep_ms();
	}
	visit_the_base();
	return true;
}

uint64_t peer_doorbells(void)
{
	struct mcs_stats stats;

	if (ioctl(fd, MCS_IOC_STATS, &stats) != 0)
		die("MCS_IOC_STATS");
	return stats.doorbells;
}

bool peer_ring_once(void)
{
	return peer_ring_vector(0);
}

bool peer_ring_vector(uint32_t vector)
{
	uint64_t before;

	peer_settle();
	before = peer_doorbells();
	peer_start(1, 2, 0, vector);
	for (unsigned int ms = 0; peer_doorbells() == before; ms++) {
		if (ms > PATIENCE_MS)
			return false;
		sleep_ms();
	}
	return peer_settle() && peer_doorbells() == before + 1;
}

bool peer_off(void)
{
	struct mcs_vm_state state = {.vm = PEER};

	command(RINGER_OFF, "", 0);
	for (unsigned int ms = 0; ms < PATIENCE_MS; ms++) {
		if (ioctl(fd, MCS_IOC_VM_STATE, &state) != 0)
			die("MCS_IOC_VM_STATE");
		if (state.state == FUSIONDOCK_VM_OFF)
			return true;
		sleep_ms();
	}
	return false;
}
