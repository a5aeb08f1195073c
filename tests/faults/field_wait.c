/* SPDX-License-Identifier: Apache-2.0 */
/* Waits that must end. */
#include "shm_wait.h"

#include "field.h"

static void wait_off_write_is_busy(void **state)
{
	int value = 1;

	(void)state;
	shm->op_type = SHM_OP_READY_TO_READ;
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_E_BUSY);
	assert_int_equal(port.pauses, 0);
}

static void wait_off_read_is_empty(void **state)
{
	int value = 1;

	(void)state;
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_read(shm, &value, sizeof(value)), SHM_E_EMPTY);
	assert_int_equal(port.pauses, 0);
}

static void bounded_write_ends(void **state)
{
	int value = 1;

	(void)state;
	shm->op_type = SHM_OP_READY_TO_READ;
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_E_TIMEOUT);
}

static void bounded_read_ends(void **state)
{
	int value = 1;

	(void)state;
	assert_int_equal(shm_read(shm, &value, sizeof(value)), SHM_E_TIMEOUT);
}

static void assert_bound_holds_at(uint64_t hz)
{
	struct shm_wait wait = {.limit_us = BOUND_US};
	uint64_t start = port.now;

	port.hz = hz;
	while (shm_wait_again(&wait))
		;
	assert_in_range((port.now - start) * 1000000u / hz, BOUND_US, BOUND_US + 3 * PAUSE_US);
}

static void bound_is_measured_with_the_frequency_of_the_counter(void **state)
{
	(void)state;
	assert_bound_holds_at(24000000);
	assert_bound_holds_at(62000000);
	assert_bound_holds_at(1000000000);
}

static const struct CMUnitTest field_wait_tests[] = {
	FIELD_TEST(wait_off_write_is_busy),
	FIELD_TEST(wait_off_read_is_empty),
	FIELD_TEST(bounded_write_ends),
	FIELD_TEST(bounded_read_ends),
	FIELD_TEST(bound_is_measured_with_the_frequency_of_the_counter),
};
FIELD_GROUP(field_wait);
