/* SPDX-License-Identifier: Apache-2.0 */
/* The doorbell: one VM tells another to look at a region. */
#ifndef BASE_SVC_DOORBELL_H
#define BASE_SVC_DOORBELL_H

#include <stdint.h>
#include "vm/vm.h"

/*
 * FUSIONDOCK_CALL_RING, on a core of the sender. Bounded. A ring that is still pending is not raised twice;
 * one that comes earlier than the target's doorbell-min-interval allows is raised when it does.
 */
int64_t doorbell_ring(struct vm *from, uint64_t target, uint64_t vector);

/* Rings what the interval of a target put off and is due now. On a core of the sender. */
void doorbell_retry(struct vm *from);

/* Prints the counters of all pairs that ever rang. */
void doorbell_print(void);

#endif
