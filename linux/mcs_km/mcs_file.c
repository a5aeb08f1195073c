// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: /dev/mcs as a file.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "mcs.h"
#include "mcs_compat.h"

static void mcs_free(struct kref *ref)
{
	kfree(container_of(ref, struct mcs, ref));
}

void mcs_put(struct mcs *mcs)
{
	kref_put(&mcs->ref, mcs_free);
}

/*
 * The misc core calls this under the mutex that misc_deregister() takes, so the binding's
 * reference is still there while ours is added.
 */
static int mcs_open(struct inode *inode, struct file *file)
{
	struct mcs *mcs = container_of(file->private_data, struct mcs, misc);
	struct mcs_file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	kref_get(&mcs->ref);
	f->mcs = mcs;
	f->opened = atomic64_read(&mcs->rings);
	atomic64_set(&f->taken, f->opened);
	file->private_data = f;
	return stream_open(inode, file);
}

static int mcs_release(struct inode *inode, struct file *file)
{
	struct mcs_file *f = file->private_data;

	mcs_notify_set_eventfd(f, MCS_EVENTFD_NONE);
	mcs_put(f->mcs);
	kfree(f);
	return 0;
}

static ssize_t mcs_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct mcs_file *f = file->private_data;
	u64 count;
	int err;

	if (mcs_is_gone(f->mcs))
		return -ENODEV;
	if (len < sizeof(count))
		return -EINVAL;
	err = mcs_wait_take(f, file->f_flags & O_NONBLOCK ? 0 : MCS_WAIT_FOREVER, &count);
	if (err)
		return err == -ETIME ? -EAGAIN : err;
	if (!copy_to_user(buf, &count, sizeof(count)))
		return sizeof(count);
	mcs_wait_give_back(f, count);
	return -EFAULT;
}

static __poll_t mcs_poll(struct file *file, poll_table *wait)
{
	struct mcs_file *f = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &f->mcs->pollers, wait);
	/* The entry is made before the count is read; partner: mcs_notify_wanted(). */
	smp_mb();
	if (mcs_wait_pending(f))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (mcs_is_gone(f->mcs))
		mask |= EPOLLERR | EPOLLHUP;
	return mask;
}

/*
 * A debugger's look (ptrace, /proc/PID/mem), up to the end of a page. Not generic_access_phys():
 * on arm64 that maps with the protection of the user's page, and a kernel with PAN faults on it.
 */
static int mcs_vm_access(struct vm_area_struct *vma, unsigned long addr, void *buf, int len,
			 int write)
{
	phys_addr_t page = (phys_addr_t)(vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT))
			   << PAGE_SHIFT;
	size_t offset = offset_in_page(addr);
	void *at;

	/* Forced writes as well: what the base did not grant must not be tried. */
	if (!(vma->vm_flags & (write ? VM_WRITE : VM_READ)))
		return -EACCES;
	len = min_t(size_t, len, PAGE_SIZE - offset);
	at = memremap(page, PAGE_SIZE, MEMREMAP_WB);
	if (!at)
		return -ENOMEM;
	if (write)
		memcpy(at + offset, buf, len);
	else
		memcpy(buf, at + offset, len);
	memunmap(at);
	return len;
}

static const struct vm_operations_struct mcs_vm_ops = {
	.access = mcs_vm_access,
};

/* What this mapping asks for, against what the base granted. */
static int mcs_mmap_check(const struct vm_area_struct *vma, const struct mcs_span *span)
{
	/* VM_MAYSHARE, for VM_SHARED is not set on a file opened read-only. */
	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	if (vma->vm_flags & VM_EXEC)
		return -EACCES;
	if (!(span->flags & FUSIONDOCK_REGION_READ))
		return -EACCES;
	if ((vma->vm_flags & VM_WRITE) && !(span->flags & FUSIONDOCK_REGION_WRITE))
		return -EACCES;
	return 0;
}

/*
 * The page protection is left as it is: Normal, write-back, inner shareable, what the base
 * makes of the region on the other side too, and of a view on its own. remap_pfn_range()
 * sets VM_IO, VM_PFNMAP, VM_DONTEXPAND and VM_DONTDUMP. The memory is the base's: a mapping
 * stays good after an unbind, and holds the file and so the module.
 */
static int mcs_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct mcs_file *f = file->private_data;
	const struct mcs_span *span;
	int err;

	if (mcs_is_gone(f->mcs))
		return -ENODEV;
	span = mcs_region_find(f->mcs, vma->vm_pgoff, vma_pages(vma));
	if (!span)
		span = mcs_view_find(f->mcs, vma->vm_pgoff, vma_pages(vma));
	if (!span)
		return -EINVAL;
	err = mcs_mmap_check(vma, span);
	if (err)
		return err;
	/* Nor may a later mprotect() ask for more. */
	vm_flags_clear(vma, VM_MAYEXEC);
	if (!(span->flags & FUSIONDOCK_REGION_WRITE))
		vm_flags_clear(vma, VM_MAYWRITE);
	vma->vm_ops = &mcs_vm_ops;
	return remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff, vma->vm_end - vma->vm_start,
			       vma->vm_page_prot);
}

const struct file_operations mcs_fops = {
	.owner = THIS_MODULE,
	.open = mcs_open,
	.release = mcs_release,
	.read = mcs_read,
	.poll = mcs_poll,
	.unlocked_ioctl = mcs_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = mcs_mmap,
	.fasync = mcs_notify_fasync,
};
