/* SPDX-License-Identifier: Apache-2.0 */
/* A VM's life as other VMs see and steer it. */
#ifndef BASE_SVC_LIFE_H
#define BASE_SVC_LIFE_H

#include "vm/vm.h"

/* Clears the state view. Boot core, before any VM runs. */
void life_init(void);

/*
 * The VM begins a life: epoch, state, its word in the state view, doorbells to its peers, and to itself if a
 * message waits for it. Its core has not entered the guest yet.
 */
void life_started(struct vm *vm);

/*
 * The VM has left its cores: its word in the state view says so, its regions are left whole, then its state
 * is set and its peers get their doorbells. A VM that is about to start again keeps the state RUNNING,
 * only its word says OFF until then, and its doorbells come with the start. No core of it is in the guest.
 */
void life_ended(struct vm *vm, uint32_t state);

/* FUSIONDOCK_CALL_VM_STATE. Any core. epoch is set when the VM exists. */
int64_t life_state(uint64_t id, uint64_t *epoch);

/* FUSIONDOCK_CALL_VM_CONTROL. Any core; bounded: the target's own cores do the work. */
int64_t life_control(const struct vm *from, uint64_t id, uint64_t operation);

#endif
