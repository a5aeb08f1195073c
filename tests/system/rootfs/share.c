// SPDX-License-Identifier: Apache-2.0
/* VM 0 of several.dts: what it may not do is refused, then its part in the exchange (several.h). */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fusiondock/mcs.h>

#include "several.h"
#include "shm_pub.h"

#define LOST_US 30000000u
#define ROUNDS 100u
#define PAGE 4096u

static const uint64_t addresses[SEVERAL_REGIONS] = SEVERAL_ADDRESSES;
static shm_info_s *shm[SEVERAL_REGIONS];
static volatile struct several_line *board;
static int fd;
static sigjmp_buf bus_error;

static void die(const char *what, const char *why)
{
	printf("[share] FAILED: %s: %s\n", what, why);
	exit(1);
}

static void ok(const char *what, int result)
{
	if (result != SHM_OK)
		die(what, shm_strerror(result));
}

static void map_regions(void)
{
	struct shm_region region;

	for (unsigned int n = 0; shm_region_info(n, &region) == SHM_OK; n++) {
		unsigned int index = 0;
		int result = SHM_OK;

		while (index < SEVERAL_REGIONS && addresses[index] != region.ipa)
			index++;
		if (index == SEVERAL_REGIONS)
			die("region", "is at an address that is in no description");
		printf("[share] region %u: %s\n", index,
		       region.flags & SHM_REGION_WRITE ? "read-write" : "read-only");
		shm[index] = shm_map(&region, &result);
		ok("shm_map", result);
	}
}

static void say(const char *what, int result)
{
	printf("[share] %s: %s\n", what, result == 0 ? "ok" : strerrorname_np(errno));
}

static void ring(unsigned int vm, unsigned int vector, const char *what)
{
	struct mcs_ring r = {.vm = vm, .vector = vector};
	int result = ioctl(fd, MCS_IOC_RING, &r);

	if (what)
		say(what, result);
	else if (result != 0)
		die("ring", strerror(errno));
}

static void map(unsigned int index, int protection, const char *what)
{
	void *p = mmap(NULL, PAGE, protection, MAP_SHARED, fd, (off_t)addresses[index]);

	say(what, p == MAP_FAILED);
	if (p != MAP_FAILED)
		munmap(p, PAGE);
}

static void on_bus_error(int signal)
{
	(void)signal;
	siglongjmp(bus_error, 1);
}

/* By /dev/mem nothing stands between the program and the base. */
static void touch(unsigned int index, bool write, const char *what)
{
	int mem = open("/dev/mem", O_RDWR | O_SYNC);
	volatile uint64_t *p =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, mem, (off_t)addresses[index]);

	if (p == MAP_FAILED)
		die(what, strerror(errno));
	if (sigsetjmp(bus_error, 1))
		printf("[share] %s: SIGBUS\n", what);
	else if (write)
		p[SEVERAL_TOUCH / 8] = 0, printf("[share] %s: goes\n", what);
	else
		(void)p[SEVERAL_TOUCH / 8], printf("[share] %s: goes\n", what);
	munmap((void *)p, PAGE);
	close(mem);
}

static void try_rights(void)
{
	ring(3, 0, "ring VM 3");
	ring(4, 0, "ring VM 4");
	ring(1, 7, "ring VM 1 by vector 7");
	map(SEVERAL_1_TO_2, PROT_READ, "map region 1");
	map(SEVERAL_SHOWN, PROT_READ | PROT_WRITE, "map region 4 for writing");
	map(SEVERAL_SHOWN, PROT_READ, "map region 4 for reading");
	signal(SIGBUS, on_bus_error);
	touch(SEVERAL_1_TO_2, false, "read of region 1");
	touch(SEVERAL_1_TO_2, true, "write of region 1");
	touch(SEVERAL_SHOWN, false, "read of region 4");
	touch(SEVERAL_SHOWN, true, "write of region 4");
}

/* Where the original driver's user space finds its messages: 2 MiB, 13 MiB into the first region.
 */
static void original_message_memory(void)
{
	struct core_msg_mem_info info = {.instance_id = 0, .vir_addr = 0x123, .align_size = 0x456};
	int result = ioctl(fd, IOC_GET_COPY_MSG_MEM, &info);

	say("original message memory", result);
	printf("[share] original message memory is at: %#" PRIx64 ", %#" PRIx64 "\n",
	       (uint64_t)info.phy_addr - addresses[0], (uint64_t)info.size);
	if (info.vir_addr != 0x123 || info.align_size != 0x456)
		die("original message memory", "changes what is the program's own");
	if (mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)info.phy_addr) ==
	    MAP_FAILED)
		die("original message memory", strerror(errno));
	info.instance_id = 1;
	say("original message memory of instance 1", ioctl(fd, IOC_GET_COPY_MSG_MEM, &info));
}

static bool play(void)
{
	bool all = true;

	for (unsigned int other = 1; other < SEVERAL_PLAYERS; other++) {
		uint64_t move = several_move(board, 0, other);

		if (move) {
			board[0].ball[other] = move;
			ring(other, several_vector(0, other), NULL);
		}
		all &= board[other].ball[0] == SEVERAL_TURNS;
	}
	return all && board[2].ball[1] == SEVERAL_TURNS;
}

/* What has come round is 2 more than what was sent, and VM 2 shows the same number. */
static bool receive(uint32_t sent)
{
	const volatile uint32_t *shown = (const volatile uint32_t *)shm[SEVERAL_SHOWN]->data;
	uint32_t number;
	unsigned int len;
	int type, result = shm_receive(shm[SEVERAL_2_TO_0], &number, sizeof(number), &len, &type);

	if (result == SHM_E_EMPTY)
		return false;
	ok("shm_receive", result);
	if (len != sizeof(number) || type != 0 || number != sent + 2 || *shown != number)
		die("the number that came round", "is another");
	return true;
}

static void exchange(void)
{
	uint32_t round = 0;
	bool out = false, played = false;

	board = (volatile struct several_line *)shm[SEVERAL_BOARD]->data;
	shm_set_wait(shm[SEVERAL_2_TO_0], SHM_WAIT_OFF);
	shm_set_wait(shm[SEVERAL_0_TO_1], SHM_WAIT_OFF);
	while (round < ROUNDS || !played) {
		played = play();
		if (out && receive(round * 1000)) {
			out = false;
			round++;
		}
		if (!out && round < ROUNDS) {
			uint32_t number = round * 1000;

			ok("shm_write",
			   shm_write(&number, sizeof(number), 0, shm[SEVERAL_0_TO_1], 1));
			out = true;
		}
		/* The last ball of VMs 1 and 2 is between those two: it is looked for, not rung. */
		if (round < ROUNDS || board[1].ball[0] + board[2].ball[0] < 2 * SEVERAL_TURNS)
			ok("shm_wait_ipi", shm_wait_ipi(LOST_US));
		else if (shm_wait_ipi(10000) == SHM_OK)
			continue;
	}
	printf("[share] %u numbers came round, %u balls with each\n", ROUNDS, SEVERAL_TURNS);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	shm_ipi_init();
	ok("shm_ipi_init", shm_ipi_status());
	fd = open(MCS_DEVICE, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(MCS_DEVICE, strerror(errno));
	map_regions();
	try_rights();
	original_message_memory();
	exchange();
	return 0;
}
