/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "cpu.h"
#include "prt_hwi.h"
#include "prt_sem.h"
#include "prt_tick.h"

#define SGI 10

static SemHandle bell;
static volatile U32 handled, woken, delay_result, pend_result;

static void handler(HwiArg arg)
{
	handled += (U32)arg;
	delay_result = PRT_TaskDelay(1);
	pend_result = PRT_SemPend(bell, OS_WAIT_FOREVER);
	(void)PRT_SemPost(bell);
}

static void waiter(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	while (PRT_SemPend(bell, OS_WAIT_FOREVER) == OS_OK)
		woken++;
}

static void test_attributes(void)
{
	check(PRT_HwiCreate(SGI, handler, 1) == OS_ERRNO_HWI_MODE_UNSET,
	      "an interrupt needs its attributes first");
	check(PRT_HwiEnable(SGI) == OS_ERRNO_HWI_UNCREATED, "and a handler");
	check(PRT_HwiSetAttr(SGI, 16, OS_HWI_MODE_ENGROSS) == OS_ERRNO_HWI_PRI_ERROR,
	      "16 is no priority");
	check(PRT_HwiSetAttr(100000, 1, OS_HWI_MODE_ENGROSS) == OS_ERRNO_HWI_NUM_INVALID,
	      "100000 is no interrupt");
}

static void test_wake(void)
{
	uintptr_t save;

	raise_sgi(SGI); /* before anybody wants it */
	check(handled == 0, "a disabled interrupt waits");
	PRT_HwiEnable(SGI);
	isb();
	check(handled == 1, "and comes when it is enabled");
	check(woken == 1, "it has woken the task of higher priority before this one went on");
	check(delay_result == OS_ERRNO_TSK_DELAY_IN_INT, "a handler cannot sleep");
	check(pend_result == OS_ERRNO_SEM_PEND_INTERR, "nor wait for a semaphore");
	save = PRT_HwiLock();
	raise_sgi(SGI);
	check(handled == 1, "masked, no handler runs");
	PRT_HwiRestore(save);
	isb();
	check(handled == 2 && woken == 2, "unmasked, it does");
}

/* Fills the registers, is interrupted for some ticks, and looks at them again. */
static void spin(uintptr_t pattern, uintptr_t b, uintptr_t c, uintptr_t d)
{
	U64 end = PRT_TickGetCount() + 20, bad = 0;

	(void)b, (void)c, (void)d;
	while (PRT_TickGetCount() < end)
		__asm__ volatile("add x3, %1, #3\n\tadd x9, %1, #9\n\tadd x18, %1, #18\n\t"
				 "add x27, %1, #27\n\tcmp %1, %1\n\tmov x10, #2000\n"
				 "1:\tsub x10, x10, #1\n\tcbnz x10, 1b\n\t"
				 "cset x11, ne\n\tadd %0, %0, x11\n\t"
				 "sub x3, x3, %1\n\tsub x9, x9, %1\n\tsub x18, x18, %1\n\t"
				 "sub x27, x27, %1\n\tadd x3, x3, x9\n\tadd x3, x3, x18\n\t"
				 "add x3, x3, x27\n\tsub x3, x3, #57\n\tadd %0, %0, x3"
				 : "+&r"(bad)
				 : "r"(pattern)
				 : "x3", "x9", "x10", "x11", "x18", "x27", "cc");
	*(volatile U64 *)b = bad + 1;
}

/* Preempts the spinning tasks at every tick, and changes registers itself. */
static void disturb(uintptr_t rounds, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)b, (void)c, (void)d;
	for (; rounds > 0; rounds--)
		PRT_TaskDelay(1);
}

static void test_registers(void)
{
	static volatile U64 results[2];
	struct TskInitParam param = {.taskEntry = spin, .name = (char[]){"spin"}};
	TskHandle tasks[2];

	PRT_TaskResume(make_task(disturb, TEST_PRIORITY - 1, 60));
	for (U32 i = 0; i < 2; i++) {
		param.taskPrio = (TskPrior)(TEST_PRIORITY + 1 + i);
		param.args[0] = 0x1111111100000000 * (i + 1);
		param.args[1] = (uintptr_t)&results[i];
		PRT_TaskCreate(&tasks[i], &param);
		PRT_TaskResume(tasks[i]);
	}
	PRT_TaskDelay(70);
	check(results[0] == 1 && results[1] == 1,
	      "registers and flags of interrupted tasks are as they were");
}

void test_interrupts(void)
{
	TskHandle task;

	PRT_SemCreate(0, &bell);
	task = make_task(waiter, TEST_PRIORITY - 2, 0);
	PRT_TaskResume(task);
	test_attributes();
	PRT_HwiSetAttr(SGI, 10, OS_HWI_MODE_ENGROSS);
	check(PRT_HwiCreate(SGI, handler, 1) == OS_OK, "a handler for SGI 10");
	check(PRT_HwiCreate(SGI, handler, 1) == OS_ERRNO_HWI_ALREADY_CREATED, "only one");
	test_wake();
	test_registers();
	check(PRT_HwiDelete(SGI) == OS_OK, "the handler can be taken away");
	PRT_TaskDelete(task);
}
