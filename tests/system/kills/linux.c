// SPDX-License-Identifier: Apache-2.0
/*
 * VM 0: one thread sends to VM 1, one receives from it, both wait for ever, and the main thread resets VM 1
 * at random moments.
 *
 *	kills TIMES SEED
 *
 * After each reset both directions must go on: messages of the new life arrive whole and from their first
 * on, and the new life takes messages. A call that waits on is a standstill, which is found and said.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <fusiondock/mcs.h>

#include "kills.h"
#include "linux_shm.h"

#define STANDSTILL_MS 60000u
#define LIFE_MAX_US 60000u /* the longest time to the next kill, once both directions move */
#define STEP_NS 200000

struct direction {
	const char *name;
	shm_info_s *shm;
	unsigned char *buffer;
	uint64_t messages;      /* moved, atomic */
	uint64_t lost;          /* calls that ended with SHM_E_PEER_LOST */
	uint64_t partial;       /* ... with SHM_E_PARTIAL: the mark was seen before the life */
	uint64_t not_rung;      /* messages in place whose doorbell VM 1, just not running, did not take */
	unsigned int epoch;     /* receiving: of the life the last message came from, atomic */
};

static struct direction to_vm_1 = {.name = "VM 0 to VM 1"};
static struct direction from_vm_1 = {.name = "VM 1 to VM 0"};
static const volatile uint64_t *life;

static _Noreturn void fail(const char *what, uint64_t number, const char *why)
{
	printf("[linux] kills: FAILED: %s %" PRIu64 ": %s\n", what, number, why);
	fflush(stdout);
	_exit(1);
}

static unsigned int epoch_now(void)
{
	return FUSIONDOCK_LIFE_EPOCH(*life);
}

static void find(struct direction *d, unsigned int role)
{
	struct shm_region region;

	for (unsigned int i = 0; !d->shm && shm_region_info(i, &region) == SHM_OK; i++) {
		if (region.flags & role)
			d->shm = shm_map(&region, NULL);
	}
	if (!d->shm)
		fail(d->name, 0, "no region");
	d->buffer = malloc(KILLS_BUFFER(d->shm->max_size));
	if (!d->buffer)
		fail(d->name, 0, "no memory");
}

static void moved(struct direction *d)
{
	__atomic_fetch_add(&d->messages, 1, __ATOMIC_RELAXED);
}

static void *send(void *unused)
{
	struct direction *d = &to_vm_1;
	struct stress_link link = kills_link(d->shm, KILLS_VM_0, 1);

	for (uint64_t number = 0;;) {
		unsigned int len = stress_length(&link, number);
		int result;

		stress_fill(&link, number, d->buffer, len);
		result = shm_write(d->buffer, len, (int)number, d->shm, KILLS_VM_1);
		d->lost += result == SHM_E_PEER_LOST;
		d->partial += result == SHM_E_PARTIAL;
		d->not_rung += result == SHM_E_IPI;
		if (result == SHM_E_PEER_LOST || result == SHM_E_PARTIAL)
			continue; /* nothing of it has come */
		if (result == SHM_E_IPI && len > link.max)
			continue; /* taken back; a short one stays, and its reader looks when it starts */
		if (result != SHM_OK && result != SHM_E_IPI)
			fail(d->name, number, shm_strerror(result));
		number++;
		moved(d);
	}
	return unused;
}

/*
 * Message 0 begins a life: which of those since the last one, its contents tell (it may have been left whole by a
 * life that is over). All others follow in their order.
 */
static void judge(struct direction *d, int *next, unsigned int len, int type)
{
	struct stress_link link = kills_link(d->shm, KILLS_VM_1, d->epoch);
	const char *wrong = "not the next one, nor the first of another life";

	if (type == *next && d->epoch > 0)
		wrong = stress_judge(&link, (unsigned int)type, d->buffer, len, type);
	for (unsigned int e = d->epoch + 1; wrong && type == 0 && e <= epoch_now(); e++) {
		link = kills_link(d->shm, KILLS_VM_1, e);
		wrong = stress_judge(&link, 0, d->buffer, len, type);
		if (!wrong)
			__atomic_store_n(&d->epoch, e, __ATOMIC_RELAXED);
	}
	if (wrong)
		fail(d->name, (unsigned int)type, wrong);
	*next = type + 1;
}

