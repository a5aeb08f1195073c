/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CNTV. The compare value moves by whole periods, so that ticks do not drift, and
 * ticks missed while the core was not running are counted afterwards.
 */
#include "timer.h"
#include "cpu.h"

#define CTL_ENABLE 1

static U64 period, next;

static void set_compare(U64 value)
{
	write_sysreg(cntv_cval_el0, value);
	isb();
}

void timer_start(U32 ticks_per_second)
{
	period = read_sysreg(cntfrq_el0) / ticks_per_second;
	next = read_sysreg(cntvct_el0) + period;
	set_compare(next);
	write_sysreg(cntv_ctl_el0, CTL_ENABLE);
	isb();
}

U32 timer_elapsed(void)
{
	U64 now, ticks;

	isb(); /* the counter is read after the interrupt was taken, not before */
	now = read_sysreg(cntvct_el0);
	if (now < next)
		return 0;
	ticks = (now - next) / period + 1;
	next += ticks * period;
	set_compare(next);
	return (U32)ticks;
}
