/* SPDX-License-Identifier: Apache-2.0 */
/* As in C11 7.24. */
#ifndef ARCH_STRING_H
#define ARCH_STRING_H

#include "prt_typedef.h"

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *left, const void *right, size_t count);

#endif
