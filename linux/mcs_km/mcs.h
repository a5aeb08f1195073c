/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mcs_km: what the driver's files share. The interface to programs is
 * <fusiondock/mcs.h>, the one to the base <fusiondock/hypercall.h>.
 */
#ifndef MCS_INTERNAL_H
#define MCS_INTERNAL_H

#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/swait.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <fusiondock/hypercall.h>
#include <fusiondock/mcs.h>

struct attribute_group;
struct device;
struct eventfd_ctx;
struct mcs;

/* A region or a view this VM can see, as the base described it. */
struct mcs_span {
	u64 ipa;
	u64 size;	/* bytes, a multiple of PAGE_SIZE */
	u32 flags;	/* FUSIONDOCK_REGION_READ | WRITE | IS_WRITER | IS_READER */
	u32 writer;	/* VM id */
	u32 reader;	/* VM id */
};

/*
 * Whether all of these pages lie in it. Page frames are compared, never byte addresses, and only
 * differences known to be positive: nothing here can wrap.
 */
static inline bool mcs_span_holds(const struct mcs_span *span, unsigned long pfn,
				  unsigned long pages)
{
	unsigned long first = span->ipa >> PAGE_SHIFT;
	unsigned long total = span->size >> PAGE_SHIFT;

	return pfn >= first && pfn - first < total && pages <= total - (pfn - first);
}

/* One interrupt line. The hard handler alone writes window and burst while the line is on. */
struct mcs_doorbell {
	struct mcs *mcs;
	int irq;
	unsigned long window;	/* the jiffy that burst counts in */
	unsigned int burst;	/* interrupts in it, since the thread ran last */
	int off;		/* switched off by the hard handler, its thread switches it on */
};

/*
 * One bound device. The binding holds a reference and so does every open file, so the state
 * outlives an unbind for as long as a program has /dev/mcs open; such a file then answers
 * ENODEV.
 */
struct mcs {
	struct kref ref;
	struct miscdevice misc;
	bool gone;		/* unbound; only ever set */

	atomic64_t rings;	/* doorbell interrupts since the driver was bound */
	struct swait_queue_head sleepers;	/* in read(), MCS_IOC_WAIT*; the hard half wakes */
	wait_queue_head_t pollers;		/* in poll, select, epoll; the thread wakes */
	struct fasync_struct *fasync;
	spinlock_t eventfd_lock;	/* of eventfds; process context and interrupt threads */
	struct list_head eventfds;	/* struct mcs_file.eventfd_node of those that have one */

	atomic64_t rung, refused, direct, threaded, throttled;	/* struct mcs_stats */

	u32 base_version;
	u32 vm_id;
	u32 nr_spans;
	struct mcs_span spans[FUSIONDOCK_REGION_MAX];
	struct mcs_span views[FUSIONDOCK_VIEW_COUNT];	/* by FUSIONDOCK_VIEW_*; size 0: none */
	int view_errors[FUSIONDOCK_VIEW_COUNT];		/* why there is none */
	u32 nr_doorbells;
	struct mcs_doorbell doorbells[FUSIONDOCK_VECTOR_MAX];
};

/* One open file. */
struct mcs_file {
	struct mcs *mcs;
	atomic64_t taken;	/* value of mcs->rings up to which this file has taken */
	u64 opened;		/* value of mcs->rings at open() */
	int ped_type;		/* IOC_SET_PED_TYPE: remembered, without effect */
	struct list_head eventfd_node;	/* in mcs->eventfds while eventfd is set */
	struct eventfd_ctx *eventfd;	/* MCS_IOC_EVENTFD, NULL: none */
};

static inline bool mcs_is_gone(const struct mcs *mcs)
{
	return READ_ONCE(mcs->gone);
}

/* mcs_hyp.c */
int mcs_hyp_probe(struct device *dev, struct mcs *mcs);
int mcs_hyp_region(unsigned int index, struct mcs_span *span);
int mcs_hyp_ring(struct mcs *mcs, u32 vm, u32 vector);
int mcs_hyp_vm_life(u32 vm, u32 *state, u32 *epoch);
int mcs_hyp_vm_control(u32 vm, u32 operation);
int mcs_hyp_view(unsigned int view, struct mcs_span *span);
int mcs_hyp_watchdog(u64 *due_ms);
int mcs_hyp_counter(struct mcs_counter *counter);

/* mcs_region.c */
int mcs_region_probe(struct device *dev, struct mcs *mcs);
const struct mcs_span *mcs_region_find(const struct mcs *mcs, unsigned long pfn,
				       unsigned long pages);

/* mcs_view.c */
int mcs_view_probe(struct device *dev, struct mcs *mcs);
const struct mcs_span *mcs_view_find(const struct mcs *mcs, unsigned long pfn,
				     unsigned long pages);
long mcs_view_ioctl(struct mcs_file *f, struct mcs_view __user *arg);

/* mcs_vm.c: life and counters of the VMs */
long mcs_vm_ioctl_state(struct mcs_vm_state __user *arg);
long mcs_vm_ioctl_life(struct mcs_vm_life __user *arg);
long mcs_vm_ioctl_control(const struct file *file, void __user *arg);
long mcs_vm_ioctl_counter(struct mcs_counter __user *arg);

/* mcs_doorbell.c: the interrupt */
irqreturn_t mcs_doorbell_hard(int irq, void *data);
irqreturn_t mcs_doorbell_thread(int irq, void *data);

/* mcs_wait.c: those who sleep */
bool mcs_wait_pending(const struct mcs_file *f);
int mcs_wait_take(struct mcs_file *f, u64 timeout_ns, u64 *count);
void mcs_wait_give_back(struct mcs_file *f, u64 count);
int mcs_wait_change(struct mcs *mcs, u64 timeout_ns, u64 *seen);

/* mcs_notify.c: those who are told */
void mcs_notify_init(struct mcs *mcs);
bool mcs_notify_wanted(struct mcs *mcs);
void mcs_notify(struct mcs *mcs);
void mcs_notify_gone(struct mcs *mcs);
int mcs_notify_fasync(int fd, struct file *file, int on);
int mcs_notify_set_eventfd(struct mcs_file *f, int fd);

/* mcs_file.c */
extern const struct file_operations mcs_fops;
void mcs_put(struct mcs *mcs);

/* mcs_ioctl.c */
long mcs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* mcs_sysfs.c */
const struct attribute_group **mcs_sysfs_groups(struct device *dev, struct mcs *mcs);

#endif
