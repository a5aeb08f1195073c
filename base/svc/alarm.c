/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/alarm.h"

#include "arch/cpu.h"
#include "dev/timer.h"
#include "svc/console.h"
#include "svc/doorbell.h"
#include "svc/watchdog.h"

#define US_PER_SECOND 1000000u

uint64_t alarm_time(uint64_t from, uint32_t us)
{
	return from + timer_frequency() * us / US_PER_SECOND;
}

void alarm_in(uint32_t us)
{
	timer_alarm(alarm_time(timer_now(), us));
}

void alarm_interrupt(void)
{
	struct vcpu *v = this_cpu()->vcpu;

	timer_alarm_stop();
	if (!v)
		return;
	doorbell_retry(v);
	console_retry(v->vm->id);
	watchdog_check(v->vm);
}
