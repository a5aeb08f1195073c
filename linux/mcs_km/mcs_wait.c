// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: the files that sleep until a doorbell.
 *
 * mcs->rings only ever grows; every file remembers up to where it has taken. So two readers
 * never take each other's doorbells, and a poll takes none.
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/sched/rt.h>
#include <linux/sched/signal.h>

#include "mcs.h"

/* Also while sleepers: called with the task's state set, so it must not sleep. */
bool mcs_wait_pending(const struct mcs_file *f)
{
	return atomic64_read(&f->mcs->rings) != atomic64_read(&f->taken);
}

/* Of several threads with one file only one gets a doorbell. */
static u64 mcs_wait_take_now(struct mcs_file *f)
{
	s64 taken = atomic64_read_acquire(&f->taken);
	s64 rings;

	/*
	 * Acquire, here and in a failed try: rings is read after taken, so it is never the
	 * smaller one.
	 */
	do {
		rings = atomic64_read(&f->mcs->rings);
		if (rings == taken)
			return 0;
	} while (!atomic64_try_cmpxchg(&f->taken, &taken, rings));
	return rings - taken;
}

/* For a program that could not be given the number of what it has taken. */
void mcs_wait_give_back(struct mcs_file *f, u64 count)
{
	struct mcs *mcs = f->mcs;

	atomic64_sub(count, &f->taken);
	/* Another thread may have gone to sleep on this file since. */
	swake_up_all(&mcs->sleepers);
	wake_up_interruptible_poll(&mcs->pollers, EPOLLIN | EPOLLRDNORM);
}

/* When the wait is over, or NULL: never. */
static ktime_t *mcs_wait_end(u64 timeout_ns, ktime_t *end)
{
	if (timeout_ns >= KTIME_MAX)
		return NULL;
	*end = ktime_add_safe(ktime_get(), ns_to_ktime(timeout_ns));
	return end;
}

/* Until a wake-up, a signal or the end of time. False: time is over. */
static bool mcs_wait_sleep(ktime_t *end)
{
	u64 slack = rt_task(current) ? 0 : current->timer_slack_ns;

	return schedule_hrtimeout_range(end, slack, HRTIMER_MODE_ABS) != 0;
}

/*
 * Sleeps until f (if there is one) has something to take, or else until the count is not
 * seen any more. 0; -ETIME; -ERESTARTSYS; -ENODEV once the device is unbound.
 */
static int mcs_wait_until(struct mcs *mcs, const struct mcs_file *f, u64 seen, ktime_t *end)
{
	DECLARE_SWAITQUEUE(wait);
	bool in_time = true;
	int err;

	for (;;) {
		err = prepare_to_swait_event(&mcs->sleepers, &wait, TASK_INTERRUPTIBLE);
		if (f ? mcs_wait_pending(f) : (u64)atomic64_read(&mcs->rings) != seen) {
			err = 0;
			break;
		}
		if (mcs_is_gone(mcs))
			err = -ENODEV;
		else if (!err && !in_time)
			err = -ETIME;
		if (err)
			break;
		in_time = mcs_wait_sleep(end);
	}
	finish_swait(&mcs->sleepers, &wait);
	return err;
}

/*
 * Takes the doorbells this file has not taken, sleeping up to timeout_ns for the first.
 * 0 and *count >= 1; -ETIME; -ERESTARTSYS; -ENODEV once the device is unbound.
 */
int mcs_wait_take(struct mcs_file *f, u64 timeout_ns, u64 *count)
{
	ktime_t time, *end;
	int err = 0;

	*count = mcs_wait_take_now(f);
	if (*count)
		return 0;
	if (!timeout_ns)
		return mcs_is_gone(f->mcs) ? -ENODEV : -ETIME;
	end = mcs_wait_end(timeout_ns, &time);
	/* Again, when another thread took what woke this one. */
	while (!*count && !err) {
		err = mcs_wait_until(f->mcs, f, 0, end);
		*count = mcs_wait_take_now(f);
	}
	return *count ? 0 : err;
}

/* Sleeps until the count is not *seen. 0 and *seen; errors of mcs_wait_take(). */
int mcs_wait_change(struct mcs *mcs, u64 timeout_ns, u64 *seen)
{
	ktime_t time;
	int err = 0;

	if ((u64)atomic64_read(&mcs->rings) == *seen)
		err = timeout_ns ? mcs_wait_until(mcs, NULL, *seen, mcs_wait_end(timeout_ns, &time))
				 : mcs_is_gone(mcs) ? -ENODEV : -ETIME;
	if (!err)
		*seen = atomic64_read(&mcs->rings);
	return err;
}
