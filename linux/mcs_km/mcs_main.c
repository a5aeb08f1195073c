// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: the platform driver of the node that the base puts into this VM's device tree:
 *
 *	fusiondock {
 *		compatible = "fusiondock,mcs";
 *		fusiondock,vm-id = <0>;
 *		interrupts = <GIC_SPI 32 IRQ_TYPE_EDGE_RISING>;	(doorbell vector 0, ...)
 *		memory-region = <&region0 &region1>;
 *	};
 *
 * There is no remove function: everything is managed by the device and undone in reverse
 * order, the file first, then the interrupts, then the binding's reference to the state.
 */
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "mcs.h"
#include "mcs_compat.h"

/* /dev/mcs is one name, so one device. */
static atomic_t mcs_bound = ATOMIC_INIT(0);

static void mcs_unbind(void *data)
{
	atomic_set(&mcs_bound, 0);
}

static int mcs_bind(struct device *dev)
{
	if (atomic_cmpxchg(&mcs_bound, 0, 1)) {
		dev_err(dev, "another fusiondock node is bound already; there can be one\n");
		return -EBUSY;
	}
	return devm_add_action_or_reset(dev, mcs_unbind, NULL);
}

static void mcs_put_action(void *data)
{
	mcs_put(data);
}

static struct mcs *mcs_alloc(struct device *dev)
{
	struct mcs *mcs = kzalloc(sizeof(*mcs), GFP_KERNEL);

	if (!mcs)
		return NULL;
	kref_init(&mcs->ref);
	mcs_notify_init(mcs);
	return devm_add_action_or_reset(dev, mcs_put_action, mcs) ? NULL : mcs;
}

static int mcs_check_vm_id(struct device *dev, const struct mcs *mcs)
{
	u32 id;

	if (of_property_read_u32(dev->of_node, "fusiondock,vm-id", &id)) {
		dev_err(dev, "%pOF: no property fusiondock,vm-id\n", dev->of_node);
		return -EINVAL;
	}
	if (id == mcs->vm_id)
		return 0;
	dev_err(dev, "%pOF: fusiondock,vm-id is %u, but the base says this is VM %u; use the device tree that the base generated\n",
		dev->of_node, id, mcs->vm_id);
	return -EINVAL;
}

/*
 * Before the line is given back: waits for both halves, and keeps the line off, so that no
 * thread switches it on when nobody handles it any more.
 */
static void mcs_quiesce(void *data)
{
	const struct mcs_doorbell *d = data;

	disable_irq(d->irq);
}

/* IRQF_NO_THREAD: the first half stays in hard interrupt context on PREEMPT_RT. */
static int mcs_request_doorbell(struct device *dev, struct mcs_doorbell *d, int index)
{
	const char *name = devm_kasprintf(dev, GFP_KERNEL, "mcs.%d", index);
	int err;

	if (!name)
		return -ENOMEM;
	err = devm_request_threaded_irq(dev, d->irq, mcs_doorbell_hard, mcs_doorbell_thread,
					IRQF_NO_THREAD, name, d);
	if (err) {
		dev_err(dev, "doorbell %d: interrupt %d: %d\n", index, d->irq, err);
		return err;
	}
	return devm_add_action_or_reset(dev, mcs_quiesce, d);
}

/*
 * All vectors ring the same doorbell: a file counts them together. A VM that only sends may
 * have none.
 */
static int mcs_request_doorbells(struct platform_device *pdev, struct mcs *mcs)
{
	int count = platform_irq_count(pdev);
	int i;

	if (count < 0)
		return count;
	if (count > FUSIONDOCK_VECTOR_MAX) {
		dev_err(&pdev->dev, "%pOF: %d interrupts, there are at most %d doorbells\n",
			pdev->dev.of_node, count, FUSIONDOCK_VECTOR_MAX);
		return -EINVAL;
	}
	for (i = 0; i < count; i++) {
		struct mcs_doorbell *d = &mcs->doorbells[i];
		int err;

		d->mcs = mcs;
		d->irq = platform_get_irq(pdev, i);
		if (d->irq < 0)
			return d->irq;
		err = mcs_request_doorbell(&pdev->dev, d, i);
		if (err)
			return err;
		mcs->nr_doorbells++;
	}
	return 0;
}

/* From here on no new file opens, and those that are open answer ENODEV. */
static void mcs_unregister(void *data)
{
	struct mcs *mcs = data;

	misc_deregister(&mcs->misc);
	WRITE_ONCE(mcs->gone, true);
	mcs_notify_gone(mcs);
}

static int mcs_register(struct device *dev, struct mcs *mcs)
{
	int err;

	mcs->misc.minor = MISC_DYNAMIC_MINOR;
	mcs->misc.name = "mcs";
	mcs->misc.mode = 0660;
	mcs->misc.fops = &mcs_fops;
	mcs->misc.parent = dev;
	mcs->misc.groups = mcs_sysfs_groups(dev, mcs);
	if (!mcs->misc.groups)
		return -ENOMEM;
	err = misc_register(&mcs->misc);
	if (err) {
		dev_err(dev, "%s: %d\n", MCS_DEVICE, err);
		return err;
	}
	return devm_add_action_or_reset(dev, mcs_unregister, mcs);
}

static int mcs_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct mcs *mcs;
	int err;

	err = mcs_bind(dev);
	if (err)
		return err;
	mcs = mcs_alloc(dev);
	if (!mcs)
		return -ENOMEM;
	err = mcs_hyp_probe(dev, mcs);
	if (!err)
		err = mcs_check_vm_id(dev, mcs);
	if (!err)
		err = mcs_region_probe(dev, mcs);
	if (!err)
		err = mcs_view_probe(dev, mcs);
	if (err)
		return err;
	err = mcs_request_doorbells(pdev, mcs);
	if (!err)
		err = mcs_register(dev, mcs);
	if (!err)
		err = mcs_wdt_probe(dev);
	if (err)
		return err;
	dev_info(dev, "VM %u on fusiondock %u.%u: %u regions, %u doorbells, %s\n", mcs->vm_id,
		 mcs->base_version >> 16, mcs->base_version & 0xffff, mcs->nr_spans,
		 mcs->nr_doorbells, MCS_DEVICE);
	return 0;
}

static const struct of_device_id mcs_of_match[] = {
	{ .compatible = "fusiondock,mcs" },
	{ }
};
MODULE_DEVICE_TABLE(of, mcs_of_match);

static struct platform_driver mcs_driver = {
	.probe = mcs_probe,
	.driver = {
		.name = "mcs_km",
		.of_match_table = mcs_of_match,
	},
};
module_platform_driver(mcs_driver);

MODULE_DESCRIPTION("fusiondock: shared regions and doorbells between VMs");
MODULE_LICENSE("GPL");
MODULE_VERSION("1.1");
