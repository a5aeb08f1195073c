/* SPDX-License-Identifier: Apache-2.0 */
#include "tick.h"
#include "board.h"
#include "prt_config.h"
#include "prt_hwi.h"
#include "prt_tick.h"
#include "sched.h"
#include "timer.h"

static volatile U64 ticks;

U64 PRT_TickGetCount(void)
{
	return ticks;
}

static void tick_handler(HwiArg arg)
{
	(void)arg;
	ticks += timer_elapsed();
	sched_expire(ticks);
}

U32 tick_init(void)
{
	U32 ret = PRT_HwiSetAttr(BOARD_TIMER_INTID, 10, OS_HWI_MODE_ENGROSS);

	if (ret == OS_OK)
		ret = PRT_HwiCreate(BOARD_TIMER_INTID, tick_handler, 0);
	if (ret == OS_OK)
		ret = PRT_HwiEnable(BOARD_TIMER_INTID);
	if (ret == OS_OK)
		timer_start(OS_TICK_PER_SECOND);
	return ret;
}
