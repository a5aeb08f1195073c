/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/symbol.h"

const char *symbol_find(const uint32_t *table, uint64_t offset, uint64_t *within)
{
	const uint32_t *at = table + 1;
	const char *name = (const char *)(at + table[0]);
	uint32_t n = 0;

	*within = offset;
	if (!table[0] || offset < at[0])
		return "?";
	while (n + 1 < table[0] && at[n + 1] <= offset)
		n++;
	*within = offset - at[n];
	for (; n; n--) {
		while (*name++)
			;
	}
	return name;
}
