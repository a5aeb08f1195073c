// SPDX-License-Identifier: Apache-2.0
#include "show.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "shm_pub.h"

#define LINE 16u

bool show_parse(const char *text, enum show *show)
{
	static const char *const names[] = {"auto", "text", "hex"};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text, names[i]) == 0) {
			*show = (enum show)i;
			return true;
		}
	}
	return false;
}

/* Bytes of UTF-8 pass; control characters and backslashes become C's escapes. */
static void show_text(const unsigned char *bytes, size_t size)
{
	if (size > 0 && bytes[size - 1] == '\0')
		size--;
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n')
			fputs("\\n", stdout);
		else if (bytes[i] == '\\')
			fputs("\\\\", stdout);
		else if (iscntrl(bytes[i]))
			printf("\\x%02x", bytes[i]);
		else
			putchar(bytes[i]);
	}
	putchar('\n');
}

static void show_hex_line(const unsigned char *bytes, size_t size, uint64_t at)
{
	printf("%08" PRIx64 " ", at);
	for (size_t i = 0; i < LINE; i++) {
		if (i < size)
			printf(" %02x", bytes[i]);
		else
			fputs("   ", stdout);
	}
	fputs("  ", stdout);
	for (size_t i = 0; i < size; i++)
		putchar(bytes[i] < 0x80 && isprint(bytes[i]) ? bytes[i] : '.');
	putchar('\n');
}

void show_hex(const unsigned char *bytes, size_t size, uint64_t at)
{
	for (size_t done = 0; done < size; done += LINE)
		show_hex_line(bytes + done, size - done < LINE ? size - done : LINE, at + done);
}

void show_message(enum show show, const unsigned char *bytes, size_t size, int type)
{
	uint64_t ticks;
	int value;

	if (show == SHOW_TEXT || (show == SHOW_AUTO && type == SHM_DATA_STRING)) {
		show_text(bytes, size);
	} else if (show == SHOW_AUTO && type == SHM_DATA_INT && size == sizeof(value)) {
		memcpy(&value, bytes, sizeof(value));
		printf("%d\n", value);
	} else if (show == SHOW_AUTO && type == SHM_DATA_TIME && size == sizeof(ticks)) {
		memcpy(&ticks, bytes, sizeof(ticks));
		printf("%" PRIu64 "\n", ticks);
	} else {
		show_hex(bytes, size, 0);
	}
}
