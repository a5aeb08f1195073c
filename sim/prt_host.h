/* SPDX-License-Identifier: Apache-2.0 */
/* UniProton's API on POSIX threads: what the files of it share. */
#ifndef PRT_HOST_H
#define PRT_HOST_H

#include <time.h>
#include "prt_typedef.h"

/* Lets the tasks resumed so far run: the start of the scheduler. */
void prt_host_start(void);

/* `ticks` from now, of CLOCK_MONOTONIC. */
struct timespec prt_host_after(U32 ticks);

/* UniProton declares these two in no public header. */
U32 PRT_Printf(const char *text, ...) __attribute__((format(printf, 1, 2)));
U32 PRT_AppInit(void);

#endif
