/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The generic timer. Every guest owns the virtual and the physical EL1 timer of its cores: reading
 * time and programming them makes no exit, only their interrupts pass through the base.
 */
#ifndef BASE_DEV_TIMER_H
#define BASE_DEV_TIMER_H

#include <stdint.h>

/*
 * Opens counters and timers to EL1 with CNTVOFF_EL2 = 0, so that time stamps of all VMs compare, and
 * stops both timers. Calling core.
 */
void timer_init_cpu(void);

/*
 * The base's own timer of the calling core (CNTHP): an interrupt GIC_TIMER_HYP once the counter has
 * reached `at`. An earlier alarm that is set stays.
 */
void timer_alarm(uint64_t at);

/* Stops it; for the handler, before it sets the next one. */
void timer_alarm_stop(void);

/* CNTPCT_EL0 and CNTFRQ_EL0 (Hz). */
uint64_t timer_now(void);
uint64_t timer_frequency(void);

#endif
