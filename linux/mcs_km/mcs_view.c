// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: the views, memory of the base that this VM may read. Nothing in the device tree speaks
 * of them: they lie outside of this kernel's memory.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "mcs.h"

static int mcs_view_check(struct device *dev, unsigned int view, const struct mcs_span *s)
{
	if (!s->size || s->ipa + (s->size - 1) <= s->ipa || !PAGE_ALIGNED(s->ipa) ||
	    !PAGE_ALIGNED(s->size)) {
		dev_err(dev, "view %u of the base (0x%llx, 0x%llx bytes) does not consist of this kernel's pages of %lu bytes; change it in the system description\n",
			view, s->ipa, s->size, PAGE_SIZE);
		return -EINVAL;
	}
	if (region_intersects(s->ipa, s->size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) ==
	    REGION_DISJOINT)
		return 0;
	dev_err(dev, "view %u of the base (0x%llx, 0x%llx bytes) is system RAM of this kernel; change it in the system description\n",
		view, s->ipa, s->size);
	return -EBUSY;
}

/* What is not there, or not for this VM, is no reason not to bind. */
int mcs_view_probe(struct device *dev, struct mcs *mcs)
{
	unsigned int view;

	for (view = 0; view < FUSIONDOCK_VIEW_COUNT; view++) {
		struct mcs_span span = {};
		int err = mcs_hyp_view(view, &span);

		if (err == -EACCES) {
			mcs->view_errors[view] = -EACCES;
			continue;
		}
		if (err == -ENODEV || err == -EOPNOTSUPP) {
			mcs->view_errors[view] = -ENXIO;
			continue;
		}
		if (err) {
			dev_err(dev, "the base does not describe view %u (%d)\n", view, err);
			return err;
		}
		err = mcs_view_check(dev, view, &span);
		if (err)
			return err;
		mcs->views[view] = span;
	}
	return 0;
}

/* The one view in which all of these pages lie, or NULL. */
const struct mcs_span *mcs_view_find(const struct mcs *mcs, unsigned long pfn,
				     unsigned long pages)
{
	unsigned int view;

	for (view = 0; view < FUSIONDOCK_VIEW_COUNT; view++) {
		if (mcs_span_holds(&mcs->views[view], pfn, pages))
			return &mcs->views[view];
	}
	return NULL;
}

long mcs_view_ioctl(struct mcs_file *f, struct mcs_view __user *arg)
{
	struct mcs_view view = {};
	u32 index;

	if (get_user(view.view, &arg->view))
		return -EFAULT;
	if (view.view >= FUSIONDOCK_VIEW_COUNT)
		return -ENXIO;
	index = array_index_nospec(view.view, FUSIONDOCK_VIEW_COUNT);
	if (f->mcs->view_errors[index])
		return f->mcs->view_errors[index];
	view.ipa = f->mcs->views[index].ipa;
	view.size = f->mcs->views[index].size;
	return copy_to_user(arg, &view, sizeof(view)) ? -EFAULT : 0;
}
