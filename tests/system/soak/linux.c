// SPDX-License-Identifier: Apache-2.0
/*
 * VM 0's part of the soak: a thread that receives and one that sends.
 *
 *	traffic TO_VM1 TO_VM0 SEED	messages each way
 *
 * In turns of some messages the threads sleep at once, sleep after a short spin, or only spin, and
 * have a real-time class or not.
 */
#define _GNU_SOURCE

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "linux_shm.h"
#include "soak.h"

#define PRIORITY 40 /* SCHED_FIFO, below the driver's interrupt thread */
#define TURN 64u    /* messages */
#define LOOK_NS 50000
#define PROGRESS_S 5

/* Without a real-time class it takes longest beside the load: one turn of seven. */
static const struct turn {
	const char *name;
	unsigned int spin_us;
	int policy;
} turns[] = {
	{"sleeping", 0, SCHED_FIFO},
	{"spinning first", LINUX_SHM_SPIN_DEFAULT, SCHED_FIFO},
	{"spinning", LINUX_SHM_SPIN_ONLY, SCHED_FIFO},
	{"sleeping", 0, SCHED_FIFO},
	{"spinning first", LINUX_SHM_SPIN_DEFAULT, SCHED_FIFO},
	{"spinning", LINUX_SHM_SPIN_ONLY, SCHED_FIFO},
	{"sleeping, no real-time class", 0, SCHED_OTHER},
};
#define TURNS (sizeof(turns) / sizeof(turns[0]))

static struct soak_end sender = {.name = "VM 0 to VM 1"};
static struct soak_end receiver = {.name = "VM 1 to VM 0"};

static const struct turn *turn_of(const struct soak_end *end)
{
	return &turns[end->count.messages / TURN % TURNS];
}

static _Noreturn void die(const char *what, const char *why)
{
	printf("[linux] soak: FAILED: %s: %s\n", what, why);
	exit(1);
}

_Noreturn void soak_fail(const struct soak_end *end, uint64_t number, const char *failure,
			 int result)
{
	printf("[linux] soak: FAILED: %s, message %" PRIu64 " of %u bytes (max_size %u): %s; "
	       "result %d, %s\n",
	       end->name, number, stress_length(&end->link, number), end->link.max, failure, result,
	       shm_strerror(result));
	fflush(stdout);
	_exit(1);
}

/* How the program's calls spin is one setting: the sender's turn decides. */
void soak_message_begins(struct soak_end *end)
{
	const struct turn *turn = turn_of(end);
	struct sched_param param = {.sched_priority = turn->policy == SCHED_FIFO ? PRIORITY : 0};

	if (end->count.messages % TURN)
		return;
	if (end == &sender)
		linux_shm_set_spin(turn->spin_us);
	if (sched_setscheduler(0, turn->policy, &param) != 0)
		die("sched_setscheduler", turn->name);
}

void soak_give_way(unsigned int tries)
{
	(void)tries;
	nanosleep(&(struct timespec){.tv_nsec = LOOK_NS}, NULL);
}

/* In two ways: by the library, and by poll of its descriptor. */
bool soak_await_doorbell(void)
{
	struct pollfd p = {.fd = linux_shm_fd(), .events = POLLIN};

	if (receiver.count.messages % 2)
		return shm_wait_ipi(SOAK_LOST_US) == SHM_OK;
	return poll(&p, 1, SOAK_LOST_US / 1000) == 1 && shm_wait_ipi(0) == SHM_OK;
}

static void *run_sender(void *unused)
{
	soak_send(&sender);
	return unused;
}

static void *run_receiver(void *unused)
{
	soak_receive(&receiver);
	return unused;
}

static void find(struct soak_end *end, unsigned int role)
{
	struct shm_region region;
	int result = SHM_E_PARAM;

	for (unsigned int i = 0; !end->shm && shm_region_info(i, &region) == SHM_OK; i++) {
		if (!(region.flags & role))
			continue;
		end->shm = shm_map(&region, &result);
		end->peer = (int)region.reader;
	}
	if (!end->shm)
		die(end->name, shm_strerror(result));
	end->buffer = malloc(SOAK_BUFFER_SIZE(end->shm->max_size));
	if (!end->buffer)
		die(end->name, "no memory");
}

static void start(char **argv)
{
	struct soak_start wanted = {
		.to_vm1 = strtoull(argv[1], NULL, 10),
		.to_vm0 = strtoull(argv[2], NULL, 10),
		.seed = strtoull(argv[3], NULL, 10),
	};
	int result;

	shm_ipi_init();
	find(&sender, SHM_REGION_IS_WRITER);
	find(&receiver, SHM_REGION_IS_READER);
	sender.link = soak_link(sender.shm, wanted.seed, sender.peer);
	sender.messages = wanted.to_vm1;
	receiver.link = soak_link(receiver.shm, wanted.seed, shm_vm_id());
	receiver.messages = wanted.to_vm0;
	result = shm_write(&wanted, sizeof(wanted), SOAK_START, sender.shm, sender.peer);
	if (result != SHM_OK)
		die("shm_write", shm_strerror(result));
}

static void report(const char *what, const struct soak_end *end)
{
	const struct soak_count *c = &end->count;

	printf("[linux] soak: %s %" PRIu64 " messages, %" PRIu64 " long, %" PRIu64
	       " bytes; off %" PRIu64 ", brief %" PRIu64 ", bounded %" PRIu64 ", for ever %" PRIu64
	       "; %" PRIu64 " timeouts, %" PRIu64 " refusals\n",
	       what, c->messages, c->long_messages, c->bytes, c->by_wait[SOAK_OFF],
	       c->by_wait[SOAK_BRIEF], c->by_wait[SOAK_BOUNDED], c->by_wait[SOAK_FOREVER],
	       c->timeouts, c->refusals);
}

static uint64_t moved(struct soak_end *end)
{
	return __atomic_load_n(&end->count.messages, __ATOMIC_RELAXED);
}

static void show_progress(void)
{
	while (moved(&sender) < sender.messages || moved(&receiver) < receiver.messages) {
		sleep(PROGRESS_S);
		printf("[linux] soak: progress %" PRIu64 " sent, %" PRIu64 " received\n",
		       moved(&sender), moved(&receiver));
	}
}

int main(int argc, char **argv)
{
	const struct sched_param param = {.sched_priority = PRIORITY + 1};
	pthread_t threads[2];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 4) {
		fprintf(stderr, "usage: traffic TO_VM1 TO_VM0 SEED\n");
		return 2;
	}
	start(argv);
	if (pthread_create(&threads[0], NULL, run_sender, NULL) != 0 ||
	    pthread_create(&threads[1], NULL, run_receiver, NULL) != 0)
		die("pthread_create", "no thread");
	sched_setscheduler(0, SCHED_FIFO, &param); /* prints beside the load */
	show_progress();
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	report("sent", &sender);
	report("received", &receiver);
	return 0;
}
