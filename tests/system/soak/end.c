// SPDX-License-Identifier: Apache-2.0
/* The two ends of a direction, the same in both VMs. */
#include "soak.h"

#define BRIEF_US 200u

struct stress_link soak_link(const shm_info_s *shm, uint64_t seed, int reader)
{
	return (struct stress_link){
		.seed = seed + (uint64_t)reader,
		.max = shm->max_size,
		.parts = STRESS_PARTS,
	};
}

/* Where the message of this number lies in the buffer: at every alignment. */
static unsigned char *place(const struct soak_end *end, struct stress_random *random)
{
	return end->buffer + stress_below(random, SOAK_ALIGNMENTS);
}

static enum soak_wait draw_wait(struct soak_end *end, uint64_t number, struct stress_random *random)
{
	const unsigned int us[SOAK_WAITS] = {
		SHM_WAIT_OFF,
		1 + stress_below(random, BRIEF_US),
		SOAK_LOST_US,
		SHM_WAIT_FOREVER,
	};
	/* Off twice as often: it is the one that relies on the doorbell. */
	unsigned int drawn = stress_below(random, SOAK_WAITS + 1);
	enum soak_wait wait = drawn < SOAK_WAITS ? (enum soak_wait)drawn : SOAK_OFF;
	bool is_long = stress_length(&end->link, number) > end->link.max;

	/* One that runs out within a long message gives it up: tests/stress/giving_up.c. */
	if (is_long && wait == SOAK_BRIEF)
		wait = SOAK_BOUNDED;
	shm_set_wait(end->shm, us[wait]);
	return wait;
}

static void count_message(struct soak_end *end, unsigned int len, enum soak_wait wait)
{
	struct soak_count *count = &end->count;

	count->bytes += len;
	count->long_messages += len > end->link.max;
	count->by_wait[wait]++;
	/* Another thread looks at it. */
	__atomic_store_n(&count->messages, count->messages + 1, __ATOMIC_RELAXED);
}

/* Whether the result asks for another try. */
static bool try_again(struct soak_end *end, int result)
{
	if (result == SHM_E_TIMEOUT) {
		end->count.timeouts++;
		return true;
	}
	if (result != SHM_E_WAIT_OFF)
		return false;
	end->count.refusals++;
	shm_set_wait(end->shm, SHM_WAIT_FOREVER);
	return true;
}

static void send_one(struct soak_end *end, uint64_t number, struct stress_random *random)
{
	unsigned int len = stress_length(&end->link, number);
	unsigned char *message = place(end, random);
	enum soak_wait wait = draw_wait(end, number, random);
	unsigned int tries = 0;
	int result;

	stress_fill(&end->link, number, message, len);
	for (;;) {
		result = shm_write(message, len, (int)number, end->shm, end->peer);
		if (result == SHM_E_BUSY) {
			end->count.refusals++;
			soak_give_way(tries++);
		} else if (!try_again(end, result)) {
			break;
		}
	}
	if (result != SHM_OK)
		soak_fail(end, number, "it could not be sent", result);
	count_message(end, len, wait);
}

void soak_send(struct soak_end *end)
{
	struct stress_random random = {.state = ~end->link.seed};

	for (uint64_t number = 0; number < end->messages; number++) {
		soak_message_begins(end);
		send_one(end, number, &random);
	}
}

static void await_doorbell(struct soak_end *end, uint64_t number)
{
	end->count.refusals++;
	if (!soak_await_doorbell())
		soak_fail(end, number, "the doorbell did not ring", SHM_E_EMPTY);
}

/* As programs do that serve several things: the doorbell first, then what is there. */
static void look_first(struct soak_end *end, uint64_t number)
{
	while (shm_peek(end->shm, NULL, NULL) == SHM_E_EMPTY)
		await_doorbell(end, number);
}

static void receive_one(struct soak_end *end, uint64_t number, struct stress_random *random)
{
	enum soak_wait wait = draw_wait(end, number, random);
	unsigned char *message = place(end, random);
	const char *failure;
	unsigned int len = 0;
	int type = 0;
	int result;

	if (stress_below(random, 2))
		look_first(end, number);
	for (;;) {
		result = shm_receive(end->shm, message, STRESS_PARTS * end->link.max, &len, &type);
		if (result == SHM_E_EMPTY)
			await_doorbell(end, number);
		else if (!try_again(end, result))
			break;
	}
	if (result != SHM_OK)
		soak_fail(end, number, "it could not be read", result);
	failure = stress_judge(&end->link, number, message, len, type);
	if (failure)
		soak_fail(end, number, failure, result);
	count_message(end, len, wait);
}

void soak_receive(struct soak_end *end)
{
	struct stress_random random = {.state = end->link.seed};

	for (uint64_t number = 0; number < end->messages; number++) {
		soak_message_begins(end);
		receive_one(end, number, &random);
	}
	if (shm_peek(end->shm, NULL, NULL) != SHM_E_EMPTY)
		soak_fail(end, end->messages, "one more came than was sent", SHM_OK);
}
