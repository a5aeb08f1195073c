/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work that a limit put off. It is done by a timer of the core whose VM went over the limit, so that a VM
 * that floods pays for it itself.
 */
#ifndef BASE_SVC_ALARM_H
#define BASE_SVC_ALARM_H

#include <stdint.h>

/* Looks again at what was put off, at the latest in `us` microseconds. On the core that put it off. */
void alarm_in(uint32_t us);

/* The counter value `us` microseconds behind `from`. */
uint64_t alarm_time(uint64_t from, uint32_t us);

/* The timer's interrupt, GIC_TIMER_HYP. */
void alarm_interrupt(void);

#endif
