/* SPDX-License-Identifier: Apache-2.0 */
/* Cache maintenance by address (Arm ARM D7.5.9). */
#ifndef BASE_ARCH_CACHE_H
#define BASE_ARCH_CACHE_H

#include <stddef.h>

/*
 * Writes lines back to the point of coherency and drops them, so that a core whose MMU and
 * caches are off reads what was stored. Complete on return.
 */
void cache_clean_invalidate(const void *start, size_t size);

/* Drops all instruction caches of the inner shareable domain; complete on return. */
void cache_invalidate_instructions(void);

#endif
