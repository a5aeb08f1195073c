/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "cpu.h"
#include "main.h"
#include "prt_config.h"

static U32 count;

void check(bool ok, const char *name)
{
	PRT_Printf("%sok %u - %s\n", ok ? "" : "not ", ++count, name);
}

TskHandle make_task(TskEntryFunc entry, TskPrior priority, uintptr_t arg)
{
	struct TskInitParam param = {
		.taskEntry = entry,
		.taskPrio = priority,
		.args = {arg},
		.name = (char[]){"test"},
	};
	TskHandle task = 0;
	U32 ret = PRT_TaskCreate(&task, &param);

	if (ret != OS_OK)
		PRT_Printf("not ok - PRT_TaskCreate: 0x%x\n", ret);
	return task;
}

void raise_sgi(U32 intid)
{
	write_sysreg(S3_0_C12_C11_5, (U64)intid << 24 | 1); /* ICC_SGI1R_EL1, target 0.0.0.0 */
	isb();
}

/* The runner waits for "# key" before it types, and for the exception at the end. */
static void run(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	test_format();
	test_memory();
	test_tasks();
	test_semaphores();
	test_interrupts();
	PRT_Printf("1..%u\n# key\n", count);
	PRT_TaskDelay(2 * OS_TICK_PER_SECOND);
	PRT_Printf("# exception\n");
	__asm__ volatile(".inst 0x9e6703e0"); /* FMOV D0, XZR: FP is trapped */
}

U32 PRT_AppInit(void)
{
	return PRT_TaskResume(make_task(run, TEST_PRIORITY, 0));
}
