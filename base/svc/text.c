/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/text.h"

bool text_is_sequence(bool *sequence, char c)
{
	bool within = (*sequence && c != '\n') || c == 0x1b;

	*sequence = within && !((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'));
	return within;
}

/*
 * Whether c belongs to a UTF-8 character that goes out. U+0080 to U+009F are control characters (C1, escape
 * sequences of one character), and a terminal may take the bytes 0x80 to 0x9f alone for them.
 */
static bool is_utf8(struct text_filter *f, uint8_t c)
{
	if (c >= 0xc0) {
		f->utf8_left = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
		f->utf8_c2 = c <= 0xc2; /* nothing valid begins with 0xc0 or 0xc1 */
		return c > 0xc2;
	}
	if (!f->utf8_left)
		return false;
	f->utf8_left--;
	return !f->utf8_c2;
}

bool text_passes(struct text_filter *f, char c)
{
	if (text_is_sequence(&f->sequence, c))
		return false;
	if ((uint8_t)c >= 0x80)
		return is_utf8(f, (uint8_t)c);
	f->utf8_left = 0;
	return c == '\t' || ((uint8_t)c >= ' ' && c != 0x7f);
}
