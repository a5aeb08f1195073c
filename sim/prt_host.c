/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UniProton's API on POSIX threads, to the headers of uniproton/standin: tasks, ticks,
 * memory and PRT_Printf. A task is a thread; priorities are accepted and have no effect,
 * and there are no interrupts: linking fails for a program that needs them.
 */
#define _GNU_SOURCE

#include "prt_host.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "prt_config.h"
#include "prt_mem.h"
#include "prt_task.h"
#include "prt_tick.h"

#define NS_PER_TICK (1000000000 / OS_TICK_PER_SECOND)
#define NS_PER_SECOND 1000000000
#define LINE_SIZE 0x200

struct host_task {
	struct TskInitParam param;
	pthread_t thread;
	bool used, resumed;
};

static struct host_task tasks[OS_TSK_MAX_SUPPORT_NUM];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t start_cond = PTHREAD_COND_INITIALIZER;
static bool started;
static __thread struct host_task *self;

static void *task_thread(void *arg)
{
	struct host_task *task = arg;
	const uintptr_t *args = task->param.args;

	self = task;
	pthread_mutex_lock(&lock);
	while (!started)
		pthread_cond_wait(&start_cond, &lock);
	pthread_mutex_unlock(&lock);
	task->param.taskEntry(args[0], args[1], args[2], args[3]);
	pthread_mutex_lock(&lock);
	task->used = false;
	pthread_mutex_unlock(&lock);
	return NULL;
}

void prt_host_start(void)
{
	pthread_mutex_lock(&lock);
	started = true;
	pthread_cond_broadcast(&start_cond);
	pthread_mutex_unlock(&lock);
}

static U32 check_param(const TskHandle *pid, const struct TskInitParam *param)
{
	if (!pid || !param)
		return OS_ERRNO_TSK_PTR_NULL;
	if (!param->taskEntry)
		return OS_ERRNO_TSK_ENTRY_NULL;
	if (param->taskPrio >= OS_TSK_PRIORITY_LOWEST)
		return OS_ERRNO_TSK_PRIOR_ERROR;
	return param->name && param->name[0] ? OS_OK : OS_ERRNO_TSK_NAME_EMPTY;
}

U32 PRT_TaskCreate(TskHandle *taskPid, struct TskInitParam *initParam)
{
	U32 ret = check_param(taskPid, initParam), i;

	if (ret != OS_OK)
		return ret;
	pthread_mutex_lock(&lock);
	for (i = 0; i < OS_TSK_MAX_SUPPORT_NUM && tasks[i].used; i++)
		;
	if (i < OS_TSK_MAX_SUPPORT_NUM) {
		tasks[i] = (struct host_task){.param = *initParam, .used = true};
		*taskPid = i;
	}
	pthread_mutex_unlock(&lock);
	return i < OS_TSK_MAX_SUPPORT_NUM ? OS_OK : OS_ERRNO_TSK_TCB_UNAVAILABLE;
}

static U32 resume(struct host_task *task)
{
	if (!task->used)
		return OS_ERRNO_TSK_NOT_CREATED;
	if (task->resumed)
		return OS_ERRNO_TSK_NOT_SUSPENDED;
	if (pthread_create(&task->thread, NULL, task_thread, task) != 0)
		return OS_ERRNO_TSK_NO_MEMORY;
	pthread_detach(task->thread);
	task->resumed = true;
	return OS_OK;
}

U32 PRT_TaskResume(TskHandle taskPid)
{
	U32 ret;

	if (taskPid >= OS_TSK_MAX_SUPPORT_NUM)
		return OS_ERRNO_TSK_ID_INVALID;
	pthread_mutex_lock(&lock);
	ret = resume(&tasks[taskPid]);
	pthread_mutex_unlock(&lock);
	return ret;
}

U32 PRT_TaskSelf(TskHandle *taskPid)
{
	if (!taskPid)
		return OS_ERRNO_TSK_PTR_NULL;
	if (!self)
		return OS_ERRNO_TSK_NOT_CREATED;
	*taskPid = (TskHandle)(self - tasks);
	return OS_OK;
}

struct timespec prt_host_after(U32 ticks)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now.tv_sec += ticks / OS_TICK_PER_SECOND;
	now.tv_nsec += (long)(ticks % OS_TICK_PER_SECOND) * NS_PER_TICK;
	if (now.tv_nsec >= NS_PER_SECOND) {
		now.tv_nsec -= NS_PER_SECOND;
		now.tv_sec++;
	}
	return now;
}

U32 PRT_TaskDelay(U32 tick)
{
	struct timespec until = prt_host_after(tick);

	if (!self)
		return OS_ERRNO_TSK_DELAY_IN_INT;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
	return OS_OK;
}

U64 PRT_TickGetCount(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (U64)now.tv_sec * OS_TICK_PER_SECOND + (U64)now.tv_nsec / NS_PER_TICK;
}

void *PRT_MemAlloc(U32 mid, U8 ptNo, U32 size)
{
	(void)mid;
	return ptNo == OS_MEM_DEFAULT_FSC_PT && size > 0 ? malloc(size) : NULL;
}

U32 PRT_MemFree(U32 mid, void *addr)
{
	(void)mid;
	if (!addr)
		return OS_ERRNO_MEM_FREE_ADDR_INVALID;
	free(addr);
	return OS_OK;
}

/* One write a call, so that calls of two tasks do not tear each other. */
U32 PRT_Printf(const char *text, ...)
{
	char line[LINE_SIZE];
	va_list args;
	int length;

	va_start(args, text);
	length = vsnprintf(line, sizeof(line), text, args);
	va_end(args);
	if (length < 0)
		return OS_ERROR;
	if (length >= LINE_SIZE)
		length = LINE_SIZE - 1;
	return write(STDOUT_FILENO, line, (size_t)length) == length ? OS_OK : OS_ERROR;
}
