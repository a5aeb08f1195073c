/* SPDX-License-Identifier: Apache-2.0 */
/* lib/format.c against the C library, and its cut. */
#include "base_test.h"

#include <stdio.h>
#include <string.h>

#include "lib/format.h"

#define SAME(...)                                                                                  \
	do {                                                                                       \
		char ours[128], theirs[128];                                                       \
		size_t ours_length = format(ours, sizeof(ours), __VA_ARGS__);                      \
		int theirs_length = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                 \
		assert_string_equal(ours, theirs);                                                 \
		assert_int_equal(ours_length, theirs_length);                                      \
	} while (0)

static void strings(void **state)
{
	(void)state;
	SAME("plain");
	SAME("%s", "");
	SAME("%s and %s", "one", "two");
	SAME("[%-8s]", "left");
	SAME("[%-2s]", "longer than its field");
	SAME("%.*s", 3, "abcdef");
	SAME("%.*s|", 9, "abc");
	SAME("%.*s|", 0, "abc");
	SAME("%c%c", 'o', 'k');
	SAME("100 %%");
}

static void a_bounded_string_is_not_read_behind_its_bound(void **state)
{
	char *text = test_malloc(3);
	char out[8];

	(void)state;
	memcpy(text, "abc", 3);
	format(out, sizeof(out), "%.*s", 3, text);
	test_free(text);
	assert_string_equal(out, "abc");
}

static void numbers(void **state)
{
	(void)state;
	SAME("%d %d %d", 0, 7, -7);
	SAME("%d %d", 2147483647, -2147483647 - 1);
	SAME("%u %x", 4294967295u, 4294967295u);
	SAME("%lu %lx", 0ul, 0xfedcba9876543210ul);
	SAME("%llu %llx", ~0ull, 0x123456789abcdefull);
	SAME("%ld", -9223372036854775807l - 1);
	SAME("%zu", (size_t)77);
}

static void widths(void **state)
{
	(void)state;
	SAME("[%5u] [%05u] [%2u]", 42u, 42u, 12345u);
	SAME("[%8x] [%08x] [%016lx]", 0xbeefu, 0xbeefu, 0x2a800000ul);
	SAME("[%6d] [%06d]", 42, 42);
}

static void a_sign_counts_into_the_width(void **state)
{
	(void)state;
	SAME("[%6d]", -42);
	SAME("[%06d]", -42);
	SAME("[%2d]", -12345);
}

static void a_text_that_does_not_fit_is_cut_and_ended(void **state)
{
	char out[8] = "xxxxxxx";

	(void)state;
	assert_int_equal(format(out, 5, "%s", "abcdefgh"), 4);
	assert_memory_equal(out, "abcd\0xx", 8);
	assert_int_equal(format(out, 5, "%u", 123456789u), 4);
	assert_string_equal(out, "1234");
	assert_int_equal(format(out, 5, "[%020u]", 1u), 4);
	assert_string_equal(out, "[000");
	assert_int_equal(format(out, 5, "abcd"), 4);
	assert_string_equal(out, "abcd");
}

static void room_for_the_end_alone_gives_an_empty_text(void **state)
{
	char out[2] = "x";

	(void)state;
	assert_int_equal(format(out, 1, "%s %d", "abc", 5), 0);
	assert_memory_equal(out, "\0", 2);
}

static void a_percent_at_the_end_stops(void **state)
{
	char fmt[] = "ab%", out[8];
	size_t (*unchecked)(char *, size_t, const char *, ...) = format;

	(void)state;
	assert_int_equal(unchecked(out, sizeof(out), fmt), 2);
	assert_string_equal(out, "ab");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(strings),
		BASE_TEST(a_bounded_string_is_not_read_behind_its_bound),
		BASE_TEST(numbers),
		BASE_TEST(widths),
		BASE_TEST(a_sign_counts_into_the_width),
		BASE_TEST(a_text_that_does_not_fit_is_cut_and_ended),
		BASE_TEST(room_for_the_end_alone_gives_an_empty_text),
		BASE_TEST(a_percent_at_the_end_stops),
	};

	return cmocka_run_group_tests_name("base/lib/format", tests, NULL, NULL);
}
