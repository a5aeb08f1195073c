// SPDX-License-Identifier: Apache-2.0
#include "ping.h"

#include <string.h>

struct ping_head {
	uint64_t session, number;
};

_Static_assert(sizeof(struct ping_head) == PING_LENGTH_MIN, "the shortest message is the head");

static void fill(const struct ping *ping)
{
	struct ping_head head = {.session = ping->session, .number = ping->sent};

	memcpy(ping->message, &head, sizeof(head));
	for (unsigned int i = sizeof(head); i < ping->length; i++)
		ping->message[i] = (unsigned char)(i * 7 + head.number);
}

static enum status send(struct ping *ping)
{
	unsigned int peer = ping->out.region.reader;
	int result = shm_write(ping->message, ping->length, ping->type, ping->out.shm, (int)peer);

	if (result == SHM_OK)
		ping->sent++;
	if (result == SHM_OK)
		return STATUS_OK;
	if (result == SHM_E_TIMEOUT || result == SHM_E_PARTIAL)
		return complain(
			STATUS_TIMEOUT,
			"VM %u does not read region %u: an earlier message still waits there", peer,
			ping->out.region.index);
	if (result == SHM_E_PEER_LOST)
		return complain(STATUS_TIMEOUT, "VM %u ended or was started again meanwhile", peer);
	return complain_result("shm_write", result);
}

static enum status nobody_answers(const struct ping *ping)
{
	struct header header;
	bool taken = channel_header(&ping->out, &header) && header.op_type != SHM_OP_READY_TO_READ;

	return complain(
		STATUS_TIMEOUT,
		"nobody answers: VM %u has %s message %u and nothing came back within %u.%03u "
		"s; ping needs a program there that sends each message back as it came",
		ping->out.region.reader, taken ? "read" : "not even read", ping->sent,
		ping->timeout_us / US_PER_S, ping->timeout_us % US_PER_S / 1000);
}

static bool is_answer(const struct ping *ping, unsigned int len, int type)
{
	return len == ping->length && type == ping->type &&
	       memcmp(ping->answer, ping->message, len) == 0;
}

/* A message of another program's: stays where it is, or goes if that is wished. */
static enum status stranger(struct ping *ping, unsigned int len, int type)
{
	ping->strangers++;
	if (ping->discard)
		return STATUS_OK;
	return complain(
		STATUS_FAILED,
		"VM %u sent a message of type %d, %u bytes, that is no answer; --discard throws "
		"such away",
		ping->in.region.writer, type, len);
}

/* *answered: the answer has been taken. STATUS_OK without it: go on waiting. */
static enum status take(struct ping *ping, bool *answered)
{
	unsigned int len = 0;
	int type = 0;
	int result = shm_peek(ping->in.shm, &len, &type);

	if (result == SHM_OK && !ping->discard && (len != ping->length || type != ping->type))
		return stranger(ping, len, type); /* not taken */
	if (result == SHM_OK)
		result = shm_receive(ping->in.shm, ping->answer, PING_LENGTH_MAX, &len, &type);
	if (result == SHM_E_EMPTY)
		return STATUS_OK;
	if (result != SHM_OK)
		return complain_result("shm_receive", result);
	*answered = is_answer(ping, len, type);
	return *answered ? STATUS_OK : stranger(ping, len, type);
}

enum status ping_round(struct ping *ping)
{
	uint64_t start;
	bool answered = false;
	enum status status;

	fill(ping);
	start = shm_counter();
	status = send(ping);
	while (status == STATUS_OK && !answered) {
		int result = channel_wait(&ping->in, ping->timeout_us, &ping->silent);

		if (result == SHM_E_TIMEOUT)
			return nobody_answers(ping);
		status = result == SHM_OK ? take(ping, &answered)
					  : complain_result("shm_wait_ipi", result);
	}
	if (answered)
		ping->ticks[ping->done++] = shm_counter() - start;
	return status;
}
