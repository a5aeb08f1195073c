/* SPDX-License-Identifier: Apache-2.0 */
/* PRT_Sem*. A post to a waiting task goes to that task and never into the count. */
#include "prt_sem.h"
#include "prt_hwi.h"
#include "prt_tick.h"
#include "sched.h"

struct sem {
	struct list waiters; /* oldest first */
	U32 count;
	bool used;
};

static struct sem sems[OS_SEM_MAX_SUPPORT_NUM];

static struct sem *sem_of(SemHandle handle)
{
	return handle < OS_SEM_MAX_SUPPORT_NUM && sems[handle].used ? &sems[handle] : NULL;
}

U32 PRT_SemCreate(U32 count, SemHandle *semHandle)
{
	uintptr_t save;
	U32 i;

	if (!semHandle)
		return OS_ERRNO_SEM_PTR_NULL;
	if (count > OS_SEM_COUNT_MAX)
		return OS_ERRNO_SEM_OVERFLOW;
	save = PRT_HwiLock();
	for (i = 0; i < OS_SEM_MAX_SUPPORT_NUM && sems[i].used; i++)
		;
	if (i < OS_SEM_MAX_SUPPORT_NUM) {
		sems[i].used = true;
		sems[i].count = count;
		list_init(&sems[i].waiters);
		*semHandle = (SemHandle)i;
	}
	PRT_HwiRestore(save);
	return i < OS_SEM_MAX_SUPPORT_NUM ? OS_OK : OS_ERRNO_SEM_ALL_BUSY;
}

U32 PRT_SemDelete(SemHandle semHandle)
{
	uintptr_t save = PRT_HwiLock();
	struct sem *sem = sem_of(semHandle);
	U32 ret = OS_OK;

	if (!sem)
		ret = OS_ERRNO_SEM_INVALID;
	else if (!list_empty(&sem->waiters))
		ret = OS_ERRNO_SEM_PENDED;
	else
		sem->used = false;
	PRT_HwiRestore(save);
	return ret;
}

static U32 wait_for(struct sem *sem, U32 timeout)
{
	struct task *task = sched_current();
	U32 reasons = TASK_PENDING;

	if (timeout != OS_WAIT_FOREVER) {
		task->wake = PRT_TickGetCount() + timeout;
		reasons |= TASK_SLEEPING;
	}
	task->wait_result = OS_OK;
	sched_block(task, reasons);
	list_append(&sem->waiters, &task->node);
	sched_point(); /* returns when posted to or when the time is over */
	return task->wait_result;
}

static U32 pend(struct sem *sem, U32 timeout)
{
	if (!sem)
		return OS_ERRNO_SEM_INVALID;
	if (sem->count > 0) {
		sem->count--;
		return OS_OK;
	}
	if (timeout == OS_NO_WAIT)
		return OS_ERRNO_SEM_UNAVAILABLE;
	if (sched_locked())
		return OS_ERRNO_SEM_PEND_IN_LOCK;
	return wait_for(sem, timeout);
}

U32 PRT_SemPend(SemHandle semHandle, U32 timeout)
{
	uintptr_t save;
	U32 ret;

	if (sched_in_interrupt() || !sched_current())
		return OS_ERRNO_SEM_PEND_INTERR;
	save = PRT_HwiLock();
	ret = pend(sem_of(semHandle), timeout);
	PRT_HwiRestore(save);
	return ret;
}

static U32 post(struct sem *sem)
{
	struct task *task;

	if (!sem)
		return OS_ERRNO_SEM_INVALID;
	if (list_empty(&sem->waiters)) {
		if (sem->count >= OS_SEM_COUNT_MAX)
			return OS_ERRNO_SEM_OVERFLOW;
		sem->count++;
		return OS_OK;
	}
	task = container_of(sem->waiters.next, struct task, node);
	list_remove(&task->node);
	sched_unblock(task, TASK_PENDING | TASK_SLEEPING);
	sched_point();
	return OS_OK;
}

U32 PRT_SemPost(SemHandle semHandle)
{
	uintptr_t save = PRT_HwiLock();
	U32 ret = post(sem_of(semHandle));

	PRT_HwiRestore(save);
	return ret;
}
