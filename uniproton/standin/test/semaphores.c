/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "prt_sem.h"
#include "prt_tick.h"

static SemHandle sem;
static volatile U32 step, order[4], result;

static void wait_and_note(uintptr_t number, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)b, (void)c, (void)d;
	result = PRT_SemPend(sem, 50);
	order[step++ % 4] = (U32)number;
}

static void test_count(void)
{
	SemHandle counted;

	check(PRT_SemCreate(2, &counted) == OS_OK, "a semaphore with count 2");
	check(PRT_SemPend(counted, OS_NO_WAIT) == OS_OK && PRT_SemPend(counted, 5) == OS_OK,
	      "is taken twice");
	check(PRT_SemPend(counted, OS_NO_WAIT) == OS_ERRNO_SEM_UNAVAILABLE, "not a third time");
	PRT_SemPost(counted);
	check(PRT_SemPend(counted, OS_WAIT_FOREVER) == OS_OK, "again after a post");
	check(PRT_SemDelete(counted) == OS_OK, "it can be deleted");
	check(PRT_SemPost(counted) == OS_ERRNO_SEM_INVALID, "and is gone");
}

static void test_timeout(void)
{
	U64 start;

	PRT_SemCreate(0, &sem);
	start = PRT_TickGetCount();
	check(PRT_SemPend(sem, 10) == OS_ERRNO_SEM_TIMEOUT, "a wait has an end");
	check(PRT_TickGetCount() - start == 10, "after as many ticks as said");
	PRT_TaskResume(make_task(wait_and_note, TEST_PRIORITY + 1, 1));
	PRT_TaskDelay(5);
	check(PRT_SemDelete(sem) == OS_ERRNO_SEM_PENDED, "not deleted while a task waits");
	PRT_SemPost(sem);
	PRT_TaskDelay(60);
	check(step == 1 && result == OS_OK, "a post in time ends the wait, the limit is forgotten");
	check(PRT_SemPend(sem, OS_NO_WAIT) == OS_ERRNO_SEM_UNAVAILABLE,
	      "a post to a waiting task is not counted");
}

static void test_fifo(void)
{
	step = 0;
	PRT_TaskResume(make_task(wait_and_note, TEST_PRIORITY - 1, 1));
	PRT_TaskResume(make_task(wait_and_note, TEST_PRIORITY - 2, 2));
	PRT_SemPost(sem);
	check(step == 1 && order[0] == 1,
	      "the task that waited longest is woken, and runs at once");
	PRT_SemPost(sem);
	check(step == 2 && order[1] == 2, "then the next");
}

static void test_delete_waiting(void)
{
	TskHandle task = make_task(wait_and_note, TEST_PRIORITY - 1, 3);

	step = 0;
	PRT_TaskResume(task);
	PRT_TaskDelete(task);
	PRT_SemPost(sem);
	check(step == 0 && PRT_SemPend(sem, OS_NO_WAIT) == OS_OK,
	      "a deleted task does not take the post");
}

void test_semaphores(void)
{
	test_count();
	test_timeout();
	test_fifo();
	test_delete_waiting();
	PRT_SemDelete(sem);
}
