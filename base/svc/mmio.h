/* SPDX-License-Identifier: Apache-2.0 */
/* Loads and stores of a guest at its emulated devices. */
#ifndef BASE_SVC_MMIO_H
#define BASE_SVC_MMIO_H

#include "vm/vm.h"

/* One data abort. true: the access is done, the guest goes on behind it. */
bool mmio_emulate(struct vcpu *v, struct guest_regs *regs, uint64_t esr, ipaddr_t at);

#endif
