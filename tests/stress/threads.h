/* SPDX-License-Identifier: Apache-2.0 */
/* What the scenarios of threads.c share; each runs in a process of its own. */
#ifndef THREADS_H
#define THREADS_H

#include <pthread.h>

#include "stress.h"

extern struct stress_bells threads_bells;
extern struct stress_count threads_counts[4];
extern unsigned int threads_seconds; /* for all scenarios together, there are two */

double threads_now(void);
/* Region i, 0 or 1, attached. */
shm_info_s *threads_make_region(int i, unsigned int max, unsigned int flags);
void threads_start(pthread_t *thread, void *(*function)(void *), void *argument);

void threads_giving_up(void);

#endif
