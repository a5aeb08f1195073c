/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random calls to /dev/mcs: ioctl, mmap, mprotect, munmap, mremap, read, poll, fcntl, dup, close
 *and open, from several threads on the same descriptors, while the other VM rings.
 *
 *	mcs_fuzz SECONDS [SEED]
 *
 * The same seed makes the same calls in each thread. What a call answers is not judged, except that
 *no errno may be one that the driver never gives; the kernel's log is judged by who runs this.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fusiondock/mcs.h"
#include "peer.h"

#define THREADS 3
#define FILES 8
#define MAPS 16
#define PAGE 4096ul
#define LONGEST_NS 200000u /* of a wait */

static const int allowed[] = {
	0,     EFAULT, EINVAL,    ENOTTY,    EBADF,  EACCES,     ENODEV, ENXIO,     EAGAIN,
	EINTR, EPERM,  ETIMEDOUT, EOVERFLOW, ENOMEM, EOPNOTSUPP, ESPIPE, EHOSTDOWN, EALREADY,
};

static const unsigned long known[] = {
	IOC_SENDIPI,          IOC_CPUON,        IOC_AFFINITY_INFO, IOC_QUERY_MEM,
	IOC_GET_COPY_MSG_MEM, IOC_SET_PED_TYPE, MCS_IOC_VERSION,   MCS_IOC_REGION,
	MCS_IOC_RING,         MCS_IOC_WAIT,     MCS_IOC_STATS,     MCS_IOC_EVENTFD,
	MCS_IOC_WAIT_CHANGE,  MCS_IOC_VM_STATE, MCS_IOC_VM_LIFE,   MCS_IOC_VM_CONTROL,
	MCS_IOC_VIEW,         MCS_IOC_COUNTER,
};

static atomic_int files[FILES];
static int event;
static char *outside; /* a page, and behind it none */
static atomic_bool stop, strange;

struct fuzzer {
	uint64_t random;
	uint64_t ioctls, maps, others, good;
	struct {
		char *at;
		size_t size;
	} map[MAPS];
};

/* xorshift64*: the same numbers in each run. */
static uint64_t next(struct fuzzer *f)
{
	f->random ^= f->random >> 12;
	f->random ^= f->random << 25;
	f->random ^= f->random >> 27;
	return f->random * 0x2545f4914f6cdd1dull;
}

static uint64_t below(struct fuzzer *f, uint64_t limit)
{
	return next(f) % limit;
}

/* Small numbers, edges, and anything. */
static uint64_t number(struct fuzzer *f)
{
	static const uint64_t edges[] = {0,          1,          7,          8,          0x2a800000,
					 0x2abff000, 0x2ac00000, 0x30000000, 0x2a7ff000, 0x7fffffff,
					 0x80000000, 0xffffffff, ~0ull,      1ull << 63};

	switch (below(f, 3)) {
	case 0:
		return below(f, 10);
	case 1:
		return edges[below(f, sizeof(edges) / sizeof(edges[0]))];
	default:
		return next(f) >> below(f, 64);
	}
}

static bool judge(long result, const char *call)
{
	int error = result == -1 ? errno : 0;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
		if (allowed[i] == error)
			return error == 0;
	printf("# %s gave errno %d (%s)\n", call, error, strerror(error));
	atomic_store(&strange, true);
	return false;
}

static int any_file(struct fuzzer *f)
{
	return atomic_load(&files[below(f, FILES)]);
}

static unsigned long any_call(struct fuzzer *f)
{
	if (below(f, 8))
		return known[below(f, sizeof(known) / sizeof(known[0]))];
	/* A magic of ours with any number, size and direction. */
	return below(f, 4) ? ((unsigned long)next(f) & 0xffff00ff) | 'A' << 8
			   : (unsigned long)next(f) & 0xffffffff;
}

/*
 * 64 bytes: the largest argument. Waits are kept short. Nobody is stopped by accident: the
 * description of the system this runs in lets this VM control none.
 */
static void fill(struct fuzzer *f, unsigned long call, uint64_t *words)
{
	for (int i = 0; i < 8; i++)
		words[i] = number(f);
	if (call == MCS_IOC_WAIT || call == MCS_IOC_WAIT_CHANGE)
		words[0] %= LONGEST_NS;
	if (call == MCS_IOC_EVENTFD && below(f, 2))
		words[0] = (uint32_t)(below(f, 2) ? event : MCS_EVENTFD_NONE);
}

static void fuzz_ioctl(struct fuzzer *f)
{
	unsigned long call = any_call(f);
	uint64_t words[8];
	void *argument = words;

	fill(f, call, words);
	switch (below(f, 8)) {
	case 0: /* runs into the hole */
		argument = outside + PAGE - below(f, 70);
		if (call == MCS_IOC_WAIT || call == MCS_IOC_WAIT_CHANGE)
			argument = NULL;
		break;
	case 1:
		argument = (void *)(uintptr_t)(number(f) | 1ull << 63);
		break;
	}
	f->good += judge(ioctl(any_file(f), call, argument), "ioctl");
	f->ioctls++;
}

static void fuzz_mmap(struct fuzzer *f)
{
	uint64_t i = below(f, MAPS), pages = below(f, 3) ? below(f, 8) : number(f) & 0xffff;
	uint64_t at = below(f, 2) ? 0x2a800000 + below(f, 2100) * PAGE : number(f) & ~(PAGE - 1);
	char *p;

	if (f->map[i].at)
		munmap(f->map[i].at, f->map[i].size);
	p = mmap(NULL, pages * PAGE, (int)below(f, 8), below(f, 8) ? MAP_SHARED : MAP_PRIVATE,
		 any_file(f), (off_t)at);
	f->good += judge(p == MAP_FAILED ? -1 : 0, "mmap");
	f->map[i].at = p == MAP_FAILED ? NULL : p;
	f->map[i].size = pages * PAGE;
	f->maps++;
}

