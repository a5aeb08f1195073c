/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format.h"

#include <stdbool.h>
#include <stdint.h>

struct sink {
	char *out;
	size_t size, used;
};

static void put(struct sink *s, char c)
{
	if (s->used + 1 < s->size)
		s->out[s->used++] = c;
}

static void put_number(struct sink *s, uint64_t v, unsigned int base, unsigned int width, char pad,
		       bool negative)
{
	char digits[24];
	unsigned int n = 0;

	do {
		digits[n++] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	if (negative && pad == '0')
		put(s, '-');
	for (; width > n + negative; width--)
		put(s, pad);
	if (negative && pad != '0')
		put(s, '-');
	while (n)
		put(s, digits[--n]);
}

static void put_string(struct sink *s, const char *str, int max, unsigned int width)
{
	unsigned int n = 0;

	for (; max != 0 && str[n]; n++, max--)
		put(s, str[n]);
	for (; n < width; n++)
		put(s, ' ');
}

static uint64_t take(va_list *args, unsigned int longs)
{
	return longs ? va_arg(*args, unsigned long) : va_arg(*args, unsigned int);
}

size_t format_v(char *out, size_t size, const char *fmt, va_list args_in)
{
	struct sink s = {out, size, 0};
	va_list args;

	va_copy(args, args_in);
	for (; *fmt; fmt++) {
		unsigned int width = 0, longs = 0;
		int max = -1;
		char pad = ' ';

		if (*fmt != '%') {
			put(&s, *fmt);
			continue;
		}
		if (*++fmt == '-')
			fmt++;
		if (*fmt == '0')
			pad = '0';
		for (; *fmt >= '0' && *fmt <= '9'; fmt++)
			width = width * 10 + (unsigned int)(*fmt - '0');
		if (fmt[0] == '.' && fmt[1] == '*') {
			max = va_arg(args, int);
			fmt += 2;
		}
		for (; *fmt == 'l' || *fmt == 'z'; fmt++)
			longs++;
		if (*fmt == 's') {
			put_string(&s, va_arg(args, const char *), max, width);
		} else if (*fmt == 'c') {
			put(&s, (char)va_arg(args, int));
		} else if (*fmt == 'd') {
			int64_t v = longs ? va_arg(args, long) : va_arg(args, int);

			put_number(&s, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, 10, width, pad, v < 0);
		} else if (*fmt == 'u' || *fmt == 'x') {
			put_number(&s, take(&args, longs), *fmt == 'x' ? 16 : 10, width, pad,
				   false);
		} else if (!*fmt) {
			break;
		} else {
			put(&s, *fmt);
		}
	}
	va_end(args);
	out[s.used] = 0;
	return s.used;
}

size_t format(char *out, size_t size, const char *fmt, ...)
{
	va_list args;
	size_t n;

	va_start(args, fmt);
	n = format_v(out, size, fmt, args);
	va_end(args);
	return n;
}
