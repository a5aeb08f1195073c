/* SPDX-License-Identifier: Apache-2.0 */
/* UniProton's semaphores on POSIX threads. Who waited longest is not always woken first. */
#define _GNU_SOURCE

#include <errno.h>
#include <pthread.h>

#include "prt_config.h"
#include "prt_host.h"
#include "prt_sem.h"

struct host_sem {
	pthread_cond_t posted;
	U32 count, waiters;
	bool used;
};

static struct host_sem sems[OS_SEM_MAX_SUPPORT_NUM];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool valid(SemHandle handle)
{
	return handle < OS_SEM_MAX_SUPPORT_NUM && sems[handle].used;
}

static void init(struct host_sem *sem, U32 count)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	*sem = (struct host_sem){.count = count, .used = true};
	pthread_cond_init(&sem->posted, &attributes);
	pthread_condattr_destroy(&attributes);
}

U32 PRT_SemCreate(U32 count, SemHandle *semHandle)
{
	U16 i;

	if (!semHandle)
		return OS_ERRNO_SEM_PTR_NULL;
	if (count > OS_SEM_COUNT_MAX)
		return OS_ERRNO_SEM_OVERFLOW;
	pthread_mutex_lock(&lock);
	for (i = 0; i < OS_SEM_MAX_SUPPORT_NUM && sems[i].used; i++)
		;
	if (i < OS_SEM_MAX_SUPPORT_NUM) {
		init(&sems[i], count);
		*semHandle = i;
	}
	pthread_mutex_unlock(&lock);
	return i < OS_SEM_MAX_SUPPORT_NUM ? OS_OK : OS_ERRNO_SEM_ALL_BUSY;
}

U32 PRT_SemDelete(SemHandle semHandle)
{
	U32 ret = OS_OK;

	pthread_mutex_lock(&lock);
	if (!valid(semHandle))
		ret = OS_ERRNO_SEM_INVALID;
	else if (sems[semHandle].waiters > 0)
		ret = OS_ERRNO_SEM_PENDED;
	else
		sems[semHandle].used = false;
	pthread_mutex_unlock(&lock);
	return ret;
}

/* With the lock held; the count is 0. */
static U32 wait_for(struct host_sem *sem, U32 timeout)
{
	struct timespec until = prt_host_after(timeout);
	int error = 0;

	if (timeout == OS_NO_WAIT)
		return OS_ERRNO_SEM_UNAVAILABLE;
	sem->waiters++;
	while (sem->count == 0 && error != ETIMEDOUT) {
		if (timeout == OS_WAIT_FOREVER)
			error = pthread_cond_wait(&sem->posted, &lock);
		else
			error = pthread_cond_timedwait(&sem->posted, &lock, &until);
	}
	sem->waiters--;
	return sem->count > 0 ? OS_OK : OS_ERRNO_SEM_TIMEOUT;
}

U32 PRT_SemPend(SemHandle semHandle, U32 timeout)
{
	U32 ret = OS_OK;

	pthread_mutex_lock(&lock);
	if (!valid(semHandle))
		ret = OS_ERRNO_SEM_INVALID;
	else if (sems[semHandle].count == 0)
		ret = wait_for(&sems[semHandle], timeout);
	if (ret == OS_OK)
		sems[semHandle].count--;
	pthread_mutex_unlock(&lock);
	return ret;
}

U32 PRT_SemPost(SemHandle semHandle)
{
	U32 ret = OS_OK;

	pthread_mutex_lock(&lock);
	if (!valid(semHandle)) {
		ret = OS_ERRNO_SEM_INVALID;
	} else if (sems[semHandle].count >= OS_SEM_COUNT_MAX) {
		ret = OS_ERRNO_SEM_OVERFLOW;
	} else {
		sems[semHandle].count++;
		pthread_cond_signal(&sems[semHandle].posted);
	}
	pthread_mutex_unlock(&lock);
	return ret;
}
