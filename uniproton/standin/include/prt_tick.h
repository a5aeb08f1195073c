/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRT_TICK_H
#define PRT_TICK_H

#include "prt_errno.h"
#include "prt_module.h"

/* Ticks since the start, OS_TICK_PER_SECOND (prt_config.h) a second. Any context. */
U64 PRT_TickGetCount(void);

#endif
