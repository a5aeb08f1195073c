/* SPDX-License-Identifier: Apache-2.0 */
/* A VM's life as other VMs see and steer it. */
#ifndef BASE_SVC_LIFE_H
#define BASE_SVC_LIFE_H

#include "vm/vm.h"

/* FUSIONDOCK_CALL_VM_STATE. Any core. epoch is set when the VM exists. */
int64_t life_state(uint64_t id, uint64_t *epoch);

/* FUSIONDOCK_CALL_VM_CONTROL. Any core; bounded: the target's own cores do the work. */
int64_t life_control(const struct vm *from, uint64_t id, uint64_t operation);

/* Rings vector 0 of every VM that shares a region with one that has ended or started. Any core. */
void life_tell_peers(const struct vm *vm);

#endif
