/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_TICK_H
#define KERNEL_TICK_H

#include "prt_typedef.h"

/* Starts the tick. OS_OK or an OS_ERRNO_HWI_*. */
U32 tick_init(void);

#endif
