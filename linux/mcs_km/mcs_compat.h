/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mcs_km: what differs between the kernels the driver is written for (5.10 to 6.12).
 * No other file looks at the kernel's version or configuration.
 */
#ifndef MCS_COMPAT_H
#define MCS_COMPAT_H

#include <linux/eventfd.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/version.h>

/* Since 6.3 vm_flags is read-only and changed through helpers. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* Since 6.8 eventfd_signal() adds 1, before that what it is told. */
static inline void mcs_eventfd_signal(struct eventfd_ctx *ctx)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
	eventfd_signal(ctx, 1);
#else
	eventfd_signal(ctx);
#endif
}

/* mcs_wdt.c, which Kbuild leaves out where the kernel has no watchdogs. */
struct device;
#if IS_ENABLED(CONFIG_WATCHDOG_CORE)
int mcs_wdt_probe(struct device *dev);
#else
static inline int mcs_wdt_probe(struct device *dev)
{
	return 0;
}
#endif

#endif
