/* SPDX-License-Identifier: Apache-2.0 */
#include <sched.h>

#include "shm_original_peer.h"

static void spin_while(volatile shm_info_s *shm, int state, int wanted)
{
	while ((shm->op_type == state) == wanted)
		sched_yield();
	__sync_synchronize();
}

static void set_state(volatile shm_info_s *shm, int state)
{
	__sync_synchronize();
	shm->op_type = state;
}

void original_write_by_hand(volatile shm_info_s *shm, unsigned long long stamp, int type,
			    void (*ring)(void))
{
	spin_while(shm, SHM_OP_READY_TO_READ, 1);
	shm->used_size = sizeof(stamp);
	shm->resevered = type;
	shm->op_type = SHM_OP_READY_TO_READ;
	*(volatile unsigned long long *)((volatile unsigned char *)shm + 16) = stamp;
	ring();
}

unsigned long long original_read_by_hand(volatile shm_info_s *shm)
{
	unsigned long long stamp;

	spin_while(shm, SHM_OP_READY_TO_READ, 0);
	stamp = *(volatile unsigned long long *)((volatile unsigned char *)shm + 16);
	set_state(shm, SHM_OP_READ_END);
	return stamp;
}

static void put(volatile shm_info_s *shm, const unsigned char *from, unsigned int size)
{
	volatile unsigned char *to = (volatile unsigned char *)shm + 16;

	while (size-- > 0)
		*to++ = *from++;
}

static void get(unsigned char *to, volatile shm_info_s *shm, unsigned int size)
{
	volatile unsigned char *from = (volatile unsigned char *)shm + 16;

	while (size-- > 0)
		*to++ = *from++;
}

static void label(volatile shm_info_s *shm, unsigned int total, int type)
{
	shm->resevered = type;
	shm->used_size = total;
}

void original_write(volatile shm_info_s *shm, const void *src, unsigned int len, int type,
		    void (*ring)(void))
{
	const unsigned char *from = src;
	unsigned int sent = 0;

	if (len < shm->max_size) {
		spin_while(shm, SHM_OP_READY_TO_READ, 1);
		label(shm, len, type);
		put(shm, from, len);
		set_state(shm, SHM_OP_READY_TO_READ);
		ring();
		return;
	}
	for (; len - sent > shm->max_size; sent += shm->max_size) {
		spin_while(shm, SHM_OP_READY_TO_READ, 1);
		put(shm, from + sent, shm->max_size);
		set_state(shm, SHM_OP_READY_TO_READ);
		if (sent == 0) {
			label(shm, len, type);
			ring();
		}
	}
	spin_while(shm, SHM_OP_READY_TO_READ, 1);
	put(shm, from + sent, len - sent);
	set_state(shm, SHM_OP_READY_TO_READ);
}

int original_read(volatile shm_info_s *shm, void *data, unsigned int len)
{
	unsigned int left = shm->used_size;
	unsigned char *to = data;

	if (left > len || shm->op_type < 0 || shm->op_type >= SHM_OP_MAX)
		return -1;
	do {
		unsigned int part = left < shm->max_size ? left : shm->max_size;

		spin_while(shm, SHM_OP_READY_TO_READ, 0);
		get(to, shm, part);
		to += part;
		left -= part;
		set_state(shm, SHM_OP_READ_END);
	} while (left > 0);
	return 0;
}
