/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors of the doorbell. They can arise in three places, and each test lets one speak: the
 * port refuses (-1), the port did not start (-1), or a start failed with a positive number,
 * which is a failure, too.
 */
#include "field.h"

static void port_did_not_start(int result)
{
	port.init_result = result;
	shm_ipi_init();
}

static void refused_ring_is_reported(void **state)
{
	(void)state;
	port.ring_result = -1;
	assert_int_equal(shm_send_ipi(PEER_VM), SHM_E_IPI);
}

static void failed_start_is_reported(void **state)
{
	(void)state;
	port_did_not_start(-1);
	assert_int_equal(shm_ipi_status(), SHM_E_NO_PORT);
	assert_int_equal(shm_send_ipi(PEER_VM), SHM_E_NO_PORT);
}

static void short_write_reports_that_it_could_not_ring(void **state)
{
	int value = 1;

	(void)state;
	port_did_not_start(1);
	assert_int_equal(shm_write(&value, sizeof(value), TYPE, shm, PEER_VM), SHM_E_IPI);
}

static void long_write_reports_that_it_could_not_ring(void **state)
{
	unsigned char *message = testport_pattern(LONG, 1);

	(void)state;
	port_did_not_start(1);
	assert_int_equal(shm_write(message, LONG, TYPE, shm, PEER_VM), SHM_E_IPI);
	free(message);
}

static void message_stays_when_it_could_not_ring(void **state)
{
	int value = 4711;
	int got = 0;

	(void)state;
	port_did_not_start(1);
	(void)shm_write(&value, sizeof(value), TYPE, shm, PEER_VM);
	assert_int_equal(shm_read(shm, &got, sizeof(got)), SHM_OK);
	assert_int_equal(got, 4711);
}

static const struct CMUnitTest field_send_tests[] = {
	FIELD_TEST(refused_ring_is_reported),
	FIELD_TEST(failed_start_is_reported),
	FIELD_TEST(short_write_reports_that_it_could_not_ring),
	FIELD_TEST(long_write_reports_that_it_could_not_ring),
	FIELD_TEST(message_stays_when_it_could_not_ring),
};
FIELD_GROUP(field_send);
