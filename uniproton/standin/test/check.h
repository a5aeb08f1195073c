/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's test: a program of UniProton's API that prints TAP on the console. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

#include "prt_task.h"

extern U32 PRT_Printf(const char *text, ...);

/* One line "ok n - name" or "not ok n - name". */
void check(bool ok, const char *name);

/* A task that is not resumed yet. */
TskHandle make_task(TskEntryFunc entry, TskPrior priority, uintptr_t arg);

/* Raises an SGI on this core, as the base raises a doorbell. */
void raise_sgi(U32 intid);

void test_tasks(void);
void test_interrupts(void);
void test_semaphores(void);
void test_memory(void);
void test_format(void);

/* Priority of the task that runs the tests. */
#define TEST_PRIORITY 30

#endif
