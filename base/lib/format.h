/* SPDX-License-Identifier: Apache-2.0 */
/* The one formatter of the base's messages. */
#ifndef BASE_LIB_FORMAT_H
#define BASE_LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Like vsnprintf for %s %.*s %c %d %u %x %lu %lx %llu %llx %% with an optional 0 and width. Returns the
 * length without the ending 0, cut to size - 1. size must be at least 1.
 */
size_t format_v(char *out, size_t size, const char *fmt, va_list args);
size_t format(char *out, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
