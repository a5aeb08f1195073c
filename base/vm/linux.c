/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/linux.h"

#include <string.h>

#define IMAGE_MAGIC 0x644d5241u /* "ARM\x64" */
#define IMAGE_TEXT_OFFSET 8
#define IMAGE_SIZE 16
#define IMAGE_MAGIC_OFFSET 56
#define IMAGE_HEADER 64

/* Header fields are little endian, as this base is; the data in a bundle is aligned to 4 only. */
static uint64_t field(const struct image *image, size_t offset, size_t size)
{
	uint64_t v = 0;

	memcpy(&v, (const char *)image->data + offset, size);
	return v;
}

const char *linux_layout(const struct vm_desc *vm, struct linux_layout *out)
{
	uint64_t size;

	if (vm->image.size < IMAGE_HEADER || field(&vm->image, IMAGE_MAGIC_OFFSET, 4) != IMAGE_MAGIC)
		return "is no arm64 Linux Image (an Image.gz or vmlinuz that unpacks itself must be unpacked first)";
	out->kernel = field(&vm->image, IMAGE_TEXT_OFFSET, 8);
	size = field(&vm->image, IMAGE_SIZE, 8);
	if (size < vm->image.size || out->kernel >= BLOCK_SIZE || size > vm->memory_size)
		return "does not fit the VM's memory, or its header is damaged";
	out->dtb = align_up(out->kernel + size, BLOCK_SIZE);
	out->ramdisk = out->dtb + LINUX_DTB_SIZE;
	if (out->ramdisk > vm->memory_size || vm->ramdisk.size > vm->memory_size - out->ramdisk)
		return "does not fit the VM's memory together with the ramdisk; enlarge `memory`";
	return NULL;
}
