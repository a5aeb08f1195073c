/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bundle: a FIT image (U-Boot's flattened image tree) with the system description and the VMs'
 * images, data inside, uncompressed. Pure.
 */
#ifndef BASE_VM_BUNDLE_H
#define BASE_VM_BUNDLE_H

#include <stddef.h>
#include "vm/system.h"

/* NULL when [fit, fit + size) holds a FIT image, otherwise what is wrong. */
const char *bundle_check(const void *fit, size_t size);

/* /images/<name>. NULL and *out set, otherwise what is wrong. */
const char *bundle_image(const void *fit, const char *name, struct image *out);

/* The description: the `fdt` image of the default configuration. Likewise. */
const char *bundle_description(const void *fit, struct image *out);

#endif
