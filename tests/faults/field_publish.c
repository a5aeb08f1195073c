/* SPDX-License-Identifier: Apache-2.0 */
/* What a writer stores, and in which order. */
#include "field.h"

static unsigned char *message;
static unsigned int ready_stores;
static unsigned int labels_after_ready;
static unsigned int payload_after_ready;

static void exactly_max_size_has_length_and_type(void **state)
{
	(void)state;
	message = testport_pattern(MAX, 1);
	assert_int_equal(shm_write(message, MAX, TYPE, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm->used_size, MAX);
	assert_int_equal(shm->resevered, TYPE);
	free(message);
}

static void exactly_max_size_rings(void **state)
{
	(void)state;
	message = testport_pattern(MAX, 1);
	assert_int_equal(shm_write(message, MAX, TYPE, shm, PEER_VM), SHM_OK);
	assert_int_equal(port.rings, 1);
	free(message);
}

static void exactly_max_size_is_written_with_the_wait_off(void **state)
{
	(void)state;
	message = testport_pattern(MAX, 1);
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_write(message, MAX, TYPE, shm, PEER_VM), SHM_OK);
	free(message);
}

static void exactly_max_size_is_read_with_the_wait_off(void **state)
{
	unsigned char got[MAX];

	(void)state;
	message = testport_pattern(MAX, 1);
	shm_set_wait(shm, SHM_WAIT_OFF);
	field_put(message, MAX, TYPE);
	assert_int_equal(shm_read(shm, got, MAX), SHM_OK);
	assert_memory_equal(got, message, MAX);
	free(message);
}

static void watch(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (!is_store)
		return;
	if (address == &shm->op_type)
		ready_stores++;
	else if (ready_stores > 0 && (address == &shm->used_size || address == &shm->resevered))
		labels_after_ready++;
	else if (ready_stores > 0 && address >= (const volatile void *)shm->data)
		payload_after_ready++;
}

static void reader_takes_each_part(void)
{
	field_pause();
	if (shm->op_type == SHM_OP_READY_TO_READ) {
		ready_stores = 0; /* counted anew for the next part */
		shm->op_type = SHM_OP_READ_END;
	}
}

static void write_watched(unsigned int len)
{
	ready_stores = 0;
	labels_after_ready = 0;
	payload_after_ready = 0;
	message = testport_pattern(len, 1);
	port.on_access = watch;
	port.on_pause = reader_takes_each_part;
	(void)shm_write(message, len, TYPE, shm, PEER_VM);
	port.on_access = NULL;
	free(message);
}

static void short_message_is_labelled_before_ready(void **state)
{
	(void)state;
	write_watched(8);
	assert_int_equal(labels_after_ready, 0);
}

static void long_message_is_labelled_before_ready(void **state)
{
	(void)state;
	write_watched(LONG);
	assert_int_equal(labels_after_ready, 0);
}

static void payload_is_complete_before_ready(void **state)
{
	(void)state;
	write_watched(8);
	assert_int_equal(payload_after_ready, 0);
	write_watched(LONG);
	assert_int_equal(payload_after_ready, 0);
}

static void look_when_rung(void)
{
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
}

static void message_is_ready_before_the_doorbell(void **state)
{
	int value = 1;

	(void)state;
	port.on_ring = look_when_rung;
	(void)shm_write(&value, sizeof(value), TYPE, shm, PEER_VM);
}

static unsigned int parts_taken;

static void count_parts_and_take(void)
{
	field_pause();
	if (shm->op_type == SHM_OP_READY_TO_READ) {
		parts_taken++;
		shm->op_type = SHM_OP_READ_END;
	}
}

static void ring_comes_with_the_first_part(void)
{
	assert_int_equal(parts_taken, 0);
}

static void long_message_rings_once_with_its_first_part(void **state)
{
	(void)state;
	parts_taken = 0;
	message = testport_pattern(LONG, 1);
	port.on_ring = ring_comes_with_the_first_part;
	port.on_pause = count_parts_and_take;
	(void)shm_write(message, LONG, TYPE, shm, PEER_VM);
	assert_int_equal(port.rings, 1);
	free(message);
}

/* The peer touches the word in the moment in which an exclusive pair would store it. */
static void disturb_the_store(const volatile void *address, size_t size, int is_store)
{
	(void)size;
	if (is_store && address == &shm->op_type && shm->op_type == SHM_OP_START)
		shm->op_type = SHM_OP_READ_END;
}

static void ready_is_stored_though_the_peer_touched_the_state(void **state)
{
	int value = 1;

	(void)state;
	port.on_access = disturb_the_store;
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm->op_type, SHM_OP_READY_TO_READ);
}

static const struct CMUnitTest field_publish_tests[] = {
	FIELD_TEST(exactly_max_size_has_length_and_type),
	FIELD_TEST(exactly_max_size_rings),
	FIELD_TEST(exactly_max_size_is_written_with_the_wait_off),
	FIELD_TEST(exactly_max_size_is_read_with_the_wait_off),
	FIELD_TEST(short_message_is_labelled_before_ready),
	FIELD_TEST(long_message_is_labelled_before_ready),
	FIELD_TEST(payload_is_complete_before_ready),
	FIELD_TEST(message_is_ready_before_the_doorbell),
	FIELD_TEST(long_message_rings_once_with_its_first_part),
	FIELD_TEST(ready_is_stored_though_the_peer_touched_the_state),
};
FIELD_GROUP(field_publish);
