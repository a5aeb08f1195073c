/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer that rewrites the header at any moment.
 *
 * Each case runs a call again and again, and changes one field just before its first,
 * second, third ... access, up to the last. The access hook checks that every access
 * stays inside the region, the address sanitizer guards the caller's buffers, and the
 * peer's honest half keeps playing, so that the calls get far.
 */
#include <stdlib.h>
#include <string.h>

#include "shm_test.h"

#define MAX 24u
#define REGION (MAX + SHM_HEADER_SIZE)
#define LONGEST (3 * MAX + 7)
#define ACCESS_LIMIT 20000u

enum field { FIELD_MAX_SIZE, FIELD_USED_SIZE, FIELD_STATE, FIELD_TYPE, FIELDS };

static const unsigned int values[] = {
	0,           1,           2,           3,           4,           7,
	MAX - 1,     MAX,         MAX + 1,     2 * MAX,     LONGEST,     LONGEST + 1,
	0x7fffffffu, 0x80000000u, 0xfffffff0u, 0xfffffffeu, 0xffffffffu,
};

#define VALUES (sizeof(values) / sizeof(values[0]))

static struct {
	shm_info_s *shm;
	unsigned int at;    /* number of the access before which the change is made */
	unsigned int every; /* and again each so many accesses, 0 for once */
	enum field field;
	unsigned int value;
	unsigned int seen;
} attack;

static void set_field(shm_info_s *shm, enum field field, unsigned int value)
{
	switch (field) {
	case FIELD_MAX_SIZE:
		shm->max_size = value;
		break;
	case FIELD_USED_SIZE:
		shm->used_size = value;
		break;
	case FIELD_STATE:
		shm->op_type = (int)value;
		break;
	default:
		shm->resevered = (int)value;
		break;
	}
}

static void strike(const volatile void *address, size_t size, int is_store)
{
	unsigned int n = attack.seen++;

	(void)address;
	(void)size;
	(void)is_store;
	assert_true(n < ACCESS_LIMIT); /* a bounded call ends */
	if (n == attack.at || (attack.every > 0 && n > attack.at && n % attack.every == 0))
		set_field(attack.shm, attack.field, attack.value);
}

static void honest_reader(void)
{
	if (attack.shm->op_type == SHM_OP_READY_TO_READ)
		attack.shm->op_type = SHM_OP_READ_END;
}

static void honest_writer(void)
{
	attack.shm->op_type = SHM_OP_READY_TO_READ;
}

static void renew(unsigned int at, unsigned int used_size, int op_type)
{
	attack.shm->max_size = MAX;
	attack.shm->used_size = used_size;
	attack.shm->op_type = op_type;
	attack.shm->resevered = 0;
	attack.at = at;
	attack.seen = 0;
	port.on_access = strike;
}

/* Runs the call once; false when it ended before the change was made. */
static bool attacked_write(unsigned int at, unsigned int len)
{
	unsigned char *message = testport_pattern(len, 1);
	int result;

	renew(at, 0, SHM_OP_READY_TO_READ);
	port.on_pause = honest_reader;
	result = shm_write(message, len, 0, attack.shm, PEER_VM);
	port.on_access = NULL;
	assert_in_range(-result, 0, -SHM_E_PARTIAL);
	free(message);
	return attack.seen > at;
}

static bool attacked_read(unsigned int at, unsigned int len)
{
	unsigned char *buffer = testport_pattern(len, 2);
	unsigned int got_len = 0;
	int result;

	renew(at, len, SHM_OP_START);
	port.on_pause = honest_writer;
	result = shm_receive(attack.shm, buffer, len, &got_len, NULL);
	port.on_access = NULL;
	assert_in_range(-result, 0, -SHM_E_PARTIAL);
	if (result == SHM_OK)
		assert_in_range(got_len, 0, len);
	else if (result != SHM_E_PARTIAL)
		assert_true(testport_is_pattern(buffer, len, 2));
	free(buffer);
	return attack.seen > at;
}

