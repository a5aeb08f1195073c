/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four functions a compiler may call by itself. Word by word where both pointers
 * allow it, never unaligned: with the MMU off memory may be Device memory.
 */
#include "string.h"

/* Keeps the compiler from seeing a copy loop and calling memcpy from memcpy. */
#define OPAQUE(pointer) __asm__("" : "+r"(pointer))

static bool words(const void *a, const void *b, size_t count)
{
	return count >= sizeof(U64) && (((uintptr_t)a | (uintptr_t)b) % sizeof(U64)) == 0;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
	U8 *d = to;
	const U8 *s = from;

	for (; words(d, s, count); count -= sizeof(U64), d += sizeof(U64), s += sizeof(U64)) {
		OPAQUE(d);
		*(U64 *)(void *)d = *(const U64 *)(const void *)s;
	}
	for (; count > 0; count--) {
		OPAQUE(d);
		*d++ = *s++;
	}
	return to;
}

void *memmove(void *to, const void *from, size_t count)
{
	U8 *d = to;
	const U8 *s = from;

	if (d <= s || d >= s + count)
		return memcpy(to, from, count);
	while (count-- > 0) {
		OPAQUE(d);
		d[count] = s[count];
	}
	return to;
}

void *memset(void *to, int byte, size_t count)
{
	U8 *d = to;
	U64 pattern = (U8)byte * 0x0101010101010101ULL;

	for (; words(d, d, count); count -= sizeof(U64), d += sizeof(U64)) {
		OPAQUE(d);
		*(U64 *)(void *)d = pattern;
	}
	for (; count > 0; count--) {
		OPAQUE(d);
		*d++ = (U8)byte;
	}
	return to;
}

int memcmp(const void *left, const void *right, size_t count)
{
	const U8 *l = left, *r = right;

	for (; count > 0 && *l == *r; count--, l++, r++)
		OPAQUE(l);
	return count > 0 ? *l - *r : 0;
}