static void fuzz_mapping(struct fuzzer *f)
{
	uint64_t i = below(f, MAPS);
	char *p = f->map[i].at;
	size_t size = f->map[i].size;
	int pipes[2];

	if (!p)
		return;
	switch (below(f, 4)) {
	case 0:
		f->good += judge(mprotect(p, size, (int)below(f, 8)), "mprotect");
		break;
	case 1:
		p = mremap(p, size, size + PAGE, MREMAP_MAYMOVE);
		f->good += judge(p == MAP_FAILED ? -1 : 0, "mremap");
		break;
	case 2: /* the kernel reads through it, and finds out whether it may */
		if (pipe2(pipes, O_NONBLOCK) == 0) {
			f->good += judge(write(pipes[1], p + below(f, size), 1), "write from it");
			close(pipes[0]);
			close(pipes[1]);
		}
		break;
	default:
		f->good += judge(munmap(p, size), "munmap");
		f->map[i].at = NULL;
	}
	f->others++;
}

static void fuzz_read(struct fuzzer *f)
{
	int fd = any_file(f), flags = fcntl(fd, F_GETFL);
	uint64_t words[8];

	/* Only what does not sleep for ever; another thread may change it, the alarm ends that. */
	if (flags >= 0 && flags & O_NONBLOCK)
		f->good += judge(
			read(fd, below(f, 4) ? (void *)words : outside + PAGE - 4, below(f, 64)),
			"read");
	f->others++;
}

static void fuzz_poll(struct fuzzer *f)
{
	struct pollfd p = {.fd = any_file(f), .events = (short)next(f)};

	f->good += judge(poll(&p, 1, 0), "poll");
	f->others++;
}

static void fuzz_fcntl(struct fuzzer *f)
{
	int flags = O_RDWR | O_NONBLOCK | (below(f, 2) ? O_ASYNC : 0);
	int fd = any_file(f);

	f->good += judge(below(f, 2) ? fcntl(fd, F_SETFL, flags) : fcntl(fd, F_SETOWN, getpid()),
			 "fcntl");
	f->others++;
}

/* Under the others' hands: close it while they sleep on it. */
static void fuzz_open(struct fuzzer *f)
{
	int modes[] = {O_RDONLY, O_WRONLY, O_RDWR};
	uint64_t i = below(f, FILES);
	int fd = below(f, 2) ? open(MCS_DEVICE, modes[below(f, 3)] | O_NONBLOCK | O_CLOEXEC)
			     : dup(any_file(f));

	if (judge(fd, "open"))
		close(atomic_exchange(&files[i], fd));
	f->others++;
}

static void fuzz_one(struct fuzzer *f)
{
	uint64_t what = below(f, 100);

	if (what < 70)
		fuzz_ioctl(f);
	else if (what < 74)
		fuzz_mmap(f);
	else if (what < 78)
		fuzz_mapping(f);
	else if (what < 88)
		fuzz_read(f);
	else if (what < 94)
		fuzz_poll(f);
	else if (what < 97)
		fuzz_fcntl(f);
	else
		fuzz_open(f);
}

static void *fuzz(void *arg)
{
	while (!atomic_load(&stop))
		fuzz_one(arg);
	return NULL;
}

static void nothing(int signal)
{
	(void)signal;
}

static void prepare(void)
{
	struct sigaction action = {.sa_handler = nothing};

	sigaction(SIGALRM, &action, NULL);
	sigaction(SIGIO, &action, NULL);
	sigaction(SIGPIPE, &action, NULL);
	event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	outside = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(outside + PAGE, PAGE);
	for (int i = 0; i < FILES; i++)
		atomic_store(&files[i], open(MCS_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC));
	peer_open();
}

static void ring_on_for(unsigned int seconds)
{
	for (unsigned int i = 0; i < seconds * 2; i++) {
		peer_start(200, 2, 1000, 0);
		nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
	}
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? (unsigned int)atoi(argv[1]) : 10;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 20261122;
	static struct fuzzer fuzzers[THREADS];
	struct fuzzer sum = {0};
	pthread_t threads[THREADS];

	setvbuf(stdout, NULL, _IOLBF, 0);
	prepare();
	for (unsigned int i = 0; i < THREADS; i++) {
		fuzzers[i].random = seed + i + 1;
		pthread_create(&threads[i], NULL, fuzz, &fuzzers[i]);
	}
	ring_on_for(seconds);
	atomic_store(&stop, true);
	for (unsigned int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum.ioctls += fuzzers[i].ioctls;
		sum.maps += fuzzers[i].maps;
		sum.others += fuzzers[i].others;
		sum.good += fuzzers[i].good;
	}
	printf("mcs_fuzz: seed %llu, %llu ioctl, %llu mmap, %llu other calls, %llu succeeded\n",
	       (unsigned long long)seed, (unsigned long long)sum.ioctls,
	       (unsigned long long)sum.maps, (unsigned long long)sum.others,
	       (unsigned long long)sum.good);
	printf("mcs_fuzz: %s\n", atomic_load(&strange) ? "an errno out of place" : "fine");
	return atomic_load(&strange) ? 1 : 0;
}