static bool attacked_peek(unsigned int at, unsigned int len)
{
	int result;

	renew(at, len, SHM_OP_READY_TO_READ);
	result = shm_peek(attack.shm, &len, NULL);
	port.on_access = NULL;
	assert_in_range(-result, 0, -SHM_E_EMPTY);
	return attack.seen > at;
}

static void every_change_at_every_access(bool (*call)(unsigned int, unsigned int), unsigned int len)
{
	unsigned int runs = 0;

	for (unsigned int field = 0; field < FIELDS; field++) {
		for (unsigned int v = 0; v < VALUES; v++) {
			attack.field = (enum field)field;
			attack.value = values[v];
			for (unsigned int at = 0; call(at, len); at++)
				runs++;
		}
	}
	assert_true(runs >= FIELDS * VALUES * 3);
}

static void prepare(unsigned int flags, unsigned int every)
{
	attack.shm = testport_region(REGION, flags);
	attack.every = every;
	shm_set_wait(attack.shm, 20 * PAUSE_US);
}

static void write_short_is_safe(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_DEVICE, 0);
	every_change_at_every_access(attacked_write, MAX);
}

static void write_long_is_safe(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_DEVICE, 0);
	every_change_at_every_access(attacked_write, LONGEST);
}

static void write_long_is_safe_on_normal_memory(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_NORMAL, 0);
	every_change_at_every_access(attacked_write, LONGEST);
}

static void read_short_is_safe(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_DEVICE, 0);
	every_change_at_every_access(attacked_read, MAX);
	every_change_at_every_access(attacked_read, 5);
}

static void read_long_is_safe(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_DEVICE, 0);
	every_change_at_every_access(attacked_read, LONGEST);
}

static void read_long_is_safe_on_normal_memory(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_NORMAL, 0);
	every_change_at_every_access(attacked_read, LONGEST);
}

static void peek_is_safe(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_NORMAL, 0);
	every_change_at_every_access(attacked_peek, 8);
}

static void lasting_attack_ends_in_bounded_time(void **state)
{
	(void)state;
	prepare(SHM_ATTACH_NORMAL, 2);
	every_change_at_every_access(attacked_write, LONGEST);
	every_change_at_every_access(attacked_read, LONGEST);
}

/* used_size grows behind the check, for the copy and the report to see. */
static void grow_at_the_copy(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	(void)is_store;
	if (address == attack.shm->data)
		attack.shm->used_size = MAX;
}

static void length_of_a_short_message_is_the_one_that_was_checked(void **state)
{
	unsigned char *buffer = testport_pattern(4, 2);
	unsigned int len = 0;

	(void)state;
	prepare(SHM_ATTACH_NORMAL, 0);
	renew(0, 4, SHM_OP_READY_TO_READ);
	port.on_access = grow_at_the_copy;
	assert_int_equal(shm_receive(attack.shm, buffer, 4, &len, NULL), SHM_OK);
	assert_int_equal(attack.shm->used_size, MAX);
	assert_int_equal(len, 4);
	free(buffer);
}

static void count_max_size(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	(void)is_store;
	if (address == &attack.shm->max_size)
		attack.seen++;
}

static void max_size_is_read_once_a_call(void **state)
{
	unsigned char *message = testport_pattern(LONGEST, 1);

	(void)state;
	prepare(SHM_ATTACH_NORMAL, 0);
	renew(0, 0, SHM_OP_START);
	port.on_access = count_max_size;
	port.on_pause = honest_reader;
	assert_int_equal(shm_write(message, LONGEST, 0, attack.shm, PEER_VM), SHM_OK);
	assert_int_equal(attack.seen, 1);
	free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHM_TEST(write_short_is_safe),
		SHM_TEST(write_long_is_safe),
		SHM_TEST(write_long_is_safe_on_normal_memory),
		SHM_TEST(read_short_is_safe),
		SHM_TEST(read_long_is_safe),
		SHM_TEST(read_long_is_safe_on_normal_memory),
		SHM_TEST(peek_is_safe),
		SHM_TEST(lasting_attack_ends_in_bounded_time),
		SHM_TEST(length_of_a_short_message_is_the_one_that_was_checked),
		SHM_TEST(max_size_is_read_once_a_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
