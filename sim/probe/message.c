/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "probe.h"

struct head {
	uint32_t number;
	uint32_t length;
	uint64_t filled; /* shm_counter() */
};

_Static_assert(sizeof(struct head) == PROBE_LENGTH_MIN, "head of a message");

static unsigned char pattern(uint32_t number, unsigned int i)
{
	return (unsigned char)(number * 131u + i * 7u + (i >> 8));
}

void probe_fill(unsigned char *message, unsigned int length, uint32_t number)
{
	struct head head = {.number = number, .length = length, .filled = shm_counter()};

	memcpy(message, &head, sizeof(head));
	for (unsigned int i = sizeof(head); i < length; i++)
		message[i] = pattern(number, i);
}

const char *probe_check(const unsigned char *message, unsigned int length, uint32_t number)
{
	struct head head;

	if (length < sizeof(head))
		return "length altered";
	memcpy(&head, message, sizeof(head));
	if (head.number != number)
		return head.number < number ? "message repeated" : "message lost";
	if (head.length != length)
		return "length altered";
	for (unsigned int i = sizeof(head); i < length; i++) {
		if (message[i] != pattern(number, i))
			return "contents altered";
	}
	return NULL;
}

unsigned int probe_age_ms(const unsigned char *message)
{
	struct head head;

	memcpy(&head, message, sizeof(head));
	return (unsigned int)((shm_counter() - head.filled) * 1000u / shm_counter_frequency());
}

const char *probe_result(int result)
{
	static const char *const names[] = {
		"SHM_OK",     "SHM_E_PARAM",   "SHM_E_HEADER",   "SHM_E_TOO_LONG",
		"SHM_E_BUSY", "SHM_E_EMPTY",   "SHM_E_TIMEOUT",  "SHM_E_PARTIAL",
		"SHM_E_IPI",  "SHM_E_NO_PORT", "SHM_E_WAIT_OFF", "SHM_E_PEER_LOST",
	};

	if (result > 0 || (size_t)-result >= sizeof(names) / sizeof(names[0]))
		return "not a result";
	return names[-result];
}
