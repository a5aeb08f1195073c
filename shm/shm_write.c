/* SPDX-License-Identifier: Apache-2.0 */
/* The writer's side of the protocol. */
#include "shm_access.h"
#include "shm_copy.h"
#include "shm_ipi.h"
#include "shm_region.h"
#include "shm_wait.h"

/* Waits until the previous message has been read. */
static int wait_for_room(const struct shm_view *view)
{
	struct shm_wait wait = {.limit_us = view->wait_us, .view = view};

	do {
		int state = shm_load_state(view->shm);

		if (!shm_state_is_valid(state))
			return SHM_E_HEADER;
		if (state != SHM_OP_READY_TO_READ)
			return SHM_OK;
	} while (shm_wait_again(&wait));
	return shm_wait_result(&wait, SHM_E_BUSY);
}

/* Waits until the reader has taken the part before this one. */
static int wait_for_next_part(const struct shm_view *view, unsigned int total)
{
	struct shm_wait wait = {.limit_us = view->wait_us, .view = view};

	do {
		int state = shm_load_state(view->shm);

		if (!shm_state_is_valid(state))
			return SHM_E_PARTIAL; /* not ours to mend */
		if (shm_load_mark(view->shm) != total)
			break; /* the reader gave up */
		if (state != SHM_OP_READY_TO_READ)
			return SHM_OK;
	} while (shm_wait_again(&wait));
	shm_view_give_up(view);
	return shm_view_half_way(view);
}

/* Release in shm_store_state(): the reader that sees READY sees the payload and header. */
static void publish(const struct shm_view *view, const void *part, unsigned int size)
{
	shm_copy_in(shm_payload(view->shm), part, size, view->device);
	shm_store_state(view->shm, SHM_OP_READY_TO_READ);
}

static int write_short(const struct shm_view *view, const void *src, unsigned int len, int vmid)
{
	publish(view, src, len);
	return shm_send_ipi(vmid) == SHM_OK ? SHM_OK : SHM_E_IPI;
}

/* The parts behind the first. */
static int write_rest(const struct shm_view *view, const unsigned char *src, unsigned int len)
{
	unsigned int done = view->capacity;

	while (done < len) {
		unsigned int left = len - done;
		unsigned int part = left < view->capacity ? left : view->capacity;
		int result = wait_for_next_part(view, len);

		if (result != SHM_OK)
			return result;
		publish(view, src + done, part);
		/*
		 * READY before the next look at used_size; pairs with the barrier in
		 * shm_view_give_up(): either we see the reader's mark, or its START
		 * comes behind our READY.
		 */
		shm_barrier_full();
		done += part;
	}
	if (shm_load_mark(view->shm) == len)
		return SHM_OK;
	shm_view_give_up(view);
	return shm_view_half_way(view);
}

static int write_long(struct shm_view *view, const void *src, unsigned int len, int vmid)
{
	bool lost;
	int result;

	publish(view, src, view->capacity);
	if (shm_send_ipi(vmid) != SHM_OK) {
		/* Nobody comes for the first part, so nobody can ask for the others. */
		shm_view_give_up(view);
		return SHM_E_IPI;
	}
	/*
	 * READY is visible (the barrier before the doorbell). If the reader has ended, the message has the base's
	 * mark, or came behind it and is for the next life, which may have begun it: then it is not given up.
	 */
	lost = shm_view_is_lost(view);
	if (lost)
		shm_view_watch_anew(view);
	result = write_rest(view, src, len);
	return lost && result == SHM_E_PARTIAL ? SHM_E_PEER_LOST : result;
}

int shm_write(void *src, unsigned int len, int data_type, shm_info_s *shm, int recId)
{
	struct shm_view view;
	int result;

	if ((src == NULL && len > 0) || len == SHM_USED_GIVEN_UP || !shm_vm_is_possible(recId))
		return SHM_E_PARAM;
	result = shm_view_find(&view, shm);
	if (result != SHM_OK)
		return result;
	shm_expect(view.header_line);
	if (len > SHM_LINE - SHM_HEADER_SIZE)
		shm_expect(view.next_line);
	result = shm_view_check(&view);
	if (result != SHM_OK)
		return result;
	if (len > view.capacity && view.wait_us == SHM_WAIT_OFF)
		return SHM_E_WAIT_OFF;
	result = wait_for_room(&view);
	if (result != SHM_OK)
		return result;
	shm_store_type(shm, data_type);
	shm_store_used_size(shm, len);
	if (len <= view.capacity)
		return write_short(&view, src, len, recId);
	return write_long(&view, src, len, recId);
}
