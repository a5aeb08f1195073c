/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_VM_PLACE_H
#define BASE_VM_PLACE_H

#include "vm/system.h"

/*
 * Chooses physical memory for every VM and region: the address the guests see where the machine has free
 * RAM there (one to one), otherwise the lowest free place. Every one that does not fit is reported;
 * the result is their number.
 */
unsigned int system_place(struct system *s, struct host *host, system_report report);

#endif
