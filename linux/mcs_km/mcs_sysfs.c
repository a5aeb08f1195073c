// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: /sys/class/misc/mcs, one value a file; docs/abi/sysfs-class-misc-mcs describes them.
 */
#include <linux/device.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "mcs.h"

static struct mcs *mcs_of(struct device *dev)
{
	struct miscdevice *misc = dev_get_drvdata(dev);

	return container_of(misc, struct mcs, misc);
}

static ssize_t mcs_sysfs_version(char *buf, u32 version)
{
	return sysfs_emit(buf, "%u.%u\n", version >> 16, version & 0xffff);
}

static ssize_t base_version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_version(buf, mcs_of(dev)->base_version);
}
static DEVICE_ATTR_RO(base_version);

static ssize_t driver_version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_version(buf, MCS_DRIVER_VERSION);
}
static DEVICE_ATTR_RO(driver_version);

static ssize_t vm_id_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", mcs_of(dev)->vm_id);
}
static DEVICE_ATTR_RO(vm_id);

/* Numbers as in /proc/interrupts and /proc/irq, in the order of the vectors. */
static ssize_t doorbell_irqs_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct mcs *mcs = mcs_of(dev);
	int len = 0;
	u32 i;

	for (i = 0; i < mcs->nr_doorbells; i++)
		len += sysfs_emit_at(buf, len, "%s%d", i ? " " : "", mcs->doorbells[i].irq);
	return len + sysfs_emit_at(buf, len, "\n");
}
static DEVICE_ATTR_RO(doorbell_irqs);

static ssize_t mcs_sysfs_count(char *buf, const atomic64_t *count)
{
	return sysfs_emit(buf, "%llu\n", (u64)atomic64_read(count));
}

static ssize_t doorbells_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_count(buf, &mcs_of(dev)->rings);
}
static DEVICE_ATTR_RO(doorbells);

static ssize_t rung_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_count(buf, &mcs_of(dev)->rung);
}
static DEVICE_ATTR_RO(rung);

static ssize_t refused_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_count(buf, &mcs_of(dev)->refused);
}
static DEVICE_ATTR_RO(refused);

static ssize_t direct_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_count(buf, &mcs_of(dev)->direct);
}
static DEVICE_ATTR_RO(direct);

static ssize_t threaded_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_count(buf, &mcs_of(dev)->threaded);
}
static DEVICE_ATTR_RO(threaded);

static ssize_t throttled_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return mcs_sysfs_count(buf, &mcs_of(dev)->throttled);
}
static DEVICE_ATTR_RO(throttled);

static struct attribute *mcs_attrs[] = {
	&dev_attr_base_version.attr,
	&dev_attr_driver_version.attr,
	&dev_attr_vm_id.attr,
	&dev_attr_doorbell_irqs.attr,
	&dev_attr_doorbells.attr,
	&dev_attr_rung.attr,
	&dev_attr_refused.attr,
	&dev_attr_direct.attr,
	&dev_attr_threaded.attr,
	&dev_attr_throttled.attr,
	NULL
};

static const struct attribute_group mcs_group = { .attrs = mcs_attrs };

/* --- A folder for each region and each view */

static const struct mcs_span *mcs_span_of(struct device_attribute *attr)
{
	return container_of(attr, struct dev_ext_attribute, attr)->var;
}

static ssize_t ipa_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", mcs_span_of(attr)->ipa);
}

static ssize_t size_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%llx\n", mcs_span_of(attr)->size);
}

static ssize_t writer_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", mcs_span_of(attr)->writer);
}

static ssize_t reader_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", mcs_span_of(attr)->reader);
}

static ssize_t access_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	u32 flags = mcs_span_of(attr)->flags;

	return sysfs_emit(buf, "%s%s\n", flags & FUSIONDOCK_REGION_READ ? "r" : "",
			  flags & FUSIONDOCK_REGION_WRITE ? "w" : "");
}

static const struct device_attribute mcs_region_attrs[] = {
	__ATTR_RO(ipa), __ATTR_RO(size), __ATTR_RO(writer), __ATTR_RO(reader), __ATTR_RO(access),
};

#define MCS_REGION_ATTRS ARRAY_SIZE(mcs_region_attrs)

/* The first two of them are a view's, too. */
#define MCS_VIEW_ATTRS 2

/* What the folder of one region or view consists of. */
struct mcs_span_dir {
	struct attribute_group group;
	struct attribute *attrs[MCS_REGION_ATTRS + 1];
	struct dev_ext_attribute ext[MCS_REGION_ATTRS];
};

/* name: lives as long as dir; NULL is no memory. */
static int mcs_sysfs_span(struct mcs_span_dir *dir, const char *name, size_t count,
			  struct mcs_span *span)
{
	size_t i;

	for (i = 0; i < count; i++) {
		dir->ext[i].attr = mcs_region_attrs[i];
		dir->ext[i].var = span;
		sysfs_attr_init(&dir->ext[i].attr.attr);
		dir->attrs[i] = &dir->ext[i].attr.attr;
	}
	dir->group.attrs = dir->attrs;
	dir->group.name = name;
	return name ? 0 : -ENOMEM;
}

static const char *const mcs_view_names[FUSIONDOCK_VIEW_COUNT] = {
	[FUSIONDOCK_VIEW_STATE] = "view_state",
	[FUSIONDOCK_VIEW_TRACE] = "view_trace",
};

static void mcs_sysfs_views(struct mcs *mcs, struct mcs_span_dir *dirs,
			    const struct attribute_group **groups)
{
	u32 i;

	for (i = 0; i < FUSIONDOCK_VIEW_COUNT; i++) {
		if (!mcs->views[i].size)
			continue;
		mcs_sysfs_span(dirs, mcs_view_names[i], MCS_VIEW_ATTRS, &mcs->views[i]);
		*groups++ = &dirs++->group;
	}
}

/* For miscdevice.groups. Lives until dev is unbound, longer than /dev/mcs. NULL: no memory. */
const struct attribute_group **mcs_sysfs_groups(struct device *dev, struct mcs *mcs)
{
	const size_t most = mcs->nr_spans + FUSIONDOCK_VIEW_COUNT;
	const struct attribute_group **groups;
	struct mcs_span_dir *dirs;
	u32 i;

	/* Two more: mcs_group, and the NULL at the end. */
	groups = devm_kcalloc(dev, most + 2, sizeof(*groups), GFP_KERNEL);
	dirs = devm_kcalloc(dev, most, sizeof(*dirs), GFP_KERNEL);
	if (!groups || !dirs)
		return NULL;
	groups[0] = &mcs_group;
	for (i = 0; i < mcs->nr_spans; i++) {
		if (mcs_sysfs_span(&dirs[i], devm_kasprintf(dev, GFP_KERNEL, "region%u", i),
				   MCS_REGION_ATTRS, &mcs->spans[i]))
			return NULL;
		groups[i + 1] = &dirs[i].group;
	}
	mcs_sysfs_views(mcs, dirs + i, groups + i + 1);
	return groups;
}
