/* SPDX-License-Identifier: Apache-2.0 */
/* The boot, on the boot stack with interrupts masked, to the first task. */
#include "console.h"
#include "cpu.h"
#include "exc.h"
#include "gic.h"
#include "main.h"
#include "mem.h"
#include "sched.h"
#include "task.h"
#include "tick.h"
#include "uart.h"

extern char __heap_start[], __heap_end[]; /* linker script */

static void must(U32 ret, const char *what)
{
	if (ret == OS_OK)
		return;
	console_emergency("[UniProton] %s: error 0x%x\n", what, ret);
	exc_panic("the boot cannot go on", what);
}

void standin_main(void)
{
	U64 now;

	uart_init();
	now = read_sysreg(cntpct_el0);
	PRT_Printf("[UniProton] stand-in kernel of fusiondock (not UniProton itself), start time "
		   "%llu us\n",
		   now * 1000000 / read_sysreg(cntfrq_el0));
	mem_init(__heap_start, __heap_end);
	gic_init();
	task_init();
	must(console_init(), "console");
	must(tick_init(), "tick");
	must(PRT_AppInit(), "PRT_AppInit");
	sched_start();
}
