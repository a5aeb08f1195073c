/* SPDX-License-Identifier: Apache-2.0 */
/* The doorbell: one VM tells another to look at a region. */
#ifndef BASE_SVC_DOORBELL_H
#define BASE_SVC_DOORBELL_H

#include <stdint.h>
#include "vm/vm.h"

/* FUSIONDOCK_CALL_RING. Any core; bounded; an earlier ring still pending is not raised twice. */
int64_t doorbell_ring(struct vm *from, uint64_t target, uint64_t vector);

/* Prints the counters of all pairs that ever rang. */
void doorbell_print(void);

#endif
