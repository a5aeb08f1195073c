/* SPDX-License-Identifier: Apache-2.0 */
/* A VM that promised to call and does not has had a fault. */
#ifndef BASE_SVC_WATCHDOG_H
#define BASE_SVC_WATCHDOG_H

#include "vm/vm.h"

/* The VM begins a life. Any core; watchdog_check on a core of the VM follows. */
void watchdog_start(struct vm *vm);

/* FUSIONDOCK_CALL_WATCHDOG. On a core of the VM. */
int64_t watchdog_call(struct vm *vm, uint64_t *ms);

/* Stops the VM if its time is over, else sets the calling core's alarm. On a core of the VM. */
void watchdog_check(struct vm *vm);

#endif
