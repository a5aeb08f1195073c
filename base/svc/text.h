/* SPDX-License-Identifier: Apache-2.0 */
/* What of a VM's console output is text. Pure. */
#ifndef BASE_SVC_TEXT_H
#define BASE_SVC_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* Of one source; zeroed at the start. */
struct text_filter {
	bool sequence;     /* within an escape sequence */
	bool utf8_c2;      /* within a character that is left out */
	uint8_t utf8_left; /* bytes of a character that still come */
};

/*
 * Whether c is part of an escape sequence that began earlier or begins here. sequence: what to remember
 * from call to call.
 */
bool text_is_sequence(bool *sequence, char c);

/*
 * In lines only text goes out: a VM must not move the cursor into the lines of another. Characters that
 * UTF-8 begins with 0xc2 (U+0080 to U+00BF) are left out as a whole. The end of a line is no text, but is
 * to be passed too.
 */
bool text_passes(struct text_filter *f, char c);

#endif
