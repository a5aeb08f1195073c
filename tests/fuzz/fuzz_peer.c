/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other side, played by the input. An event is a delay, counted in moments at which
 * the library touches the region or the port, and an action. Delay NO_MORE: the peer does
 * nothing more during this call.
 */
#include "fuzz_shm.h"

#define NO_MORE 0xffu
#define RAW_VALUES 24u /* value numbers from here on: four bytes of the input follow */

/* The first four are the header's fields in their order. */
enum target {
	SET_MAX_SIZE,
	SET_USED_SIZE,
	SET_STATE,
	SET_TYPE,
	SET_PAYLOAD_BYTE,
	SET_HEADER_BYTE,
	STEP,
	CLOCK_JUMPS
};

static struct {
	const uint8_t *at;
	const uint8_t *end;
} script;

static struct {
	bool is_waiting; /* an event has been read and its delay is running */
	bool is_over;
	unsigned int delay;
	unsigned int action;
} event = {.is_over = true};

struct fuzz_peer fuzz_peer;

void fuzz_script_start(const uint8_t *bytes, size_t size)
{
	script.at = bytes;
	script.end = bytes + size;
}

bool fuzz_script_is_over(void)
{
	return script.at == script.end;
}

unsigned int fuzz_script_byte(void)
{
	return script.at == script.end ? 0 : *script.at++;
}

unsigned int fuzz_script_word(void)
{
	unsigned int word = fuzz_script_byte();

	word |= fuzz_script_byte() << 8;
	word |= fuzz_script_byte() << 16;
	return word | fuzz_script_byte() << 24;
}

/* Values at which something in the library changes its mind. */
static unsigned int value(unsigned int number)
{
	unsigned int max = (unsigned int)fuzz_memory.region_size - SHM_HEADER_SIZE;
	unsigned int len = (unsigned int)fuzz_memory.buffer_size;
	const unsigned int values[RAW_VALUES] = {
		0,           1,           2,           3,           4,           7,
		8,           16,          max - 1,     max,         max + 1,     2 * max,
		2 * max + 1, 3 * max,     len - 1,     len,         len + 1,     max / 2,
		max + 8,     0x7fffffffu, 0x80000000u, 0xfffffff0u, 0xfffffffeu, 0xffffffffu,
	};

	return number < RAW_VALUES ? values[number] : fuzz_script_word();
}

static void set_field(enum target field, unsigned int field_value)
{
	fuzz_peer_stores((unsigned int)field * 4, &field_value, 4);
}

static void set_byte(size_t offset)
{
	unsigned char byte = (unsigned char)fuzz_script_byte();

	fuzz_peer_stores(offset, &byte, 1);
}

/* Supplies what a waiting library needs to get on: a message, or room. */
static void step(const shm_info_s *shm)
{
	unsigned int size = (unsigned int)fuzz_memory.buffer_size;

	if (shm->op_type == SHM_OP_READY_TO_READ) {
		set_field(SET_STATE, SHM_OP_READ_END);
		return;
	}
	if (shm->used_size > size)
		set_field(SET_USED_SIZE, size);
	set_field(SET_STATE, SHM_OP_READY_TO_READ);
}

static void act(enum target target, unsigned int number)
{
	size_t capacity = fuzz_memory.region_size - SHM_HEADER_SIZE;

	switch (target) {
	case SET_MAX_SIZE:
	case SET_USED_SIZE:
	case SET_STATE:
	case SET_TYPE:
		set_field(target, value(number));
		break;
	case SET_PAYLOAD_BYTE:
		set_byte(SHM_HEADER_SIZE + fuzz_script_byte() % capacity);
		break;
	case SET_HEADER_BYTE:
		set_byte(fuzz_script_byte() % SHM_HEADER_SIZE);
		break;
	case STEP:
		step(fuzz_memory.shm);
		break;
	case CLOCK_JUMPS:
		fuzz_port.now += (uint64_t)value(number) << 16;
		break;
	}
	/* max_size of a region that is not attached is believed; that is documented. */
	if (fuzz_peer.limit > 0 && fuzz_memory.shm->max_size > fuzz_peer.limit)
		set_field(SET_MAX_SIZE, fuzz_peer.limit);
}

static void next_event(void)
{
	event.delay = fuzz_script_byte();
	event.is_over = event.delay == NO_MORE || fuzz_script_is_over();
	if (!event.is_over)
		event.action = fuzz_script_byte();
}

void fuzz_peer_call_begins(void)
{
	next_event();
}

void fuzz_peer_call_ends(void)
{
	event.is_over = true;
}

void fuzz_peer_moment(void)
{
	while (!event.is_over) {
		if (event.delay > 0) {
			event.delay--;
			return;
		}
		act((enum target)(event.action & 7), event.action >> 3);
		next_event();
	}
}

void fuzz_peer_pause(void)
{
	if (fuzz_peer.helps)
		step(fuzz_memory.shm);
}
