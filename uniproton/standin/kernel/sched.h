/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scheduler: ready tasks by priority, the running one, waits with a limit.
 * Everything here is called with interrupts masked unless it says otherwise.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include "cpu.h"
#include "list.h"
#include "prt_config.h"
#include "prt_task.h"

/* What keeps a task from running; none of them: it is ready. */
#define TASK_SUSPENDED 0x1u
#define TASK_PENDING 0x2u  /* in a semaphore's queue */
#define TASK_SLEEPING 0x4u /* until `wake`, alone or as the limit of a wait */
#define TASK_FREE 0x8u     /* no task */
#define TASK_DEAD 0x10u    /* deleted itself; the stack is still to be freed */

struct task {
	struct frame *frame; /* its context while it does not run, on its own stack */
	struct list node;    /* in a ready queue or, while TASK_PENDING, in a semaphore's */
	U32 state;           /* TASK_* */
	U32 wait_result;     /* of the last wait: OS_OK or OS_ERRNO_SEM_TIMEOUT */
	U64 wake;            /* tick */
	U64 *stack;          /* lowest address; holds STACK_GUARD */
	bool stack_is_ours;  /* from PRT_MemAlloc */
	TskPrior priority;
	char name[OS_TSK_NAME_LEN];
};

#define TASK_COUNT (OS_TSK_MAX_SUPPORT_NUM + 1)
#define TASK_IDLE (TASK_COUNT - 1)
#define STACK_GUARD 0xcacacacacacacacaULL

extern struct task sched_tasks[TASK_COUNT];

void sched_init(void);

/* The running task, NULL before the start. Any masking. */
struct task *sched_current(void);

/* In a handler of an interrupt. Any masking. */
bool sched_in_interrupt(void);
void sched_interrupt_enter(void);
void sched_interrupt_leave(void);

/* Takes the task out of the ready queue for `reasons` (TASK_*). */
void sched_block(struct task *task, U32 reasons);

/* Ends `reasons`; when none is left the task is ready. */
void sched_unblock(struct task *task, U32 reasons);

/* Puts the running task behind the others of its priority. */
void sched_rotate(void);

/* Switches if another task should run: at once in a task, at the end of the handler else. */
void sched_point(void);

/* While locked only the running task runs. Any masking. */
bool sched_locked(void);
void sched_lock(void);
void sched_unlock(void);

/* Ends the waits that are over at tick `now`. */
void sched_expire(U64 now);

/* From arch/: takes the interrupted context, returns the one to go on with. */
struct frame *sched_switch(struct frame *frame);

/* Leaves the boot for the first task. */
_Noreturn void sched_start(void);

/* For messages: the task's name, "the boot" or "an interrupt handler". Any masking. */
const char *sched_context_name(void);

#endif
