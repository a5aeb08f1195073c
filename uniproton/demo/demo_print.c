/* SPDX-License-Identifier: Apache-2.0 */
#include "demo_print.h"
#include "shm_pub.h"

#define HUNDREDTHS 100000000u /* of a microsecond, in a second */
#define TEXT_MAX 256          /* PRT_Printf prints 511 characters at most */

/* Counter ticks to hundredths of a microsecond, without overflow for any number of ticks in use. */
static uint64_t hundredths(uint64_t ticks, uint64_t frequency)
{
	return ticks / frequency * HUNDREDTHS + ticks % frequency * HUNDREDTHS / frequency;
}

static void print_time(uint64_t sent, uint64_t now)
{
	bool future = sent > now; /* the peer's clock, or the peer, is wrong */
	uint64_t way = hundredths(future ? sent - now : now - sent, shm_counter_frequency());

	PRT_Printf("[UniProton] read time: %llu, one way %s%llu.%02llu us\n", (U64)sent,
		   future ? "-" : "", (U64)(way / 100), (U64)(way % 100));
}

/* The peer decides what is in it: no control characters to the console. */
static void print_string(char *text, unsigned int len)
{
	for (unsigned int i = 0; i + 1 < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '.';
	PRT_Printf("[UniProton] read len: 0x%x, st: %.*s\n", len, TEXT_MAX, text);
}

void demo_print_message(int type, char *data, unsigned int len, uint64_t now)
{
	if (type == SHM_DATA_INT && len == sizeof(int))
		PRT_Printf("[UniProton] read from shm: %d\n", *(int *)(void *)data);
	else if (type == SHM_DATA_STRING && len > 0 && data[len - 1] == '\0')
		print_string(data, len);
	else if (type == SHM_DATA_TIME && len == sizeof(uint64_t))
		print_time(*(uint64_t *)(void *)data, now);
	else
		PRT_Printf("[UniProton] read type %d, len 0x%x\n", type, len);
}
