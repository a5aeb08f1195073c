/* SPDX-License-Identifier: Apache-2.0 */
/* What the base counts of each VM. */
#ifndef BASE_SVC_COUNTER_H
#define BASE_SVC_COUNTER_H

#include "vm/vm.h"

/* FUSIONDOCK_CALL_COUNTER, for VM `from`: *value is set with FUSIONDOCK_OK alone. */
int64_t counter_read(const struct vm *from, uint64_t id, uint64_t counter, uint64_t which, uint64_t core,
		     uint64_t *value);

/* Exits of one vCPU, those of the short way of arch/vectors.S too. */
uint64_t counter_exits(const struct vcpu *v, unsigned int kind);

#endif
