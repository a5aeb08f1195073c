/* SPDX-License-Identifier: Apache-2.0 */
/* mmap: what the base granted and no more, and the specification's way by /dev/mem beside it. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fusiondock/state.h"

#define PAGE 4096u
#define SIZE 0x400000u
#define REGION0 0x2a800000
#define REGION1 0x2ac00000
#define READ_ONLY 0x30000000
#define STATE 0x2a7ff000 /* the page before region 0 */
#define TRACE 0x30010000
#define AT 0x20000u /* of a byte in the region that nobody else uses */

#define RW (PROT_READ | PROT_WRITE)

static void *map(int fd, size_t size, int prot, int flags, uint64_t at)
{
	return mmap(NULL, size, prot, flags, fd, (off_t)at);
}

static void addresses(int fd)
{
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, 0), EINVAL);
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, 0x40000000), EINVAL); /* this kernel's RAM */
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, 0x09000000), EINVAL); /* the UART */
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, REGION0 - 2 * PAGE), EINVAL);
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, REGION1 + SIZE), EINVAL);
	FAILS(map(fd, 2 * PAGE, PROT_READ, MAP_SHARED, REGION0 - PAGE), EINVAL); /* a view */
	FAILS(map(fd, 2 * PAGE, PROT_READ, MAP_SHARED, REGION1 - PAGE), EINVAL); /* two regions */
	FAILS(map(fd, 2 * SIZE, PROT_READ, MAP_SHARED, REGION0), EINVAL);
	FAILS(map(fd, SIZE, PROT_READ, MAP_SHARED, REGION1 + PAGE), EINVAL);
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, 0x7ffffffffffff000), EINVAL);
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, 0xfffffffffffff000), EOVERFLOW);
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, REGION0 + 1), EINVAL);
	FAILS(map(fd, 0, PROT_READ, MAP_SHARED, REGION0), EINVAL);
}

static void rights(int fd, int reader)
{
	char *p;

	FAILS(map(fd, PAGE, RW, MAP_PRIVATE, REGION0), EINVAL);
	FAILS(map(fd, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, REGION0), EACCES);
	FAILS(map(fd, PAGE, RW, MAP_SHARED, READ_ONLY), EACCES);
	FAILS(map(reader, PAGE, RW, MAP_SHARED, REGION0), EACCES);
	p = map(fd, PAGE, PROT_READ, MAP_SHARED, READ_ONLY);
	if (CHECK(p != MAP_FAILED)) {
		CHECK(*(unsigned int *)p == PAGE - 16);
		FAILS(mprotect(p, PAGE, RW), EACCES);
		FAILS(mprotect(p, PAGE, PROT_READ | PROT_EXEC), EACCES);
		munmap(p, PAGE);
	}
	p = map(reader, PAGE, PROT_READ, MAP_SHARED, REGION0);
	if (CHECK(p != MAP_FAILED)) {
		FAILS(mprotect(p, PAGE, RW), EACCES);
		munmap(p, PAGE);
	}
}

static sigjmp_buf out;

static void on_fault(int signal)
{
	siglongjmp(out, signal);
}

static void a_store_without_right_faults(int fd, uint64_t at)
{
	volatile char *p = map(fd, PAGE, PROT_READ, MAP_SHARED, at);
	struct sigaction action = {.sa_handler = on_fault};
	int signal;

	sigaction(SIGSEGV, &action, NULL);
	signal = sigsetjmp(out, 1);
	if (signal == 0)
		p[100] = 1;
	CHECK(signal == SIGSEGV);
	munmap((void *)p, PAGE);
}

/* The state view, which the base writes; the trace view is VM 1's alone. */
static void a_view_can_be_read(int fd)
{
	struct mcs_vm_life life = {.vm = 1};
	const char *p;

	FAILS(map(fd, PAGE, RW, MAP_SHARED, STATE), EACCES);
	FAILS(map(fd, PAGE, PROT_WRITE, MAP_SHARED, STATE), EACCES);
	FAILS(map(fd, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, STATE), EACCES);
	FAILS(map(fd, PAGE, PROT_READ, MAP_PRIVATE, STATE), EINVAL);
	FAILS(map(fd, 2 * PAGE, PROT_READ, MAP_SHARED, STATE), EINVAL);
	FAILS(map(fd, 2 * PAGE, PROT_READ, MAP_SHARED, STATE - PAGE), EINVAL);
	FAILS(map(fd, PAGE, PROT_READ, MAP_SHARED, TRACE), EINVAL);
	p = map(fd, PAGE, PROT_READ, MAP_SHARED, STATE);
	if (!CHECK(p != MAP_FAILED))
		return;
	FAILS(mprotect((void *)(uintptr_t)p, PAGE, RW), EACCES);
	FAILS(mprotect((void *)(uintptr_t)p, PAGE, PROT_READ | PROT_EXEC), EACCES);
	CHECK(((const unsigned int *)p)[0] == FUSIONDOCK_STATE_MAGIC);
	CHECK(((const unsigned int *)p)[1] == FUSIONDOCK_STATE_LAYOUT);
	CHECK(ioctl(fd, MCS_IOC_VM_LIFE, &life) == 0);
	CHECK(*(const volatile uint64_t *)(p + FUSIONDOCK_STATE_LIFE(1)) ==
	      FUSIONDOCK_LIFE(life.epoch, life.state));
	CHECK(*(const volatile uint64_t *)(p + FUSIONDOCK_STATE_LIFE(7)) == 0);
	munmap((void *)(uintptr_t)p, PAGE);
}

