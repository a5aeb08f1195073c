/* SPDX-License-Identifier: Apache-2.0 */
/* The doorbell: one VM tells another to look at a region. */
#ifndef BASE_SVC_DOORBELL_H
#define BASE_SVC_DOORBELL_H

#include <stdint.h>
#include "vm/vm.h"

/* Opens the short way of arch/vectors.S to every pair that may use it. Boot core, before any VM runs. */
void doorbell_init(void);

/*
 * FUSIONDOCK_CALL_RING, on the core of v. Bounded. A ring that is still pending is not raised twice;
 * one that comes earlier than the target's doorbell-min-interval allows is raised when it does.
 */
int64_t doorbell_ring(struct vcpu *v, uint64_t target, uint64_t vector);

/* Rings what the interval of a target put off and is due now. On the core of v. */
void doorbell_retry(struct vcpu *v);

/*
 * How often a VM has rung this vector of a VM, FUSIONDOCK_COUNTER_RAISED, _COALESCED or _REFUSED. Target and
 * vector are below their limits.
 */
uint64_t doorbell_count(const struct vm *from, uint32_t target, uint32_t vector, uint32_t counter);

/* Prints the counters of all pairs that ever rang. */
void doorbell_print(void);

#endif