static void *receive(void *unused)
{
	struct direction *d = &from_vm_1;
	int next = 0;

	for (;;) {
		unsigned int len;
		int type, result = shm_receive(d->shm, d->buffer, KILLS_BUFFER(d->shm->max_size), &len, &type);

		d->lost += result == SHM_E_PEER_LOST;
		d->partial += result == SHM_E_PARTIAL;
		if (result == SHM_E_PEER_LOST || result == SHM_E_PARTIAL)
			continue;
		if (result != SHM_OK)
			fail(d->name, (unsigned int)next, shm_strerror(result));
		judge(d, &next, len, type);
		moved(d);
	}
	return unused;
}

static uint64_t messages(const struct direction *d)
{
	return __atomic_load_n(&d->messages, __ATOMIC_RELAXED);
}

/* Until the life `epoch` has sent a message, and it, or a later one, has taken `taken` of ours. */
static void await_traffic(unsigned int epoch, uint64_t taken)
{
	const struct timespec step = {.tv_nsec = STEP_NS};
	uint64_t steps = STANDSTILL_MS * 1000000ull / STEP_NS;

	while (__atomic_load_n(&from_vm_1.epoch, __ATOMIC_RELAXED) < epoch || messages(&to_vm_1) < taken) {
		if (steps-- == 0)
			fail("standstill in life", epoch,
			     messages(&to_vm_1) < taken ? to_vm_1.name : from_vm_1.name);
		nanosleep(&step, NULL);
	}
}

static void kill_vm_1(struct stress_random *random)
{
	struct mcs_vm_control control = {.vm = KILLS_VM_1, .operation = FUSIONDOCK_CONTROL_RESET};
	unsigned int epoch = epoch_now();
	uint64_t taken;

	usleep(stress_below(random, LIFE_MAX_US));
	if (ioctl(linux_shm_fd(), MCS_IOC_VM_CONTROL, &control) != 0)
		fail("MCS_IOC_VM_CONTROL in life", epoch, strerror(errno));
	while (epoch_now() == epoch)
		usleep(100);
	/* What was in the region, and one that was written to the new life. */
	taken = messages(&to_vm_1) + 2;
	await_traffic(epoch + 1, taken);
}

static void report(const struct direction *d)
{
	printf("[linux] kills: %s %" PRIu64 " messages, lost %" PRIu64 ", partial %" PRIu64 ", not rung %" PRIu64 "\n",
	       d->name, messages(d), d->lost, d->partial, d->not_rung);
}

int main(int argc, char **argv)
{
	struct stress_random random;
	pthread_t threads[2];
	unsigned int times;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 3)
		fail("usage: kills TIMES SEED; arguments", (uint64_t)argc - 1, "must be 2");
	times = (unsigned int)strtoul(argv[1], NULL, 10);
	random.state = strtoull(argv[2], NULL, 10);
	shm_ipi_init();
	life = shm_vm_life(KILLS_VM_1);
	if (!life)
		fail("state view", 0, "not shown");
	find(&to_vm_1, SHM_REGION_IS_WRITER);
	find(&from_vm_1, SHM_REGION_IS_READER);
	if (pthread_create(&threads[0], NULL, send, NULL) || pthread_create(&threads[1], NULL, receive, NULL))
		fail("threads", 0, "not created");
	await_traffic(1, 1);
	for (unsigned int n = 1; n <= times; n++) {
		kill_vm_1(&random);
		if (n % 10 == 0)
			printf("[linux] kills: %u survived\n", n);
	}
	report(&to_vm_1);
	report(&from_vm_1);
	printf("[linux] kills: %u of %u survived, epoch %u\n", times, times, epoch_now());
	return 0;
}
