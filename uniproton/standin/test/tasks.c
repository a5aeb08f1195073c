/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "cpu.h"
#include "prt_config.h"
#include "prt_tick.h"

static volatile U32 step, order[8];

/* Notes its number in the order of arrival. */
static void note(uintptr_t number, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)b, (void)c, (void)d;
	order[step++ % 8] = (U32)number;
}

static void note_twice(uintptr_t number, uintptr_t b, uintptr_t c, uintptr_t d)
{
	note(number, b, c, d);
	PRT_TaskDelay(0);
	note(number, b, c, d);
}

static void test_delay(void)
{
	U64 hz = read_sysreg(cntfrq_el0), start, end;
	U64 ticks;

	PRT_TaskDelay(1); /* to the beginning of a tick */
	start = read_sysreg(cntvct_el0);
	ticks = PRT_TickGetCount();
	PRT_TaskDelay(OS_TICK_PER_SECOND / 2);
	end = read_sysreg(cntvct_el0);
	ticks = PRT_TickGetCount() - ticks;
	check(ticks == OS_TICK_PER_SECOND / 2, "a delay of n ticks ends at the n-th tick");
	check(end - start >= hz / 2 - hz / 50 && end - start <= hz / 2 + hz / 10,
	      "50 ticks are half a second of CNTVCT_EL0");
}

static void test_preemption(void)
{
	step = 0;
	PRT_TaskResume(make_task(note, TEST_PRIORITY - 1, 7));
	check(step == 1 && order[0] == 7, "a resumed task of higher priority runs at once");
	step = 0;
	PRT_TaskResume(make_task(note, TEST_PRIORITY + 1, 8));
	check(step == 0, "a resumed task of lower priority does not");
	PRT_TaskDelay(2);
	check(step == 1 && order[0] == 8, "but when the higher one waits");
}

static void test_lock(void)
{
	step = 0;
	PRT_TaskLock();
	PRT_TaskLock();
	PRT_TaskResume(make_task(note, TEST_PRIORITY - 1, 1));
	PRT_TaskUnlock();
	check(step == 0, "no task runs while one has locked the scheduler");
	check(PRT_TaskDelay(1) == OS_ERRNO_TSK_DELAY_IN_LOCK, "a delay is refused then");
	PRT_TaskUnlock();
	check(step == 1, "the last unlock lets it run");
}

static void test_order(void)
{
	step = 0;
	PRT_TaskResume(make_task(note_twice, TEST_PRIORITY + 1, 1));
	PRT_TaskResume(make_task(note_twice, TEST_PRIORITY + 1, 2));
	PRT_TaskDelay(2);
	check(step == 4 && order[0] == 1 && order[1] == 2 && order[2] == 1 && order[3] == 2,
	      "tasks of one priority run in order, a delay of 0 gives way");
}

static void test_reuse(void)
{
	U32 i;

	step = 0;
	for (i = 0; i < 100; i++)
		PRT_TaskResume(make_task(note, TEST_PRIORITY - 1, i));
	check(step == 100, "a hundred tasks, one after the other, each ends itself");
}

static void test_delete(void)
{
	TskHandle task = make_task(note, TEST_PRIORITY + 1, 1), self;

	step = 0;
	PRT_TaskResume(task);
	check(PRT_TaskDelete(task) == OS_OK, "a ready task can be deleted");
	PRT_TaskDelay(2);
	check(step == 0, "and never runs");
	check(PRT_TaskDelete(task) == OS_ERRNO_TSK_NOT_CREATED, "it cannot be deleted twice");
	check(PRT_TaskSelf(&self) == OS_OK && PRT_TaskResume(self) == OS_ERRNO_TSK_NOT_SUSPENDED,
	      "a task that runs cannot be resumed");
}

static void test_param(void)
{
	struct TskInitParam param = {.taskEntry = note, .taskPrio = 63, .name = (char[]){"x"}};
	TskHandle task;

	check(PRT_TaskCreate(&task, &param) == OS_ERRNO_TSK_PRIOR_ERROR,
	      "the idle priority is refused");
	param.taskPrio = 5;
	param.stackSize = 1000;
	check(PRT_TaskCreate(&task, &param) == OS_ERRNO_TSK_STKSZ_NOT_ALIGN,
	      "an odd stack size is");
	param.stackSize = 0xfffffff0;
	check(PRT_TaskCreate(&task, &param) == OS_ERRNO_TSK_NO_MEMORY, "and one that is not there");
	check(PRT_TaskCreate(NULL, &param) == OS_ERRNO_TSK_PTR_NULL, "and NULL");
}

void test_tasks(void)
{
	test_delay();
	test_preemption();
	test_lock();
	test_order();
	test_reuse();
	test_delete();
	test_param();
}
