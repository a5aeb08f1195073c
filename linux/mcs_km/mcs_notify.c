// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: what the interrupt's thread does for those who are not asleep in the driver: poll,
 * select and epoll, SIGIO, eventfds, and sleepers beyond what the hard half wakes. All of
 * these take sleeping locks on PREEMPT_RT.
 */
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/eventfd.h>
#include <linux/poll.h>

#include "mcs.h"
#include "mcs_compat.h"

void mcs_notify_init(struct mcs *mcs)
{
	init_swait_queue_head(&mcs->sleepers);
	init_waitqueue_head(&mcs->pollers);
	spin_lock_init(&mcs->eventfd_lock);
	INIT_LIST_HEAD(&mcs->eventfds);
}

/*
 * Hard interrupt context: looks without a lock. The full barriers in the first two lie
 * between the count and all four looks; its partners are the ones behind poll_wait(), in
 * mcs_notify_fasync() and in mcs_notify_set_eventfd(). Who registers and then finds no
 * doorbell is seen here at the next one.
 */
bool mcs_notify_wanted(struct mcs *mcs)
{
	return swq_has_sleeper(&mcs->sleepers) || wq_has_sleeper(&mcs->pollers) ||
	       READ_ONCE(mcs->fasync) || !list_empty(&mcs->eventfds);
}

static void mcs_notify_eventfds(struct mcs *mcs)
{
	struct mcs_file *f;

	spin_lock(&mcs->eventfd_lock);
	list_for_each_entry(f, &mcs->eventfds, eventfd_node)
		mcs_eventfd_signal(f->eventfd);
	spin_unlock(&mcs->eventfd_lock);
}

void mcs_notify(struct mcs *mcs)
{
	swake_up_all(&mcs->sleepers);
	wake_up_interruptible_poll(&mcs->pollers, EPOLLIN | EPOLLRDNORM);
	kill_fasync(&mcs->fasync, SIGIO, POLL_IN);
	mcs_notify_eventfds(mcs);
}

void mcs_notify_gone(struct mcs *mcs)
{
	swake_up_all(&mcs->sleepers);
	wake_up_interruptible_poll(&mcs->pollers, EPOLLERR | EPOLLHUP);
	kill_fasync(&mcs->fasync, SIGIO, POLL_HUP);
}

int mcs_notify_fasync(int fd, struct file *file, int on)
{
	struct mcs_file *f = file->private_data;
	int err = fasync_helper(fd, file, on, &f->mcs->fasync);

	/* Before the program looks for doorbells that came earlier; see mcs_notify_wanted(). */
	smp_mb();
	return err;
}

/* MCS_EVENTFD_NONE: none any more. -EBADF, -EINVAL. */
int mcs_notify_set_eventfd(struct mcs_file *f, int fd)
{
	struct eventfd_ctx *new = NULL;
	struct eventfd_ctx *old;

	if (fd != MCS_EVENTFD_NONE) {
		new = eventfd_ctx_fdget(fd);
		if (IS_ERR(new))
			return PTR_ERR(new);
	}
	spin_lock(&f->mcs->eventfd_lock);
	old = f->eventfd;
	f->eventfd = new;
	if (!old && new)
		list_add_tail(&f->eventfd_node, &f->mcs->eventfds);
	if (old && !new)
		list_del(&f->eventfd_node);
	spin_unlock(&f->mcs->eventfd_lock);
	/* As in mcs_notify_fasync(). */
	smp_mb();
	if (old)
		eventfd_ctx_put(old);
	return 0;
}
