/* SPDX-License-Identifier: Apache-2.0 */
/* A peer VM that ends or is started again while a call is under way. */
#include "field.h"
#include "fusiondock/hypercall.h"
#include "fusiondock/state.h"

static uint64_t life;
static unsigned int part;

static int peer_begin(void **state)
{
	field_begin(state);
	life = FUSIONDOCK_LIFE(1, FUSIONDOCK_VM_RUNNING);
	part = 0;
	shm_watch_peer(shm, &life);
	shm_set_wait(shm, SHM_WAIT_FOREVER);
	return 0;
}

#define PEER_TEST(function) cmocka_unit_test_setup_teardown(function, peer_begin, field_end)

static void peer_starts_again(void)
{
	field_pause();
	if (port.pauses == 5)
		life = FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING);
}

static void read_of_a_lost_writer_ends(void **state)
{
	char buffer[MAX];

	(void)state;
	port.on_pause = peer_starts_again;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_E_PEER_LOST);
}

static void write_to_a_lost_reader_ends(void **state)
{
	(void)state;
	field_put("x", 1, TYPE);
	port.on_pause = peer_starts_again;
	assert_int_equal(shm_write("y", 1, TYPE, shm, PEER_VM), SHM_E_PEER_LOST);
}

static void put_part(char fill)
{
	memset(shm->data, fill, MAX);
	shm->used_size = LONG;
	shm->resevered = TYPE;
	shm->op_type = SHM_OP_READY_TO_READ;
}

/*
 * Behind the first part, before the reader looks for the next: the writer starts again and sends a message with
 * the very same header.
 */
static void writer_sends_the_like_in_another_life(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store || address != &shm->op_type || shm->op_type != SHM_OP_READ_END || part++ > 0)
		return;
	life = FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING);
	put_part('n');
}

static void parts_of_two_lives_are_not_mixed(void **state)
{
	char buffer[LONG];

	(void)state;
	put_part('o');
	port.on_access = writer_sends_the_like_in_another_life;
	port.on_pause = field_pause;
	assert_int_not_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_OK);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
}

static void writer_is_started(void)
{
	field_pause();
	if (port.pauses == 5)
		life = FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING);
	if (port.pauses == 6)
		field_put("x", 1, TYPE);
}

static void first_start_of_a_peer_is_no_loss(void **state)
{
	char buffer[MAX];

	(void)state;
	life = FUSIONDOCK_LIFE(1, FUSIONDOCK_VM_OFF);
	port.on_pause = writer_is_started;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_OK);
}

/* The base has said that the writer is off, and gives up what it left only now; then the like of it comes. */
static void base_comes_to_what_was_left(void)
{
	field_pause();
	if (port.pauses == 1) {
		shm->used_size = SHM_USED_GIVEN_UP;
		shm->op_type = SHM_OP_START;
		life = FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING);
	}
	if (port.pauses == 1 || shm->op_type == SHM_OP_READ_END)
		put_part('n');
}

static void part_that_an_ended_writer_left_is_not_begun(void **state)
{
	char buffer[LONG];

	(void)state;
	life = FUSIONDOCK_LIFE(1, FUSIONDOCK_VM_OFF);
	put_part('o');
	port.on_pause = base_comes_to_what_was_left;
	assert_int_equal(shm_read(shm, buffer, sizeof(buffer)), SHM_OK);
	assert_int_equal(buffer[0], 'n');
}

/* Before anything of the message is in the region the reader starts again; it takes part by part. */
static void reader_starts_again_at_the_header(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store && address == &shm->resevered)
		life = FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING);
}

static void reader_takes_a_part(void)
{
	field_pause();
	shm->op_type = SHM_OP_READ_END;
}

static void message_that_a_new_life_reads_is_not_given_up(void **state)
{
	static char src[LONG];

	(void)state;
	port.on_access = reader_starts_again_at_the_header;
	port.on_pause = reader_takes_a_part;
	assert_int_equal(shm_write(src, LONG, TYPE, shm, PEER_VM), SHM_OK);
}

/* The region may be the new life's already. */
static void writer_is_lost_and_its_region_in_use(void)
{
	field_pause();
	if (part++ == 0) {
		put_part('o');
	} else if (port.pauses > 3) {
		life = FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING);
		shm->op_type = SHM_OP_READ_END;
	}
}

static void region_of_a_new_life_is_not_given_up(void **state)
{
	char buffer[LONG];

	(void)state;
	port.on_pause = writer_is_lost_and_its_region_in_use;
	shm_read(shm, buffer, sizeof(buffer));
	assert_int_equal(shm->op_type, SHM_OP_READ_END);
	assert_int_equal(shm->used_size, LONG);
}

static const struct CMUnitTest field_peer_tests[] = {
	PEER_TEST(read_of_a_lost_writer_ends),
	PEER_TEST(write_to_a_lost_reader_ends),
	PEER_TEST(parts_of_two_lives_are_not_mixed),
	PEER_TEST(first_start_of_a_peer_is_no_loss),
	PEER_TEST(part_that_an_ended_writer_left_is_not_begun),
	PEER_TEST(message_that_a_new_life_reads_is_not_given_up),
	PEER_TEST(region_of_a_new_life_is_not_given_up),
};

FIELD_GROUP(field_peer);
