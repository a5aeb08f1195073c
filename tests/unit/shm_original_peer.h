/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer as the first implementation of the specification behaves, written from the
 * description of the protocol and using nothing of the library: bytes copied one by one,
 * plain stores, no time limits, max_size fetched at each use.
 *
 * Its habits that others must live with: a message of max_size and more goes the long
 * way; there used_size and the type are stored behind the first READY and before the only
 * doorbell; a message of exactly max_size gets neither length nor doorbell.
 */
#ifndef SHM_ORIGINAL_PEER_H
#define SHM_ORIGINAL_PEER_H

#include "shm_pub.h"

void original_write(volatile shm_info_s *shm, const void *src, unsigned int len, int type,
		    void (*ring)(void));

/*
 * The specification's latency test, which uses no call but the doorbell: fields filled by
 * hand, READY before the data; and data taken out of the field by hand.
 */
void original_write_by_hand(volatile shm_info_s *shm, unsigned long long stamp, int type,
			    void (*ring)(void));
unsigned long long original_read_by_hand(volatile shm_info_s *shm);

/* 0 or -1, as the original. */
int original_read(volatile shm_info_s *shm, void *data, unsigned int len);

#endif
