/* SPDX-License-Identifier: Apache-2.0 */
#include "sched.h"
#include "exc.h"
#include "prt_sem.h"

#define PRIORITIES 64

struct task sched_tasks[TASK_COUNT];

static struct list ready[PRIORITIES];
static U64 ready_map; /* bit 63 - p: ready[p] is not empty */
static struct task *current;
static U32 lock_depth;
static bool in_interrupt;

static U64 map_bit(TskPrior priority)
{
	return 1ULL << (PRIORITIES - 1 - priority);
}

static void ready_add(struct task *task)
{
	list_append(&ready[task->priority], &task->node);
	ready_map |= map_bit(task->priority);
}

static void ready_remove(struct task *task)
{
	list_remove(&task->node);
	if (list_empty(&ready[task->priority]))
		ready_map &= ~map_bit(task->priority);
}

/* The idle task never waits, so there always is one. */
static struct task *highest(void)
{
	return container_of(ready[__builtin_clzll(ready_map)].next, struct task, node);
}

void sched_init(void)
{
	for (U32 p = 0; p < PRIORITIES; p++)
		list_init(&ready[p]);
	for (U32 i = 0; i < TASK_COUNT; i++) {
		list_init(&sched_tasks[i].node);
		sched_tasks[i].state = TASK_FREE;
	}
}

struct task *sched_current(void)
{
	return current;
}

bool sched_in_interrupt(void)
{
	return in_interrupt;
}

void sched_interrupt_enter(void)
{
	in_interrupt = true;
}

void sched_interrupt_leave(void)
{
	in_interrupt = false;
}

void sched_block(struct task *task, U32 reasons)
{
	if (task->state == 0)
		ready_remove(task);
	task->state |= reasons;
}

void sched_unblock(struct task *task, U32 reasons)
{
	bool blocked = task->state != 0;

	task->state &= ~reasons;
	if (blocked && task->state == 0)
		ready_add(task);
}

void sched_rotate(void)
{
	ready_remove(current);
	ready_add(current);
}

void sched_point(void)
{
	if (current && !in_interrupt && !lock_depth && highest() != current)
		cpu_reschedule();
}

bool sched_locked(void)
{
	return lock_depth > 0;
}

void sched_lock(void)
{
	lock_depth++;
}

void sched_unlock(void)
{
	if (lock_depth > 0)
		lock_depth--;
}

/* A wait with a limit that is over leaves the queue it waits in. */
static void expire(struct task *task)
{
	if (task->state & TASK_PENDING) {
		list_remove(&task->node);
		task->wait_result = OS_ERRNO_SEM_TIMEOUT;
	}
	sched_unblock(task, TASK_PENDING | TASK_SLEEPING);
}

void sched_expire(U64 now)
{
	for (U32 i = 0; i < TASK_COUNT; i++) {
		struct task *task = &sched_tasks[i];

		if ((task->state & TASK_SLEEPING) && task->wake <= now)
			expire(task);
	}
}

static void check_stack(const struct task *task)
{
	if (*task->stack != STACK_GUARD)
		exc_panic("its stack is too small", task->name);
}

struct frame *sched_switch(struct frame *frame)
{
	if (!current)
		return frame; /* an interrupt of the boot */
	current->frame = frame;
	check_stack(current);
	if (!lock_depth)
		current = highest();
	return current->frame;
}

void sched_start(void)
{
	current = highest();
	cpu_resume(current->frame);
}

const char *sched_context_name(void)
{
	if (in_interrupt)
		return "an interrupt handler";
	return current ? current->name : "the boot";
}
