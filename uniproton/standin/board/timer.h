/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOARD_TIMER_H
#define BOARD_TIMER_H

#include "prt_typedef.h"

/* Virtual timer, a tick every period; the first one period from now. */
void timer_start(U32 ticks_per_second);

/* In the handler: sets the next tick and returns how many are over (0 or more). */
U32 timer_elapsed(void);

#endif
