/* SPDX-License-Identifier: Apache-2.0 */
/* The faults' part of the launcher: says what has struck, and does what comes later. */
#ifndef SIM_EVENTS_H
#define SIM_EVENTS_H

#include <stdbool.h>

#include "sim_control.h"

/*
 * After objects_create(): opens the event pipe and starts the clock of what strikes at a
 * time. Returns its write end for vms_start(), or -1 with a line on stderr.
 */
int events_open(void);

/* Read end of the pipe, for poll(). */
int events_fd(void);

/* Takes what the programs told. Before vms_reap(): who told that it freezes, then stops. */
void events_read(void);

/* A VM has stopped; it is thawed when its fault says so. */
void events_frozen(unsigned int vm);
bool events_will_thaw(unsigned int vm);

/* Milliseconds until events_do() has something to do, or -1. */
int events_next_ms(void);
void events_do(void);

/* Names on stderr each fault that never struck. */
void events_finish(void);

#endif
