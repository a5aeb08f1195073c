/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mcs_km: what differs between the kernels the driver is written for (5.10 to 6.6).
 * No other file looks at the kernel's version or configuration.
 */
#ifndef MCS_COMPAT_H
#define MCS_COMPAT_H

#include <linux/mm.h>
#include <linux/version.h>

/* Since 6.3 vm_flags is read-only and changed through helpers. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_clear(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* A debugger's access to a mapping. The kernel has it where ioremap_prot() exists. */
#ifdef CONFIG_HAVE_IOREMAP_PROT
#define MCS_VM_ACCESS generic_access_phys
#else
#define MCS_VM_ACCESS NULL
#endif

#endif
