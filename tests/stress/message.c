/* SPDX-License-Identifier: Apache-2.0 */
/* Lengths, contents and checksums of the messages. */
#include <string.h>

#include <zlib.h>

#include "stress.h"

#define NUMBER_SIZE 8u
#define SUM_SIZE 4u

uint64_t stress_next(struct stress_random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

unsigned int stress_below(struct stress_random *random, unsigned int limit)
{
	return (unsigned int)(((stress_next(random) >> 32) * limit) >> 32);
}

static struct stress_random seeded(const struct stress_link *link, uint64_t number)
{
	return (struct stress_random){.state = link->seed ^ (number * 0xd1342543de82ef95u)};
}

/* Half are small, as most users' are; an eighth sits on the borders of a part. */
unsigned int stress_length(const struct stress_link *link, uint64_t number)
{
	struct stress_random random = seeded(link, number);
	unsigned int max = link->max;
	unsigned int longest = link->parts * max;
	unsigned int kind = stress_below(&random, 8);
	unsigned int len;

	if (kind < 4)
		len = stress_below(&random, 65);
	else if (kind == 4)
		len = max * (1 + stress_below(&random, link->parts)) + stress_below(&random, 3) - 1;
	else
		len = stress_below(&random, kind == 5 ? longest + 1 : max + 1);
	return len < longest ? len : longest;
}

static uint32_t checksum(const unsigned char *message, unsigned int len)
{
	return (uint32_t)crc32(0, message, len);
}

void stress_fill(const struct stress_link *link, uint64_t number, unsigned char *message,
		 unsigned int len)
{
	struct stress_random random = seeded(link, ~number);
	unsigned int at = 0;
	uint32_t sum;

	for (; len - at >= sizeof(uint64_t); at += (unsigned int)sizeof(uint64_t)) {
		uint64_t word = stress_next(&random);

		memcpy(message + at, &word, sizeof(word));
	}
	for (; at < len; at++)
		message[at] = (unsigned char)(number + at);
	if (len < NUMBER_SIZE + SUM_SIZE)
		return;
	memcpy(message, &number, NUMBER_SIZE);
	sum = checksum(message, len - SUM_SIZE);
	memcpy(message + len - SUM_SIZE, &sum, SUM_SIZE);
}

/* Too short for number and checksum: made again and compared. */
static const char *judge_small(const struct stress_link *link, uint64_t number,
			       const unsigned char *message, unsigned int len)
{
	unsigned char expected[NUMBER_SIZE + SUM_SIZE];

	stress_fill(link, number, expected, len);
	return memcmp(message, expected, len) == 0 ? NULL : "a small message is altered";
}

const char *stress_judge(const struct stress_link *link, uint64_t number,
			 const unsigned char *message, unsigned int len, int type)
{
	uint64_t got_number;
	uint32_t sum;

	if (type != (int)(uint32_t)number)
		return "a message is lost, repeated or out of order";
	if (len != stress_length(link, number))
		return "the length is not the message's";
	if (len < NUMBER_SIZE + SUM_SIZE)
		return judge_small(link, number, message, len);
	memcpy(&got_number, message, NUMBER_SIZE);
	memcpy(&sum, message + len - SUM_SIZE, SUM_SIZE);
	if (sum != checksum(message, len - SUM_SIZE))
		return "the checksum is wrong";
	return got_number == number ? NULL : "the contents are another message's";
}
