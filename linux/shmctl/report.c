// SPDX-License-Identifier: Apache-2.0
#include "facts.h"

#include <stdarg.h>

static unsigned int wrongs;

static void line(const char *word, const char *format, va_list list)
{
	printf("%-6s ", word);
	vprintf(format, list);
	putchar('\n');
}

void good(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	line("good:", format, list);
	va_end(list);
}

void note(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	line("note:", format, list);
	va_end(list);
}

void wrong(const char *format, ...)
{
	va_list list;

	wrongs++;
	va_start(list, format);
	line("WRONG:", format, list);
	va_end(list);
}

void cure(const char *topic, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	line("   do:", format, list);
	va_end(list);
	printf("  see:  guide, section 17: %s\n", topic);
}

unsigned int judge(const struct facts *facts)
{
	wrongs = 0;
	if (judge_port(facts)) {
		judge_regions(facts);
		judge_peers(facts);
		judge_life(facts);
		judge_probe(facts);
	}
	return wrongs;
}
