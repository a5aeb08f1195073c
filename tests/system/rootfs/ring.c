// SPDX-License-Identifier: Apache-2.0
/*
 * ring: exchanges doorbells with the test guest `answer` through the library, and proves that none
 * is lost and none is invented: one question, one doorbell back, one answer. In the end the counts
 * of both sides must agree.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fusiondock/mcs.h>

#include "answer.h"
#include "shm_pub.h"

#define LOST_US 10000000u /* a doorbell that takes longer is lost */
#define QUIET_US 100000u  /* what an earlier program left has come by then */
#define PRIORITY 40       /* SCHED_FIFO, below the driver's interrupt thread */

static shm_info_s *out, *in;
static int peer, counter_fd;
static uint64_t sent; /* doorbells rung by this program */

static volatile sig_atomic_t enough;

static void stop(int signal)
{
	(void)signal;
	enough = 1;
}

static void die(const char *what, const char *why)
{
	printf("[ring] FAILED: %s: %s\n", what, why);
	exit(1);
}

static void ok(const char *what, int result)
{
	if (result != SHM_OK)
		die(what, shm_strerror(result));
}

static shm_info_s *map(unsigned int role)
{
	struct shm_region region;
	int result = SHM_OK;
	shm_info_s *shm;

	for (unsigned int n = 0;; n++) {
		ok("shm_region_info", shm_region_info(n, &region));
		if (region.flags & role)
			break;
	}
	if (role == SHM_REGION_IS_WRITER)
		peer = (int)region.reader;
	shm = shm_map(&region, &result);
	ok("shm_map", result);
	ok("shm_set_wait",
	   shm_set_wait(shm, role == SHM_REGION_IS_WRITER ? LOST_US : SHM_WAIT_OFF));
	return shm;
}

static void drain(void)
{
	char rest[64];
	uint64_t taken;

	while (shm_wait_ipi(QUIET_US) == SHM_OK || shm_peek(in, NULL, NULL) == SHM_OK)
		shm_read(in, rest, sizeof(rest));
	/* Non-blocking: nothing to take is no mistake. */
	if (read(counter_fd, &taken, sizeof(taken)) < 0 && errno != EAGAIN)
		die("read /dev/mcs", strerror(errno));
}

static void open_all(void)
{
	const struct sched_param param = {.sched_priority = PRIORITY};

	shm_ipi_init();
	ok("shm_ipi_init", shm_ipi_status());
	counter_fd = open(MCS_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (counter_fd < 0)
		die(MCS_DEVICE, strerror(errno));
	if (sched_setscheduler(0, SCHED_FIFO, &param) != 0)
		die("sched_setscheduler", strerror(errno));
	out = map(SHM_REGION_IS_WRITER);
	in = map(SHM_REGION_IS_READER);
	drain();
}

static void tell(int type, uint64_t first, uint64_t second)
{
	uint64_t words[2] = {first, second};

	ok("shm_write", shm_write(words, sizeof(words), type, out, peer));
	sent++;
}

/* Exactly one doorbell, then exactly one message. */
static void ask(int type, uint64_t first, uint64_t second, void *answer, unsigned int size)
{
	unsigned int len;
	int got;

	tell(type, first, second);
	ok("waiting for the answer's doorbell", shm_wait_ipi(LOST_US));
	ok("a doorbell came, its message did not", shm_receive(in, answer, size, &len, &got));
	if (got != type || len != size)
		die("answer", "has another type or length than asked for");
}

static struct answer_counts ask_counts(void)
{
	struct answer_counts counts;

	ask(ANSWER_COUNTS, 0, 0, &counts, sizeof(counts));
	return counts;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t interrupts(void)
{
	uint64_t taken;

	if (read(counter_fd, &taken, sizeof(taken)) != (ssize_t)sizeof(taken))
		die("read /dev/mcs", strerror(errno));
	return taken;
}

static void agree(const char *what, uint64_t here, uint64_t there)
{
	if (here == there)
		return;
	printf("[ring] FAILED: %s: %" PRIu64 " here, %" PRIu64 " at VM 1\n", what, here, there);
	exit(1);
}

/* Questions and answers for so long, or until SIGTERM; the counts of both sides around them. */
static void run(unsigned long seconds)
{
	uint64_t end = now_ns() + seconds * 1000000000u, rounds = 0, worst = 0, start = 0;
	struct answer_counts first = ask_counts(), last;
	uint64_t before = sent, words[2];

	signal(SIGTERM, stop);
	puts("[ring] started");
	while (!enough && (start = now_ns()) < end) {
		ask(ANSWER_ECHO, rounds, start, words, sizeof(words));
		if (words[0] != rounds || words[1] != start)
			die("answer", "is not this question's");
		start = now_ns() - start;
		worst = start > worst ? start : worst;
		rounds++;
		sched_yield();
	}
	last = ask_counts();
	agree("doorbells to VM 1", sent - before, last.doorbells - first.doorbells);
	agree("doorbells to VM 0", interrupts(), last.rings - first.rings + 1);
	agree("messages", sent - before, last.messages - first.messages);
	agree("answers dropped or refused", 0,
	      last.dropped - first.dropped + last.refused - first.refused);
	printf("[ring] rounds %" PRIu64 ", slowest %" PRIu64 " us, sent %" PRIu64
	       ", counts agree\n",
	       rounds, worst / 1000, sent);
}

/* Doorbells faster than they can be taken become fewer, but behind the last ring there is always
 * one. */
static void burst(uint64_t rings)
{
	const volatile uint64_t *number = (const volatile uint64_t *)in->data + ANSWER_BURST_WORD;
	uint64_t seen = 0;

	tell(ANSWER_BURST, rings, 0);
	while (seen != rings) {
		ok("the doorbell behind the last ring", shm_wait_ipi(LOST_US));
		seen = *number;
	}
	shm_wait_ipi(QUIET_US);
	seen = interrupts();
	if (seen > rings)
		die("burst", "more interrupts than rings");
	printf("[ring] burst: %" PRIu64 " rings, %" PRIu64 " interrupts, sent %" PRIu64 "\n", rings,
	       seen, sent);
}

static void hello(void)
{
	struct answer_counts counts = ask_counts();

	printf("[ring] VM 1 has read %" PRIu64 " messages, sent %" PRIu64 "\n", counts.messages - 1,
	       sent);
}

/* Keeps the core in user space with both regions mapped, for one who looks at the tables. */
static void stay(unsigned long seconds)
{
	uint64_t end = now_ns() + seconds * 1000000000u;

	printf("[ring] mapped at %p and %p\n", (void *)out, (void *)in);
	fflush(stdout);
	for (uint64_t n = 0; n % 0x100000 || now_ns() < end; n++)
		shm_peek(in, NULL, NULL);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	unsigned long number = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(what, "hello") && !number) {
		fputs("usage: ring run SECONDS | burst RINGS | hello | stay SECONDS\n", stderr);
		return 2;
	}
	open_all();
	if (!strcmp(what, "run"))
		run(number);
	else if (!strcmp(what, "burst"))
		burst(number);
	else if (!strcmp(what, "stay"))
		stay(number);
	else
		hello();
	return 0;
}
