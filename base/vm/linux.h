/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a Linux guest is given: the places of kernel, device tree and ramdisk in its memory, and the device
 * tree itself. Pure.
 */
#ifndef BASE_VM_LINUX_H
#define BASE_VM_LINUX_H

#include "vm/system.h"

struct linux_layout {
	uint64_t kernel, dtb, ramdisk; /* offsets into the VM's memory */
};

#define LINUX_DTB_SIZE 0x10000u

/* NULL and *out set, or what is wrong with the image or the size of the memory. */
const char *linux_layout(const struct vm_desc *vm, struct linux_layout *out);

/*
 * Writes the device tree of VM id into buf (size bytes), with the nodes of its devices from the machine's
 * tree host_fdt. 0 or a libfdt error.
 */
int linux_device_tree(const struct system *s, uint32_t id, const void *host_fdt, void *buf, int size);

#endif
