/* SPDX-License-Identifier: Apache-2.0 */
/* PRT_Task*: making, ending and delaying tasks. */
#include "task.h"
#include "prt_hwi.h"
#include "prt_mem.h"
#include "prt_sem.h"
#include "prt_tick.h"
#include "sched.h"
#include "string.h"

#define STACK_ALIGN 16u
#define STACK_MIN (2 * (U32)sizeof(struct frame))

/* Where a task goes when its entry returns. */
static void task_return(void)
{
	TskHandle self;

	if (PRT_TaskSelf(&self) == OS_OK)
		PRT_TaskDelete(self);
}

static U32 check_param(const struct TskInitParam *param)
{
	if (!param->taskEntry)
		return OS_ERRNO_TSK_ENTRY_NULL;
	if (param->taskPrio >= OS_TSK_PRIORITY_LOWEST)
		return OS_ERRNO_TSK_PRIOR_ERROR;
	if (!param->name || !param->name[0])
		return OS_ERRNO_TSK_NAME_EMPTY;
	if (param->stackSize % STACK_ALIGN)
		return OS_ERRNO_TSK_STKSZ_NOT_ALIGN;
	if (param->stackSize && param->stackSize < STACK_MIN)
		return OS_ERRNO_TSK_STKSZ_TOO_SMALL;
	if (param->stackAddr % STACK_ALIGN)
		return OS_ERRNO_TSK_STACKADDR_NOT_ALIGN;
	return OS_OK;
}

/* The context in which the task starts, at the top of its stack. */
static struct frame *first_frame(U64 *stack, U32 size, const struct TskInitParam *param)
{
	struct frame *frame = (struct frame *)(void *)((char *)stack + size) - 1;

	memset(frame, 0, sizeof(*frame));
	for (U32 i = 0; i < 4; i++)
		frame->x[i] = param->args[i];
	frame->x[30] = (uintptr_t)task_return;
	frame->elr = (uintptr_t)param->taskEntry;
	frame->spsr = SPSR_TASK;
	return frame;
}

static U32 set_up(struct task *task, const struct TskInitParam *param)
{
	U32 size = param->stackSize ? param->stackSize : OS_TSK_DEFAULT_STACK_SIZE;
	U64 *stack = (U64 *)param->stackAddr;

	if (!stack)
		stack = PRT_MemAlloc(OS_MID_TSK, OS_MEM_DEFAULT_FSC_PT, size);
	if (!stack)
		return OS_ERRNO_TSK_NO_MEMORY;
	task->stack = stack;
	task->stack_is_ours = param->stackAddr == 0;
	*stack = STACK_GUARD;
	task->frame = first_frame(stack, size, param);
	task->priority = param->taskPrio;
	task->name[OS_TSK_NAME_LEN - 1] = '\0';
	for (U32 i = 0; i < OS_TSK_NAME_LEN - 1; i++) {
		task->name[i] = param->name[i];
		if (!param->name[i])
			break;
	}
	task->state = TASK_SUSPENDED;
	return OS_OK;
}

static void release(struct task *task)
{
	if (task->stack_is_ours)
		PRT_MemFree(OS_MID_TSK, task->stack);
	task->state = TASK_FREE;
}

static struct task *find_free(void)
{
	struct task *found = NULL;

	for (U32 i = 0; i < OS_TSK_MAX_SUPPORT_NUM; i++) {
		if (sched_tasks[i].state & TASK_DEAD)
			release(&sched_tasks[i]);
		if (!found && (sched_tasks[i].state & TASK_FREE))
			found = &sched_tasks[i];
	}
	return found;
}

U32 PRT_TaskCreate(TskHandle *taskPid, struct TskInitParam *initParam)
{
	struct task *task;
	uintptr_t save;
	U32 ret;

	if (!taskPid || !initParam)
		return OS_ERRNO_TSK_PTR_NULL;
	ret = check_param(initParam);
	if (ret != OS_OK)
		return ret;
	save = PRT_HwiLock();
	task = find_free();
	ret = task ? set_up(task, initParam) : OS_ERRNO_TSK_TCB_UNAVAILABLE;
	if (ret == OS_OK)
		*taskPid = (TskHandle)(task - sched_tasks);
	PRT_HwiRestore(save);
	return ret;
}

