/* SPDX-License-Identifier: Apache-2.0 */
/* Names of functions by their offset, in a table as base/host/symbols.py makes it. */
#include "base_test.h"

#include "lib/symbol.h"

static const struct {
	uint32_t count, at[3];
	char names[16];
} table = {3, {0x10, 0x40, 0x44}, "one\0two\0three"};

static const uint32_t empty[] = {0};

static void check_name(uint64_t offset, const char *name, uint64_t within)
{
	uint64_t found = 4711;

	assert_string_equal(symbol_find(&table.count, offset, &found), name);
	assert_int_equal(found, within);
}

static void an_offset_belongs_to_the_function_before_it(void **state)
{
	(void)state;
	check_name(0x10, "one", 0);
	check_name(0x3f, "one", 0x2f);
	check_name(0x40, "two", 0);
	check_name(0x43, "two", 3);
	check_name(0x44, "three", 0);
	check_name(0x100000044, "three", 0x100000000);
}

static void what_is_before_the_first_has_no_name(void **state)
{
	uint64_t within;

	(void)state;
	check_name(0, "?", 0);
	check_name(0xf, "?", 0xf);
	assert_string_equal(symbol_find(empty, 0x10, &within), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_offset_belongs_to_the_function_before_it),
		cmocka_unit_test(what_is_before_the_first_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
