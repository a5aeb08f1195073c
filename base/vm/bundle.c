/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/bundle.h"

#include <string.h>
#include <libfdt.h>

#define NAME_MAX_LENGTH 63

const char *bundle_check(const void *fit, size_t size)
{
	if (size < sizeof(struct fdt_header) || fdt_check_header(fit))
		return "is no FIT image (no device tree header)";
	if (fdt_totalsize(fit) > size)
		return "is cut off: the FIT image says it is larger";
	if (fdt_check_full(fit, size))
		return "is damaged: its structure does not parse";
	return NULL;
}

const char *bundle_image(const void *fit, const char *name, struct image *out)
{
	int images = fdt_path_offset(fit, "/images"), node, len;
	const char *compression;

	if (images < 0)
		return "has no /images";
	node = strnlen(name, NAME_MAX_LENGTH + 1) > NAME_MAX_LENGTH ? -1
								    : fdt_subnode_offset(fit, images, name);
	if (node < 0)
		return "is not in the bundle";
	compression = fdt_getprop(fit, node, "compression", NULL);
	if (compression && strcmp(compression, "none"))
		return "is compressed in the bundle; store it with compression = \"none\"";
	out->data = fdt_getprop(fit, node, "data", &len);
	if (!out->data || len <= 0)
		return "has no data in the bundle (external data, mkimage -E, is not supported)";
	out->size = (size_t)len;
	return NULL;
}

const char *bundle_description(const void *fit, struct image *out)
{
	int conf = fdt_path_offset(fit, "/configurations");
	const char *name = conf < 0 ? NULL : fdt_getprop(fit, conf, "default", NULL);
	int node = name ? fdt_subnode_offset(fit, conf, name) : -1;

	name = node < 0 ? NULL : fdt_getprop(fit, node, "fdt", NULL);
	if (!name)
		return "has no default configuration with an `fdt`, the system description";
	return bundle_image(fit, name, out);
}
