// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: the doorbell interrupt. Its hard half wakes those who sleep in read() or
 * MCS_IOC_WAIT, its thread all others; with none of those the thread does not run. The line is
 * not masked in between, which saves three trapped accesses to the distributor a doorbell.
 */
#include <linux/interrupt.h>
#include <linux/jiffies.h>
#include <linux/moduleparam.h>

#include "mcs.h"

/* Tasks that one interrupt wakes itself, the longest asleep first; a bound, as it is hard. */
#define MCS_DIRECT_MAX	4

static unsigned int mcs_burst = 64;
module_param_named(burst, mcs_burst, uint, 0644);
MODULE_PARM_DESC(burst, "doorbells of one line in one jiffy before it waits for its interrupt thread (64)");

/*
 * A peer that rings without end must not keep this core in hard interrupts: what is beyond the
 * burst waits for the thread, whose priority the administrator chooses. While the line is off,
 * one doorbell stays pending, as it does while one is not taken yet; none is lost.
 */
static bool mcs_doorbell_is_too_fast(struct mcs_doorbell *d)
{
	if (time_after(jiffies, d->window)) {
		d->window = jiffies;
		d->burst = 0;
	}
	return d->burst++ >= READ_ONCE(mcs_burst);
}

static void mcs_doorbell_throttle(struct mcs_doorbell *d)
{
	disable_irq_nosync(d->irq);
	atomic64_inc(&d->mcs->throttled);
	/* Release: the thread must see the line off, and burst, before it puts it on again. */
	smp_store_release(&d->off, 1);
}

/* swake_up_one() takes a raw lock and wakes by wake_up_process(): both allowed here on RT. */
static void mcs_doorbell_wake(struct mcs *mcs)
{
	int woken;

	/*
	 * swq_has_sleeper() has a full barrier between the count and the look at the list. Its
	 * partner is set_current_state() in prepare_to_swait_event(), between the entry in the
	 * list and the look at the count: one of the two sees the other.
	 */
	for (woken = 0; woken < MCS_DIRECT_MAX && swq_has_sleeper(&mcs->sleepers); woken++)
		swake_up_one(&mcs->sleepers);
	if (woken)
		atomic64_add(woken, &mcs->direct);
}

/* Hard interrupt context, on PREEMPT_RT too (IRQF_NO_THREAD): raw locks only, no loop. */
irqreturn_t mcs_doorbell_hard(int irq, void *data)
{
	struct mcs_doorbell *d = data;
	struct mcs *mcs = d->mcs;

	atomic64_inc(&mcs->rings);
	mcs_doorbell_wake(mcs);
	if (mcs_doorbell_is_too_fast(d)) {
		mcs_doorbell_throttle(d);
		return IRQ_WAKE_THREAD;
	}
	return mcs_notify_wanted(mcs) ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

irqreturn_t mcs_doorbell_thread(int irq, void *data)
{
	struct mcs_doorbell *d = data;

	atomic64_inc(&d->mcs->threaded);
	mcs_notify(d->mcs);
	if (xchg(&d->off, 0)) {
		d->burst = 0;
		enable_irq(d->irq);
	}
	return IRQ_HANDLED;
}
