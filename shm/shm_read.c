/* SPDX-License-Identifier: Apache-2.0 */
/* The reader's side of the protocol. */
#include "shm_access.h"
#include "shm_copy.h"
#include "shm_region.h"
#include "shm_wait.h"

/* The header of a message, read once; only this copy is used. */
struct message {
	unsigned int total;
	int type;
};

/* Whether the header still is this message's. */
static bool is_unchanged(const struct shm_view *view, const struct message *message)
{
	return shm_load_used_size(view->shm) == message->total &&
	       shm_load_type(view->shm) == message->type;
}

/* Whether what was loaded before this was of one message, which still is READY. */
static bool still_stands(const struct shm_view *view, const struct message *message)
{
	/*
	 * Those loads before this look; pairs with the barriers in shm_view_give_up(): who
	 * has seen anything of a later message sees the mark or the START before it, too.
	 */
	shm_barrier_load();
	return shm_load_state(view->shm) == SHM_OP_READY_TO_READ && is_unchanged(view, message);
}

/* One look. SHM_OK: a message is READY; SHM_E_EMPTY; SHM_E_HEADER. */
static int look(const struct shm_view *view, struct message *message)
{
	int state = shm_load_state(view->shm);

	if (!shm_state_is_valid(state))
		return SHM_E_HEADER;
	if (state != SHM_OP_READY_TO_READ)
		return SHM_E_EMPTY;
	/* READ_END will be stored; and before the length is known: most messages reach the next line. */
	shm_expect(view->header_line);
	shm_expect(view->next_line);
	message->total = shm_load_used_size(view->shm);
	message->type = shm_load_type(view->shm);
	/* The READY can be that of a part whose writer has given up and begins another. */
	if (!still_stands(view, message))
		return SHM_E_EMPTY;
	if (message->total != SHM_USED_GIVEN_UP)
		return SHM_OK;
	/* The rest of a message that was given up: a writer that does not know goes on. */
	shm_store_state(view->shm, SHM_OP_READ_END);
	return SHM_E_EMPTY;
}

/* A part of a VM that does not run: the base is about to give its message up. */
static bool is_left_over(const struct shm_view *view, const struct message *message)
{
	return message->total > view->capacity && !shm_view_peer_runs(view);
}

static int wait_for_message(struct shm_view *view, struct message *message)
{
	struct shm_wait wait = {.limit_us = view->wait_us, .view = view};

	do {
		int result;

		/* What is found behind a word that says RUNNING is not of a life before: the base has been there. */
		if (!shm_view_peer_runs(view))
			shm_view_watch_anew(view);
		result = look(view, message);
		if (result != SHM_E_EMPTY && !(result == SHM_OK && is_left_over(view, message)))
			return result;
	} while (shm_wait_again(&wait));
	return shm_wait_result(&wait, SHM_E_EMPTY);
}

/* Waits until the writer has stored the next part. */
static int wait_for_part(const struct shm_view *view, const struct message *message)
{
	struct shm_wait wait = {.limit_us = view->wait_us, .view = view};

	do {
		int state = shm_load_state(view->shm);

		/* The writer gave up or began another message, which must stay. */
		if (!shm_state_is_valid(state) || !is_unchanged(view, message))
			return shm_view_half_way(view);
		if (state == SHM_OP_READY_TO_READ)
			return SHM_OK;
	} while (shm_wait_again(&wait));
	/* The base has given up what the old life had begun; what is there may be of the new one. */
	if (wait.lost)
		return SHM_E_PEER_LOST;
	shm_view_give_up(view);
	return SHM_E_PARTIAL;
}

/* Release in shm_store_state(): the writer that sees READ_END may write over the part. */
static int read_short(const struct shm_view *view, void *data, const struct message *message)
{
	shm_copy_out(data, shm_payload(view->shm), message->total, view->device);
	shm_store_state(view->shm, SHM_OP_READ_END);
	return SHM_OK;
}

/*
 * A part that is READY. Not taken if the writer gave the message up during the copy, or was started again:
 * then it may be of another message, even one of the same length and type.
 */
static int read_part(const struct shm_view *view, void *data, unsigned int size,
		     const struct message *message)
{
	shm_copy_out(data, shm_payload(view->shm), size, view->device);
	if (!still_stands(view, message) || shm_view_is_lost(view))
		return shm_view_half_way(view);
	shm_store_state(view->shm, SHM_OP_READ_END);
	return SHM_OK;
}

static int read_long(const struct shm_view *view, unsigned char *data,
		     const struct message *message)
{
	unsigned int part = view->capacity;
	unsigned int done = 0;
	int result = SHM_OK;

	for (;;) {
		result = read_part(view, data + done, part, message);
		done += part;
		if (result != SHM_OK || done == message->total)
			return result;
		if (message->total - done < part)
			part = message->total - done;
		result = wait_for_part(view, message);
		if (result != SHM_OK)
			return result;
	}
}

static int take(const struct shm_view *view, void *data, unsigned int len,
		const struct message *message)
{
	if (message->total > len)
		return SHM_E_TOO_LONG;
	if (message->total <= view->capacity)
		return read_short(view, data, message);
	if (view->wait_us == SHM_WAIT_OFF)
		return SHM_E_WAIT_OFF;
	return read_long(view, data, message);
}

static void report(const struct message *message, unsigned int *msg_len, int *data_type)
{
	if (msg_len != NULL)
		*msg_len = message->total;
	if (data_type != NULL)
		*data_type = message->type;
}

int shm_receive(shm_info_s *shm, void *data, unsigned int len, unsigned int *msg_len,
		int *data_type)
{
	struct shm_view view;
	struct message message;
	int result;

	if (data == NULL && len > 0)
		return SHM_E_PARAM;
	result = shm_view_open(&view, shm);
	if (result == SHM_OK)
		result = wait_for_message(&view, &message);
	if (result == SHM_OK)
		result = take(&view, data, len, &message);
	if (result == SHM_OK)
		report(&message, msg_len, data_type);
	return result;
}

int shm_read(shm_info_s *shm, void *data, unsigned int len)
{
	return shm_receive(shm, data, len, NULL, NULL);
}

int shm_peek(shm_info_s *shm, unsigned int *msg_len, int *data_type)
{
	struct shm_view view;
	struct message message;
	int result = shm_view_open(&view, shm);

	if (result == SHM_OK)
		result = look(&view, &message);
	if (result == SHM_OK)
		report(&message, msg_len, data_type);
	return result;
}
