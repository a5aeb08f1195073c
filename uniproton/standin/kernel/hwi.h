/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_HWI_H
#define KERNEL_HWI_H

#include "cpu.h"

/* From arch/vectors.S, interrupts masked: handles one, returns the context to go on with. */
struct frame *hwi_dispatch(struct frame *frame);

#endif
