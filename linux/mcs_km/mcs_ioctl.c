// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: ioctls of /dev/mcs. 0 to 5 are the existing driver's, 16 and up ours.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "mcs.h"

/* What programs built for the existing driver have compiled in. */
static_assert(IOC_SENDIPI == 0x40044100);
static_assert(IOC_CPUON == 0x40044101);
static_assert(IOC_AFFINITY_INFO == 0x40044102);
static_assert(IOC_QUERY_MEM == 0x40044103);
static_assert(IOC_GET_COPY_MSG_MEM == 0xc0284104);
static_assert(IOC_SET_PED_TYPE == 0x40044105);
static_assert(sizeof(struct cpu_info_mcs) == 16);
static_assert(sizeof(struct mcs_mem) == 16);
static_assert(sizeof(struct mcs_version) == 16);
static_assert(sizeof(struct mcs_region) == 32);
static_assert(sizeof(struct mcs_ring) == 8);
static_assert(sizeof(struct mcs_wait) == 16);
static_assert(sizeof(struct mcs_stats) == 64);
static_assert(sizeof(struct mcs_eventfd) == 8);
static_assert(sizeof(struct mcs_wait_change) == 16);
static_assert(sizeof(struct mcs_vm_state) == 8);
static_assert(sizeof(struct mcs_vm_life) == 16);
static_assert(sizeof(struct mcs_vm_control) == 8);
static_assert(sizeof(struct mcs_view) == 24);
static_assert(sizeof(struct mcs_counter) == 24);

/*
 * Where the existing driver's user space expects the messages of an instance: 2 MiB, one to
 * send and one to receive, 3 MiB before the end of the first 16 MiB of the instance's 36.
 */
#define MCS_INSTANCE_SIZE	0x2400000ULL
#define MCS_COPY_MSG_OFFSET	(0x1000000ULL - 3 * 0x100000ULL)
#define MCS_COPY_MSG_SIZE	(2 * 0x100000ULL)
#define MCS_INSTANCE_LAST	4
#define MCS_PED_TYPES		2

/* Who may only read the file may only receive. */
static bool mcs_ioctl_may_ring(const struct file *file)
{
	return file->f_mode & FMODE_WRITE;
}

static long mcs_ioctl_sendipi(struct mcs_file *f, const struct file *file, void __user *arg)
{
	struct cpu_info_mcs info;

	if (!mcs_ioctl_may_ring(file))
		return -EBADF;
	if (copy_from_user(&info, arg, sizeof(info)))
		return -EFAULT;
	return mcs_hyp_ring(f->mcs, info.cpu, 0);
}

static long mcs_ioctl_query_mem(struct mcs_file *f, void __user *arg)
{
	const struct mcs_span *span = &f->mcs->spans[0];
	struct mcs_mem mem = { .phy_addr = span->ipa, .size = span->size };

	if (!f->mcs->nr_spans)
		return -ENODEV;
	return copy_to_user(arg, &mem, sizeof(mem)) ? -EFAULT : 0;
}

