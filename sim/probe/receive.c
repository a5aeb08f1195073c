/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A consumer as the protocol wants it: asleep until a doorbell, then it reads until the
 * region is empty. When no doorbell comes for long it looks all the same.
 */
#include <stdio.h>
#include <stdlib.h>

#include "probe.h"

struct receiver {
	const struct probe_options *options;
	shm_info_s *shm;
	unsigned char *buffer;
	unsigned int received, silent, idle; /* silent: came without doorbell; idle: the reverse */
	unsigned int oldest_ms;
	bool is_good;
};

static void complain(struct receiver *receiver, const char *what)
{
	printf(" %s,", what);
	receiver->is_good = false;
}

static void take(struct receiver *receiver, unsigned int length, int type)
{
	const char *wrong = probe_check(receiver->buffer, length, receiver->received);
	unsigned int age;

	if (wrong != NULL) {
		complain(receiver, wrong);
	} else {
		age = probe_age_ms(receiver->buffer);
		if (age > receiver->oldest_ms)
			receiver->oldest_ms = age;
	}
	if (type != PROBE_TYPE)
		complain(receiver, "type altered");
	receiver->received++;
}

/* Reads what is there; how many, or the result of the call that failed. */
static int drain(struct receiver *receiver)
{
	int count = 0;

	while (receiver->received < receiver->options->receive) {
		unsigned int length = 0;
		int type = 0;
		int result = shm_peek(receiver->shm, NULL, NULL);

		if (result == SHM_OK)
			result = shm_receive(receiver->shm, receiver->buffer,
					     receiver->options->length, &length, &type);
		if (result == SHM_E_EMPTY)
			break;
		if (result != SHM_OK)
			return result;
		take(receiver, length, type);
		count++;
	}
	return count;
}

/* False: it makes no sense to go on. */
static bool turn(struct receiver *receiver)
{
	int rung = shm_wait_ipi(receiver->options->idle_ms * 1000u);
	int count = drain(receiver);

	if (count < 0) {
		complain(receiver, probe_result(count));
		return count == SHM_E_PARTIAL || count == SHM_E_TIMEOUT || count == SHM_E_PEER_LOST;
	}
	if (rung == SHM_OK) {
		receiver->idle += count == 0;
		return true;
	}
	receiver->silent += (unsigned int)count;
	if (count == 0)
		complain(receiver, probe_result(rung));
	return count > 0;
}

static void summarise(const struct receiver *receiver)
{
	printf(" received %u of %u", receiver->received, receiver->options->receive);
	if (receiver->silent > 0)
		printf(", %u without a doorbell", receiver->silent);
	if (receiver->idle > 0)
		printf(", %u doorbell without a message", receiver->idle);
	printf(", oldest %u ms\n", receiver->oldest_ms);
}

bool probe_receive(const struct probe_options *options)
{
	struct receiver receiver = {
		.options = options,
		.shm = probe_open(SHM_REGION_IS_READER, NULL),
		.buffer = malloc(options->length),
		.is_good = true,
	};

	if (receiver.shm == NULL || receiver.buffer == NULL)
		return false;
	printf("probe: read:");
	shm_set_wait(receiver.shm, options->wait_ms * 1000u);
	while (receiver.received < options->receive && turn(&receiver))
		;
	summarise(&receiver);
	free(receiver.buffer);
	return receiver.is_good && receiver.received == options->receive;
}
