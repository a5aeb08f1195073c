/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM 1 (uniproton.c) is killed while it and VM 0 (linux.c) send each other messages without end. What message n of
 * a direction is, both work out from a seed (tests/stress/message.c); VM 1's is another in each of its lives,
 * so that a message with parts of two lives is seen. The type of a message is its number.
 */
#ifndef KILLS_H
#define KILLS_H

#include "fusiondock/hypercall.h"
#include "fusiondock/state.h"
#include "stress.h"

#define KILLS_VM_0 0
#define KILLS_VM_1 1

/* VM 1's messages of its life `epoch`; VM 0 lives once, in epoch 1. */
static inline struct stress_link kills_link(const shm_info_s *shm, int vm, unsigned int epoch)
{
	return (struct stress_link){
		.seed = (uint64_t)vm << 32 | epoch,
		.max = shm->max_size,
		.parts = STRESS_PARTS,
	};
}

#define KILLS_BUFFER(max) (STRESS_PARTS * (max))

#endif
