/* SPDX-License-Identifier: Apache-2.0 */
/* The machine under the base's pure parts, as the tests see and steer it. */
#ifndef BASE_FAKES_H
#define BASE_FAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dev/ich.h"
#include "vm/vm.h"

#define FAKE_CORES 8

/* One core: its list registers, and its timers' part of the physical GIC. */
struct fake_core {
	uint64_t lr[ICH_LR_MAX];
	uint32_t maintenance; /* ICH_HCR_EL2, the bits of ich_enable */
	unsigned int ended_outside; /* ICH_HCR_EL2.EOIcount */
	bool splits_end;      /* ICH_VMCR_EL2.VEOIM */
	unsigned int enables; /* calls of ich_enable */
	unsigned int kicks;   /* GIC_SGI_KICK sent to it */
	uint32_t timer_lines; /* bit INTID: the timer's output is high */
	uint32_t phys_active; /* bit INTID: taken by the base and not deactivated */
	unsigned int deactivations;
};

/* One SPI of the machine. */
struct fake_spi {
	bool enabled, edge, pending, active;
	uint64_t mpidr; /* core it goes to */
};

extern struct fake_core fake_cores[FAKE_CORES];
extern struct fake_spi fake_spis[1024];
extern unsigned int fake_core;     /* whose core the code under test runs on */
extern unsigned int fake_lr_count; /* 1 .. 16 */

/* The console behind an emulated UART. */
extern bool fake_sink_room;
extern char fake_sink_text[256];
extern size_t fake_sink_length;
extern void *fake_sink_last;

/* Lines of base_print, one after the other with a line feed. */
extern char fake_printed[4096];

/* Calls that reached the life of a vCPU. */
extern struct vcpu *fake_started, *fake_offed;
extern uint64_t fake_start_entry, fake_start_context;

extern uint64_t fake_now;      /* CNTPCT_EL0, at 1 MHz */
extern uint32_t fake_alarm_us; /* last argument of alarm_in, 0: no call */
extern uint64_t fake_alarm_at; /* last argument of timer_alarm, 0: no call */

extern const void *fake_cleaned; /* last argument of cache_clean_invalidate */
extern size_t fake_cleaned_size;

/* System registers by name; unknown ones read as 0. */
void fake_sysreg_set(const char *name, uint64_t value);
uint64_t fake_sysreg_read(const char *name);

/* Everything above, as after power-on, with 4 list registers. A cmocka setup function. */
int fakes_reset(void **state);

/* Numbers that are the same on every run. */
uint32_t fake_random(uint32_t *seed);

#endif
