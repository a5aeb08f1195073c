/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include <stdarg.h>
#include "prt_typedef.h"

/*
 * vsnprintf with the conversions d i u x X p c s and %, the flags 0 and -, a width, a
 * precision for s (a number or *), and the lengths l ll z. Always ends `out` with 0
 * (size 1 or more); returns the length written.
 */
U32 format(char *out, U32 size, const char *text, va_list args);

#endif
