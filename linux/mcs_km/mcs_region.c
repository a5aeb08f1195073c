// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: the regions. What the base says decides; the device tree is checked against it,
 * because it is the device tree that keeps this kernel's own hands off the memory.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "mcs.h"

static int mcs_region_check(struct device *dev, unsigned int index, const struct mcs_span *s)
{
	if (s->size && s->ipa + (s->size - 1) > s->ipa &&
	    PAGE_ALIGNED(s->ipa) && PAGE_ALIGNED(s->size))
		return 0;
	dev_err(dev, "region %u of the base (0x%llx, 0x%llx bytes) does not consist of this kernel's pages of %lu bytes; change it in the system description\n",
		index, s->ipa, s->size, PAGE_SIZE);
	return -EINVAL;
}

/* Fills mcs->spans with what this VM may see, in the order of the base. */
static int mcs_region_enumerate(struct device *dev, struct mcs *mcs)
{
	unsigned int index;

	for (index = 0; index < FUSIONDOCK_REGION_MAX; index++) {
		struct mcs_span *span = &mcs->spans[mcs->nr_spans];
		int err = mcs_hyp_region(index, span);

		if (err == -ENODEV)
			break;
		if (err == -EACCES)
			continue;
		if (err) {
			dev_err(dev, "the base does not describe region %u (%d)\n", index, err);
			return err;
		}
		err = mcs_region_check(dev, index, span);
		if (err)
			return err;
		mcs->nr_spans++;
	}
	return 0;
}

static int mcs_region_compare(struct device *dev, struct device_node *np, u32 i,
			      const struct mcs_span *span)
{
	struct resource res;
	int err = of_address_to_resource(np, 0, &res);

	if (err) {
		dev_err(dev, "memory-region %u: %pOF has no usable reg (%d); reserved-memory needs the property ranges\n",
			i, np, err);
		return err;
	}
	if (res.start == span->ipa && resource_size(&res) == span->size)
		return 0;
	dev_err(dev, "memory-region %u: %pOF says %pR, the base says 0x%llx, 0x%llx bytes; use the device tree that the base generated\n",
		i, np, &res, span->ipa, span->size);
	return -EINVAL;
}

static int mcs_region_cross_check(struct device *dev, const struct mcs *mcs)
{
	u32 i;

	for (i = 0; i < mcs->nr_spans; i++) {
		struct device_node *np = of_parse_phandle(dev->of_node, "memory-region", i);
		int err;

		if (!np) {
			dev_err(dev, "the base has region 0x%llx (0x%llx bytes) for this VM, %pOF has no memory-region %u for it\n",
				mcs->spans[i].ipa, mcs->spans[i].size, dev->of_node, i);
			return -EINVAL;
		}
		err = mcs_region_compare(dev, np, i, &mcs->spans[i]);
		of_node_put(np);
		if (err)
			return err;
	}
	return 0;
}

/* A memory-region that the base knows nothing of. */
static int mcs_region_surplus(struct device *dev, const struct mcs *mcs)
{
	struct device_node *np = of_parse_phandle(dev->of_node, "memory-region", mcs->nr_spans);

	if (!np)
		return 0;
	dev_err(dev, "memory-region %u: %pOF is in the device tree, the base has only %u regions for this VM\n",
		mcs->nr_spans, np, mcs->nr_spans);
	of_node_put(np);
	return -EINVAL;
}

/* The node alone does not reserve: it may lack no-map, or the kernel had no room for it. */
static int mcs_region_not_ram(struct device *dev, const struct mcs *mcs)
{
	u32 i;

	for (i = 0; i < mcs->nr_spans; i++) {
		const struct mcs_span *s = &mcs->spans[i];

		if (region_intersects(s->ipa, s->size, IORESOURCE_SYSTEM_RAM,
				      IORES_DESC_NONE) == REGION_DISJOINT)
			continue;
		dev_err(dev, "memory-region %u (0x%llx, 0x%llx bytes) is system RAM of this kernel; its reserved-memory node needs no-map\n",
			i, s->ipa, s->size);
		return -EBUSY;
	}
	return 0;
}

int mcs_region_probe(struct device *dev, struct mcs *mcs)
{
	int err = mcs_region_enumerate(dev, mcs);

	if (!err)
		err = mcs_region_cross_check(dev, mcs);
	if (!err)
		err = mcs_region_surplus(dev, mcs);
	if (!err)
		err = mcs_region_not_ram(dev, mcs);
	return err;
}

/* The one region in which all of these pages lie, or NULL. */
const struct mcs_span *mcs_region_find(const struct mcs *mcs, unsigned long pfn,
				       unsigned long pages)
{
	u32 i;

	for (i = 0; i < mcs->nr_spans; i++) {
		if (mcs_span_holds(&mcs->spans[i], pfn, pages))
			return &mcs->spans[i];
	}
	return NULL;
}
