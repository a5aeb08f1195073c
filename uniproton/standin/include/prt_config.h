/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a UniProton application configures. In UniProton each application brings
 * its own prt_config.h; this is the stand-in's.
 */
#ifndef PRT_CONFIG_H
#define PRT_CONFIG_H

#include "prt_typedef.h"

/* Ticks a second; PRT_TaskDelay(OS_TICK_PER_SECOND) is a second. */
#define OS_TICK_PER_SECOND 100

/* Tasks at once, without the idle task. */
#define OS_TSK_MAX_SUPPORT_NUM 8

/* Bytes of stack for a task created with stackSize 0. */
#define OS_TSK_DEFAULT_STACK_SIZE 0x1000

/* Semaphores at once. */
#define OS_SEM_MAX_SUPPORT_NUM 10

#endif
