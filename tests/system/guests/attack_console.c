/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills the console as fast as it can: lines around the longest piece the base takes, no newline at
 * all, newlines alone, NULs, escape sequences that never end, controls in UTF-8, forged lines of
 * others, random bytes. Half of the time it does not even look whether there is room.
 */
#include "attack.h"

#define SEED 0x434f4e534f4c4531ull
#define CHARACTERS 20000u /* of each kind */

static uint64_t state = SEED, sent;

static void put_char(char c, int look)
{
	while (look && read32(UART + 0x18) & 0x20)
		;
	write32(UART, (uint8_t)c);
	sent++;
}

static void put_text(const char *text, unsigned int length, int look)
{
	while (length--)
		put_char(*text++, look);
}

/* The same text again and again; length: a NUL may be part of it. */
static void repeat(const char *text, unsigned int length, int look)
{
	for (unsigned int n = 0; n < CHARACTERS; n += length)
		put_text(text, length, look);
}

static void long_lines(unsigned int length, int look)
{
	for (unsigned int n = 0; n < CHARACTERS / 4; n++)
		put_char(n % length == length - 1 ? '\n' : (char)('a' + n % 26), look);
}

static void random_bytes(int look)
{
	for (unsigned int n = 0; n < CHARACTERS; n++)
		put_char((char)random64(&state), look);
}

#define REPEAT(text, look) repeat(text, sizeof(text) - 1, look)

static void pass(int look)
{
	long_lines(239, look);
	long_lines(240, look);
	long_lines(241, look);
	long_lines(4096, look);
	REPEAT("without an end ", look);
	REPEAT("\n", look);
	REPEAT("\0", look);
	REPEAT("\r", look);
	REPEAT("\033[2J\033[1;1H\033]0;title\033P\033[8m\033(0", look);
	REPEAT("\033[", look);
	REPEAT("\xc2\x9b"
	       "2J\xc2\x9d"
	       "0;title",
	       look);
	REPEAT("\n[VM 2] victim: forged\n[base] panic: forged\n", look);
	REPEAT("\r[VM 2] victim: forged\033[1G[base] panic: forged\b\b\b\x7f\x0e\x07\t", look);
	random_bytes(look);
}

static void attack(uint64_t vm)
{
	(void)vm;
	pass(0);
	pass(1);
	print("\nattack: console done");
	print_count("characters", sent);
	print("\n");
	for (int look = 0;; look ^= 1)
		pass(look);
}