/* As a debugger does it: read and written, but never where the base does not let this VM write. */
static void a_debugger_may_look(int fd)
{
	char *state = map(fd, PAGE, PROT_READ, MAP_SHARED, STATE);
	char *own = map(fd, SIZE, RW, MAP_SHARED, REGION0), bytes[PAGE];
	char *granted = map(fd, PAGE, PROT_READ, MAP_SHARED, READ_ONLY);
	int self = open("/proc/self/mem", O_RDWR | O_CLOEXEC);

	own[AT + PAGE - 1] = 3;
	own[AT + PAGE] = 4;
	CHECK(pread(self, bytes, 2, (off_t)(uintptr_t)(own + AT + PAGE - 1)) == 2);
	CHECK(bytes[0] == 3 && bytes[1] == 4);
	CHECK(pwrite(self, "ab", 2, (off_t)(uintptr_t)(own + AT + PAGE - 1)) == 2);
	CHECK(own[AT + PAGE - 1] == 'a' && own[AT + PAGE] == 'b');
	/* Its end is the end. */
	CHECK(pread(self, bytes, PAGE, (off_t)(uintptr_t)(granted + PAGE - 8)) >= 8);
	FAILS(pwrite(self, "a", 1, (off_t)(uintptr_t)(granted + 64)), EIO);
	CHECK(pread(self, bytes, 4, (off_t)(uintptr_t)state) == 4);
	CHECK(memcmp(bytes, state, 4) == 0);
	FAILS(pwrite(self, "a", 1, (off_t)(uintptr_t)state), EIO);
	munmap(state, PAGE);
	munmap(own, SIZE);
	munmap(granted, PAGE);
	close(self);
}

/* An unaligned store is only allowed on Normal memory; QEMU lets it pass on any. */
static void it_is_memory(int fd)
{
	char *all = map(fd, SIZE, RW, MAP_SHARED, REGION0), *part;

	if (!CHECK(all != MAP_FAILED))
		return;
	CHECK(*(unsigned int *)all == SIZE - 16);
	*(volatile uint64_t *)(all + AT + 1) = 0x1122334455667788u;
	part = map(fd, PAGE, PROT_READ, MAP_SHARED, REGION0 + AT);
	CHECK(part != MAP_FAILED && *(volatile uint64_t *)(part + 1) == 0x1122334455667788u);
	FAILS(mremap(all, SIZE, SIZE + PAGE, MREMAP_MAYMOVE), EFAULT);
	munmap(part, PAGE);
	munmap(all, SIZE);
}

static void a_mapping_outlives_its_descriptor_and_a_fork(void)
{
	int fd = check_open(O_RDWR), status = -1;
	char *p = map(fd, SIZE, RW, MAP_SHARED, REGION0);
	pid_t child;

	close(fd);
	p[AT] = 1;
	child = fork();
	if (child == 0) {
		p[AT] = 2;
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0 && p[AT] == 2);
	munmap(p, SIZE);
}

static void dev_mem_works_beside_it(int fd)
{
	int mem = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
	volatile char *ours = map(fd, SIZE, RW, MAP_SHARED, REGION0), *first, *second;

	CHECK(mem >= 0);
	first = map(mem, SIZE, RW, MAP_SHARED, REGION0);
	second = map(mem, SIZE, RW, MAP_SHARED, REGION1);
	if (CHECK(first != MAP_FAILED && second != MAP_FAILED)) {
		ours[AT] = 7;
		CHECK(first[AT] == 7);
		first[AT] = 8;
		CHECK(ours[AT] == 8);
		CHECK(*(volatile unsigned int *)second == SIZE - 16);
	}
	/* The kernel is one that forbids other things there. */
	FAILS(map(mem, PAGE, PROT_READ, MAP_SHARED, 0x40000000), EPERM);
	close(mem);
}

void check_maps(void)
{
	int fd = check_open(O_RDWR), reader = check_open(O_RDONLY);

	addresses(fd);
	rights(fd, reader);
	a_store_without_right_faults(fd, READ_ONLY);
	a_store_without_right_faults(fd, STATE);
	a_view_can_be_read(fd);
	it_is_memory(fd);
	a_debugger_may_look(fd);
	a_mapping_outlives_its_descriptor_and_a_fork();
	dev_mem_works_beside_it(fd);
	close(fd);
	close(reader);
}
