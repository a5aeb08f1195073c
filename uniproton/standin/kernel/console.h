/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include "prt_typedef.h"

/*
 * Prints up to 511 characters; a call is never torn by another task's, because no
 * other task runs meanwhile. Task (in an interrupt handler the text may land inside a
 * task's). OS_OK. UniProton has it in no public header either: applications declare it.
 */
U32 PRT_Printf(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* The same for a kernel that is about to stop: no scheduler, any context. */
void console_emergency(const char *text, ...) __attribute__((format(printf, 1, 2)));

/* Starts the task that answers a key with a line "[UniProton] key 'x'". */
U32 console_init(void);

#endif