/* Only tasks of PRT_TaskCreate; NULL and *ret otherwise. */
static struct task *task_of(TskHandle pid, U32 *ret)
{
	*ret = OS_OK;
	if (pid == TASK_IDLE)
		*ret = OS_ERRNO_TSK_OPERATE_IDLE;
	else if (pid > TASK_IDLE)
		*ret = OS_ERRNO_TSK_ID_INVALID;
	else if (sched_tasks[pid].state & (TASK_FREE | TASK_DEAD))
		*ret = OS_ERRNO_TSK_NOT_CREATED;
	return *ret == OS_OK ? &sched_tasks[pid] : NULL;
}

U32 PRT_TaskResume(TskHandle taskPid)
{
	uintptr_t save = PRT_HwiLock();
	U32 ret;
	struct task *task = task_of(taskPid, &ret);

	if (task && !(task->state & TASK_SUSPENDED))
		ret = OS_ERRNO_TSK_NOT_SUSPENDED;
	if (ret == OS_OK) {
		sched_unblock(task, TASK_SUSPENDED);
		sched_point();
	}
	PRT_HwiRestore(save);
	return ret;
}

U32 PRT_TaskDelete(TskHandle taskPid)
{
	uintptr_t save = PRT_HwiLock();
	U32 ret;
	struct task *task = task_of(taskPid, &ret);

	if (task && task == sched_current() && sched_locked())
		ret = OS_ERRNO_TSK_DELETE_LOCKED;
	if (ret == OS_OK) {
		if (task->state & TASK_PENDING)
			list_remove(&task->node);
		sched_block(task, TASK_DEAD);
		task->state = TASK_DEAD;
		if (task != sched_current())
			release(task);
		sched_point(); /* does not come back to a dead task */
	}
	PRT_HwiRestore(save);
	return ret;
}

U32 PRT_TaskDelay(U32 tick)
{
	struct task *task = sched_current();
	uintptr_t save;

	if (!task || sched_in_interrupt())
		return OS_ERRNO_TSK_DELAY_IN_INT;
	if (sched_locked())
		return OS_ERRNO_TSK_DELAY_IN_LOCK;
	save = PRT_HwiLock();
	if (tick == 0) {
		sched_rotate();
	} else {
		task->wake = PRT_TickGetCount() + tick;
		sched_block(task, TASK_SLEEPING);
	}
	sched_point();
	PRT_HwiRestore(save);
	return OS_OK;
}

void PRT_TaskLock(void)
{
	uintptr_t save = PRT_HwiLock();

	sched_lock();
	PRT_HwiRestore(save);
}

void PRT_TaskUnlock(void)
{
	uintptr_t save = PRT_HwiLock();

	sched_unlock();
	sched_point();
	PRT_HwiRestore(save);
}

U32 PRT_TaskSelf(TskHandle *taskPid)
{
	const struct task *task = sched_current();

	if (!taskPid)
		return OS_ERRNO_TSK_PTR_NULL;
	if (!task)
		return OS_ERRNO_TSK_NOT_CREATED;
	*taskPid = (TskHandle)(task - sched_tasks);
	return OS_OK;
}

static void idle(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	for (;;)
		cpu_idle();
}

void task_init(void)
{
	static U64 stack[OS_TSK_DEFAULT_STACK_SIZE / sizeof(U64)] __attribute__((aligned(16)));
	struct TskInitParam param = {
		.taskEntry = idle,
		.taskPrio = OS_TSK_PRIORITY_LOWEST,
		.stackSize = sizeof(stack),
		.name = (char[]){"idle"},
		.stackAddr = (uintptr_t)stack,
	};

	sched_init();
	(void)set_up(&sched_tasks[TASK_IDLE], &param); /* its stack is given: cannot fail */
	sched_unblock(&sched_tasks[TASK_IDLE], TASK_SUSPENDED);
}
