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
#include <linux/miscdevice.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <fusiondock/hypercall.h>
#include <fusiondock/mcs.h>

struct device;

/* A region this VM can see, as the base described it. */
struct mcs_span {
	u64 ipa;
	u64 size;	/* bytes, a multiple of PAGE_SIZE */
	u32 flags;	/* FUSIONDOCK_REGION_READ | WRITE | IS_WRITER | IS_READER */
	u32 writer;	/* VM id */
	u32 reader;	/* VM id */
};

/*
 * One bound device. The binding holds a reference and so does every open file, so the state
 * outlives an unbind for as long as a program has /dev/mcs open; such a file then answers
 * ENODEV.
 */
struct mcs {
	struct kref ref;
	struct miscdevice misc;
	wait_queue_head_t wait;	/* of everyone who waits for a doorbell, or for gone */
	atomic64_t rings;	/* doorbell interrupts since the driver was bound */
	bool gone;		/* unbound; only ever set */
	u32 base_version;
	u32 vm_id;
	u32 nr_spans;
	struct mcs_span spans[FUSIONDOCK_REGION_MAX];
};

/* One open file. */
struct mcs_file {
	struct mcs *mcs;
	spinlock_t lock;	/* of taken; never held in an interrupt */
	u64 taken;		/* value of mcs->rings up to which this file has taken */
	int ped_type;		/* IOC_SET_PED_TYPE: remembered, without effect */
};

static inline bool mcs_is_gone(const struct mcs *mcs)
{
	return READ_ONCE(mcs->gone);
}

/* mcs_hyp.c */
int mcs_hyp_probe(struct device *dev, struct mcs *mcs);
int mcs_hyp_region(unsigned int index, struct mcs_span *span);
int mcs_hyp_ring(u32 vm, u32 vector);

/* mcs_region.c */
int mcs_region_probe(struct device *dev, struct mcs *mcs);
const struct mcs_span *mcs_region_find(const struct mcs *mcs, unsigned long pfn,
				       unsigned long pages);

/* mcs_doorbell.c */
irqreturn_t mcs_doorbell_hard(int irq, void *data);
irqreturn_t mcs_doorbell_thread(int irq, void *data);
bool mcs_doorbell_pending(struct mcs_file *f);
int mcs_doorbell_wait(struct mcs_file *f, u64 timeout_ns, u64 *count);

/* mcs_file.c */
extern const struct file_operations mcs_fops;
void mcs_put(struct mcs *mcs);

/* mcs_ioctl.c */
long mcs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

#endif
