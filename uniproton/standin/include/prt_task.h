/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks. A task runs until it waits, or until one of a higher priority (a smaller
 * number) is ready; tasks of one priority run in the order in which they became ready.
 */
#ifndef PRT_TASK_H
#define PRT_TASK_H

#include "prt_errno.h"
#include "prt_module.h"

/* Length of a task name with its ending 0; longer names are cut. */
#define OS_TSK_NAME_LEN 16

/* Priorities: 0 (highest) to 62; 63 is the idle task's. */
#define OS_TSK_PRIORITY_HIGHEST 0
#define OS_TSK_PRIORITY_LOWEST 63

#define OS_ERRNO_TSK_NO_MEMORY OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x01)
#define OS_ERRNO_TSK_PTR_NULL OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x02)
#define OS_ERRNO_TSK_STKSZ_NOT_ALIGN OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x03)
#define OS_ERRNO_TSK_PRIOR_ERROR OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x04)
#define OS_ERRNO_TSK_ENTRY_NULL OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x05)
#define OS_ERRNO_TSK_NAME_EMPTY OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x06)
#define OS_ERRNO_TSK_STKSZ_TOO_SMALL OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x07)
#define OS_ERRNO_TSK_ID_INVALID OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x08)
#define OS_ERRNO_TSK_NOT_SUSPENDED OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x0a)
#define OS_ERRNO_TSK_NOT_CREATED OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x0b)
#define OS_ERRNO_TSK_DELETE_LOCKED OS_ERRNO_BUILD_FATAL(OS_MID_TSK, 0x0c)
#define OS_ERRNO_TSK_DELAY_IN_INT OS_ERRNO_BUILD_FATAL(OS_MID_TSK, 0x0d)
#define OS_ERRNO_TSK_DELAY_IN_LOCK OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x0e)
#define OS_ERRNO_TSK_TCB_UNAVAILABLE OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x11)
#define OS_ERRNO_TSK_OPERATE_IDLE OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x12)
#define OS_ERRNO_TSK_STACKADDR_NOT_ALIGN OS_ERRNO_BUILD_ERROR(OS_MID_TSK, 0x17)

typedef U32 TskHandle;
typedef U16 TskPrior;

typedef void (*TskEntryFunc)(uintptr_t param1, uintptr_t param2, uintptr_t param3,
			     uintptr_t param4);

struct TskInitParam {
	TskEntryFunc taskEntry;
	TskPrior taskPrio;
	U16 reserved;
	uintptr_t args[4];   /* given to taskEntry */
	U32 stackSize;       /* bytes, a multiple of 16; 0: OS_TSK_DEFAULT_STACK_SIZE */
	char *name;          /* copied */
	uintptr_t stackAddr; /* lowest address, 16-byte aligned; 0: the kernel allocates */
};

/*
 * Makes a task, suspended: PRT_TaskResume lets it run. A task that returns from its
 * entry is deleted. Task or before the start of the scheduler.
 */
U32 PRT_TaskCreate(TskHandle *taskPid, struct TskInitParam *initParam);

/* Lets a suspended task run; at once, if it has the higher priority. Any context. */
U32 PRT_TaskResume(TskHandle taskPid);

/*
 * Deletes a task, the calling one included. Stack and number of a task that deleted
 * itself are free at the next PRT_TaskCreate. Task.
 */
U32 PRT_TaskDelete(TskHandle taskPid);

/* Sleeps for `tick` ticks; 0 gives way to ready tasks of the same priority. Task. */
U32 PRT_TaskDelay(U32 tick);

/* While locked no other task runs; interrupts go on. Locks nest. Task. */
void PRT_TaskLock(void);
void PRT_TaskUnlock(void);

/* The calling (in an interrupt: the interrupted) task. Any context. */
U32 PRT_TaskSelf(TskHandle *taskPid);

#endif
