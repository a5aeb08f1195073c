/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "format.h"
#include "string.h"

static U32 print(char *out, U32 size, const char *text, ...)
{
	va_list args;
	U32 length;

	va_start(args, text);
	length = format(out, size, text, args);
	va_end(args);
	return length;
}

static bool same(const char *a, const char *b)
{
	U32 i = 0;

	while (a[i] && a[i] == b[i])
		i++;
	return a[i] == b[i];
}

#define FORMAT_IS(want, ...)                                                                       \
	check(print(out, sizeof(out), __VA_ARGS__) == sizeof(want) - 1 && same(out, want),         \
	      "format gives " want)

void test_format(void)
{
	char out[48];

	FORMAT_IS("-1 4294967295 18446744073709551615", "%d %u %llu", -1, ~0u, ~0ULL);
	FORMAT_IS("-2147483648 -9223372036854775808", "%d %lld", (int)0x80000000,
		  (S64)0x8000000000000000);
	FORMAT_IS("ff FF 0x2a800000 00ff", "%x %X 0x%llx %04x", 255u, 255u, 0x2a800000ULL, 255u);
	FORMAT_IS("[   ab][ab   ][abc]", "[%5s][%-5s][%.3s]", "ab", "ab", "abcdef");
	FORMAT_IS("[ab][x][%][  -7][-007]", "[%.*s][%c][%%][%4d][%04d]", 2, "abc", 'x', -7, -7);
	check(print(out, 5, "%s", "too long") == 4 && same(out, "too "),
	      "format cuts what is too long");
}
