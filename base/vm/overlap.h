/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_VM_OVERLAP_H
#define BASE_VM_OVERLAP_H

#include "vm/check.h"

/* Complains about every two things a VM would find at the same guest-physical address. */
void check_overlaps(struct check *c, const struct system *s);

#endif