static long mcs_ioctl_copy_msg_mem(struct mcs_file *f, void __user *arg)
{
	const struct mcs_span *span = &f->mcs->spans[0];
	struct core_msg_mem_info info;
	u64 offset;

	if (!f->mcs->nr_spans)
		return -ENODEV;
	if (copy_from_user(&info, arg, sizeof(info)))
		return -EFAULT;
	if (info.instance_id > MCS_INSTANCE_LAST)
		return -EINVAL;
	offset = info.instance_id * MCS_INSTANCE_SIZE + MCS_COPY_MSG_OFFSET;
	if (offset + MCS_COPY_MSG_SIZE > span->size)
		return -EINVAL;
	info.phy_addr = span->ipa + offset;
	info.size = MCS_COPY_MSG_SIZE;
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long mcs_ioctl_set_ped_type(struct mcs_file *f, int __user *arg)
{
	int type;

	if (get_user(type, arg))
		return -EFAULT;
	if (type < 0 || type >= MCS_PED_TYPES)
		return -EINVAL;
	WRITE_ONCE(f->ped_type, type);
	return 0;
}

static long mcs_ioctl_version(struct mcs_file *f, void __user *arg)
{
	struct mcs_version version = {
		.base = f->mcs->base_version,
		.driver = MCS_DRIVER_VERSION,
		.vm_id = f->mcs->vm_id,
		.regions = f->mcs->nr_spans,
	};

	return copy_to_user(arg, &version, sizeof(version)) ? -EFAULT : 0;
}

static long mcs_ioctl_region(struct mcs_file *f, struct mcs_region __user *arg)
{
	struct mcs_region region = {};
	const struct mcs_span *span;

	if (get_user(region.index, &arg->index))
		return -EFAULT;
	if (region.index >= f->mcs->nr_spans)
		return -ENXIO;
	span = &f->mcs->spans[array_index_nospec(region.index, f->mcs->nr_spans)];
	region.flags = span->flags;
	region.writer = span->writer;
	region.reader = span->reader;
	region.ipa = span->ipa;
	region.size = span->size;
	return copy_to_user(arg, &region, sizeof(region)) ? -EFAULT : 0;
}

static long mcs_ioctl_ring(struct mcs_file *f, const struct file *file, void __user *arg)
{
	struct mcs_ring ring;

	if (!mcs_ioctl_may_ring(file))
		return -EBADF;
	if (copy_from_user(&ring, arg, sizeof(ring)))
		return -EFAULT;
	return mcs_hyp_ring(f->mcs, ring.vm, ring.vector);
}

/* A relative timeout cannot be restarted after a signal: EINTR, never ERESTARTSYS. */
static int mcs_ioctl_wait_errno(int err)
{
	if (err == -ETIME)
		return -ETIMEDOUT;
	return err == -ERESTARTSYS ? -EINTR : err;
}

static long mcs_ioctl_wait(struct mcs_file *f, struct mcs_wait __user *arg)
{
	u64 timeout_ns, count;
	int err;

	if (get_user(timeout_ns, &arg->timeout_ns))
		return -EFAULT;
	err = mcs_wait_take(f, timeout_ns, &count);
	if (err)
		return mcs_ioctl_wait_errno(err);
	if (!put_user(count, &arg->count))
		return 0;
	mcs_wait_give_back(f, count);
	return -EFAULT;
}

static long mcs_ioctl_wait_change(struct mcs_file *f, struct mcs_wait_change __user *arg)
{
	struct mcs_wait_change wait;
	int err;

	if (copy_from_user(&wait, arg, sizeof(wait)))
		return -EFAULT;
	err = mcs_wait_change(f->mcs, wait.timeout_ns, &wait.seen);
	return err ? mcs_ioctl_wait_errno(err) : put_user(wait.seen, &arg->seen);
}

static long mcs_ioctl_stats(struct mcs_file *f, void __user *arg)
{
	struct mcs *mcs = f->mcs;
	/* taken before doorbells: pending is never negative. */
	u64 taken = atomic64_read_acquire(&f->taken);
	struct mcs_stats stats = {
		.doorbells = atomic64_read(&mcs->rings),
		.taken = taken - f->opened,
		.rung = atomic64_read(&mcs->rung),
		.refused = atomic64_read(&mcs->refused),
		.direct = atomic64_read(&mcs->direct),
		.threaded = atomic64_read(&mcs->threaded),
		.throttled = atomic64_read(&mcs->throttled),
	};

	stats.pending = stats.doorbells - taken;
	return copy_to_user(arg, &stats, sizeof(stats)) ? -EFAULT : 0;
}

static long mcs_ioctl_eventfd(struct mcs_file *f, void __user *arg)
{
	struct mcs_eventfd eventfd;

	if (copy_from_user(&eventfd, arg, sizeof(eventfd)))
		return -EFAULT;
	return eventfd.flags ? -EINVAL : mcs_notify_set_eventfd(f, eventfd.fd);
}

long mcs_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct mcs_file *f = file->private_data;
	void __user *p = (void __user *)arg;

	if (mcs_is_gone(f->mcs))
		return -ENODEV;
	switch (cmd) {
	case IOC_SENDIPI:
		return mcs_ioctl_sendipi(f, file, p);
	case IOC_CPUON:
	case IOC_AFFINITY_INFO:
		return -EOPNOTSUPP;
	case IOC_QUERY_MEM:
		return mcs_ioctl_query_mem(f, p);
	case IOC_GET_COPY_MSG_MEM:
		return mcs_ioctl_copy_msg_mem(f, p);
	case IOC_SET_PED_TYPE:
		return mcs_ioctl_set_ped_type(f, p);
	case MCS_IOC_VERSION:
		return mcs_ioctl_version(f, p);
	case MCS_IOC_REGION:
		return mcs_ioctl_region(f, p);
	case MCS_IOC_RING:
		return mcs_ioctl_ring(f, file, p);
	case MCS_IOC_WAIT:
		return mcs_ioctl_wait(f, p);
	case MCS_IOC_STATS:
		return mcs_ioctl_stats(f, p);
	case MCS_IOC_EVENTFD:
		return mcs_ioctl_eventfd(f, p);
	case MCS_IOC_WAIT_CHANGE:
		return mcs_ioctl_wait_change(f, p);
	case MCS_IOC_VM_STATE:
		return mcs_vm_ioctl_state(p);
	case MCS_IOC_VM_LIFE:
		return mcs_vm_ioctl_life(p);
	case MCS_IOC_VM_CONTROL:
		return mcs_vm_ioctl_control(file, p);
	case MCS_IOC_VIEW:
		return mcs_view_ioctl(f, p);
	case MCS_IOC_COUNTER:
		return mcs_vm_ioctl_counter(p);
	default:
		return -ENOTTY;
	}
}
