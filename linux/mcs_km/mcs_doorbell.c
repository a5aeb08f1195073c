// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: doorbell interrupts, and the files that wait for them.
 *
 * mcs->rings only ever grows; every file remembers up to where it has taken. So two readers
 * never take each other's doorbells, and a poll takes none.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/poll.h>

#include "mcs.h"

/*
 * Hard interrupt context, on PREEMPT_RT too, because the interrupt is requested with
 * IRQF_ONESHOT. The wait queue's lock is a sleeping lock there, so waking has to be left to
 * the thread; all that is done here is to count.
 */
irqreturn_t mcs_doorbell_hard(int irq, void *data)
{
	struct mcs *mcs = data;

	atomic64_inc(&mcs->rings);
	return IRQ_WAKE_THREAD;
}

/*
 * The line stays masked until this returns (IRQF_ONESHOT). A doorbell rung meanwhile stays
 * pending in the GIC and comes next, so a peer that rings without end costs no more than
 * this thread's priority lets it.
 */
irqreturn_t mcs_doorbell_thread(int irq, void *data)
{
	struct mcs *mcs = data;

	wake_up_interruptible_poll(&mcs->wait, EPOLLIN | EPOLLRDNORM);
	return IRQ_HANDLED;
}

bool mcs_doorbell_pending(struct mcs_file *f)
{
	bool pending;

	spin_lock(&f->lock);
	pending = (u64)atomic64_read(&f->mcs->rings) != f->taken;
	spin_unlock(&f->lock);
	return pending;
}

/* Under the lock, so that of two threads with one file only one gets a doorbell. */
static u64 mcs_doorbell_take(struct mcs_file *f)
{
	u64 rings, count;

	spin_lock(&f->lock);
	rings = atomic64_read(&f->mcs->rings);
	count = rings - f->taken;
	f->taken = rings;
	spin_unlock(&f->lock);
	return count;
}

/*
 * Takes the doorbells this file has not taken, sleeping up to timeout_ns for the first.
 * 0 and *count >= 1; -ETIME; -ERESTARTSYS; -ENODEV once the device is unbound.
 */
int mcs_doorbell_wait(struct mcs_file *f, u64 timeout_ns, u64 *count)
{
	struct mcs *mcs = f->mcs;
	ktime_t timeout = min_t(u64, timeout_ns, KTIME_MAX); /* KTIME_MAX: no timer at all */
	u64 taken = mcs_doorbell_take(f);
	int err = 0;

	if (!taken && timeout)
		err = wait_event_interruptible_hrtimeout(mcs->wait,
							 (taken = mcs_doorbell_take(f)) ||
							 mcs_is_gone(mcs), timeout);
	*count = taken;
	if (taken)
		return 0;
	if (mcs_is_gone(mcs))
		return -ENODEV;
	return err ? err : -ETIME;
}
