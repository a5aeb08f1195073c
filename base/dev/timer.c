/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/timer.h"

#include "arch/barrier.h"
#include "arch/sysreg.h"
#include "dev/gicregs.h"
#include "dev/vgic.h"

#define CNTHCTL_EL1PCTEN 0x1ull
#define CNTHCTL_EL1PCEN 0x2ull
#define CNT_CTL_ENABLE_IMASK_ISTATUS 0x7ull
#define CNT_CTL_FIRING 0x5ull
#define CNT_CTL_ENABLE 0x1ull

void timer_init_cpu(void)
{
	write_sysreg(cnthctl_el2, CNTHCTL_EL1PCTEN | CNTHCTL_EL1PCEN);
	write_sysreg(cntvoff_el2, 0);
	write_sysreg(cntv_ctl_el0, 0);
	write_sysreg(cntp_ctl_el0, 0);
	write_sysreg(cntkctl_el1, 0);
	isb();
}

bool timer_line(uint32_t intid)
{
	uint64_t ctl = 0;

	if (intid == GIC_TIMER_VIRTUAL)
		ctl = read_sysreg(cntv_ctl_el0);
	else if (intid == GIC_TIMER_PHYSICAL)
		ctl = read_sysreg(cntp_ctl_el0);
	return (ctl & CNT_CTL_ENABLE_IMASK_ISTATUS) == CNT_CTL_FIRING;
}

void timer_alarm(uint64_t at)
{
	if (read_sysreg(cnthp_ctl_el2) & CNT_CTL_ENABLE && read_sysreg(cnthp_cval_el2) <= at)
		return;
	write_sysreg(cnthp_cval_el2, at);
	write_sysreg(cnthp_ctl_el2, CNT_CTL_ENABLE);
	isb();
}

void timer_alarm_stop(void)
{
	write_sysreg(cnthp_ctl_el2, 0);
	/* The line is low before the interrupt is deactivated. */
	isb();
}

uint64_t timer_now(void)
{
	/* Not read before what the caller did so far (Arm ARM D11.2.2). */
	isb();
	return read_sysreg(cntpct_el0);
}

uint64_t timer_frequency(void)
{
	return read_sysreg(cntfrq_el0);
}
