/* SPDX-License-Identifier: Apache-2.0 */
/* Counting semaphores; tasks are woken in the order in which they began to wait. */
#ifndef PRT_SEM_H
#define PRT_SEM_H

#include "prt_errno.h"
#include "prt_module.h"

#define OS_ERRNO_SEM_INVALID OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x02)
#define OS_ERRNO_SEM_PTR_NULL OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x03)
#define OS_ERRNO_SEM_ALL_BUSY OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x04)
#define OS_ERRNO_SEM_UNAVAILABLE OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x05)
#define OS_ERRNO_SEM_PEND_INTERR OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x06)
#define OS_ERRNO_SEM_PEND_IN_LOCK OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x07)
#define OS_ERRNO_SEM_TIMEOUT OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x08)
#define OS_ERRNO_SEM_OVERFLOW OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x09)
#define OS_ERRNO_SEM_PENDED OS_ERRNO_BUILD_ERROR(OS_MID_SEM, 0x0a)

/* Limits for PRT_SemPend besides a number of ticks. */
#define OS_NO_WAIT 0
#define OS_WAIT_FOREVER 0xFFFFFFFF

#define OS_SEM_COUNT_MAX 0xFFFFFFFE

typedef U16 SemHandle;

/* A semaphore with the given count. Any context. */
U32 PRT_SemCreate(U32 count, SemHandle *semHandle);

/* OS_ERRNO_SEM_PENDED while a task waits for it. Any context. */
U32 PRT_SemDelete(SemHandle semHandle);

/*
 * Takes one from the count, or waits for at most `timeout` ticks.
 * OS_ERRNO_SEM_UNAVAILABLE (no wait), OS_ERRNO_SEM_TIMEOUT. Task.
 */
U32 PRT_SemPend(SemHandle semHandle, U32 timeout);

/* Wakes the task that waited longest, or adds one to the count. Any context. */
U32 PRT_SemPost(SemHandle semHandle);

#endif
