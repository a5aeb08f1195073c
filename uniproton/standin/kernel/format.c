/* SPDX-License-Identifier: Apache-2.0 */
#include "format.h"

struct out {
	char *at, *end; /* end: where the ending 0 goes at the latest */
};

struct spec {
	bool left, zero;
	U32 width;
	U32 precision; /* of s: characters at most */
	U32 longs;     /* 0: int, 1 and more: 64 bits */
};

static void put(struct out *out, char c)
{
	if (out->at < out->end)
		*out->at++ = c;
}

static void pad(struct out *out, char c, U32 width, U32 used)
{
	for (; used < width; used++)
		put(out, c);
}

static void put_text(struct out *out, const struct spec *spec, const char *text)
{
	U32 length = 0;

	while (length < spec->precision && text[length])
		length++;
	if (!spec->left)
		pad(out, ' ', spec->width, length);
	for (U32 i = 0; i < length; i++)
		put(out, text[i]);
	if (spec->left)
		pad(out, ' ', spec->width, length);
}

static void put_number(struct out *out, const struct spec *spec, bool negative, U64 value, U32 base,
		       char ten)
{
	char digits[20];
	U32 count = 0, used;

	do {
		U32 digit = (U32)(value % base);

		digits[count++] = (char)(digit < 10 ? '0' + digit : ten + (char)(digit - 10));
		value /= base;
	} while (value);
	used = count + negative;
	if (!spec->left && !spec->zero)
		pad(out, ' ', spec->width, used);
	if (negative)
		put(out, '-');
	if (!spec->left && spec->zero)
		pad(out, '0', spec->width, used);
	while (count > 0)
		put(out, digits[--count]);
	if (spec->left)
		pad(out, ' ', spec->width, used);
}

static const char *parse_number(const char *text, U32 *number)
{
	for (*number = 0; *text >= '0' && *text <= '9'; text++)
		*number = *number * 10 + (U32)(*text - '0');
	return text;
}

/* A va_list as an argument may be an array type: it travels in a struct. */
struct args {
	va_list list;
};

static const char *parse(const char *text, struct spec *spec, struct args *args)
{
	*spec = (struct spec){.precision = ~0u};
	for (; *text == '-' || *text == '0'; text++) {
		spec->left |= *text == '-';
		spec->zero |= *text == '0';
	}
	text = parse_number(text, &spec->width);
	if (*text == '.') {
		text++;
		if (*text == '*') {
			spec->precision = (U32)va_arg(args->list, int);
			text++;
		} else {
			text = parse_number(text, &spec->precision);
		}
	}
	for (; *text == 'l' || *text == 'z'; text++)
		spec->longs++;
	return text;
}

static U64 take_unsigned(const struct spec *spec, struct args *args)
{
	return spec->longs ? va_arg(args->list, U64) : va_arg(args->list, U32);
}

static void put_signed(struct out *out, const struct spec *spec, struct args *args)
{
	S64 value = spec->longs ? va_arg(args->list, S64) : va_arg(args->list, int);

	put_number(out, spec, value < 0, value < 0 ? 0 - (U64)value : (U64)value, 10, 'a');
}

static void convert(struct out *out, char conversion, const struct spec *spec, struct args *args)
{
	const char *text;

	switch (conversion) {
	case 'd':
	case 'i':
		put_signed(out, spec, args);
		break;
	case 'u':
		put_number(out, spec, false, take_unsigned(spec, args), 10, 'a');
		break;
	case 'x':
		put_number(out, spec, false, take_unsigned(spec, args), 16, 'a');
		break;
	case 'X':
		put_number(out, spec, false, take_unsigned(spec, args), 16, 'A');
		break;
	case 'p':
		put(out, '0');
		put(out, 'x');
		put_number(out, spec, false, (uintptr_t)va_arg(args->list, void *), 16, 'a');
		break;
	case 'c':
		put(out, (char)va_arg(args->list, int));
		break;
	case 's':
		text = va_arg(args->list, const char *);
		put_text(out, spec, text ? text : "(null)");
		break;
	default: /* %% and what this does not know */
		put(out, conversion);
		break;
	}
}

U32 format(char *out, U32 size, const char *text, va_list list)
{
	struct out to = {.at = out, .end = out + size - 1};
	struct args args;
	struct spec spec;

	va_copy(args.list, list);
	while (*text) {
		if (*text != '%') {
			put(&to, *text++);
			continue;
		}
		text = parse(text + 1, &spec, &args);
		if (*text)
			convert(&to, *text++, &spec, &args);
	}
	va_end(args.list);
	*to.at = '\0';
	return (U32)(to.at - out);
}
