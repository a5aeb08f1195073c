/* SPDX-License-Identifier: Apache-2.0 */
/* Port and doorbell. */
#include <string.h>

#include "shm_test.h"

#define REGION 64u

static void port_that_does_not_start_is_reported(void **state)
{
	(void)state;
	port.init_result = -1;
	shm_ipi_init();
	assert_int_equal(shm_ipi_status(), SHM_E_NO_PORT);
	assert_int_equal(shm_send_ipi(PEER_VM), SHM_E_NO_PORT);
	assert_int_equal(port.rings, 0);
}

static void port_can_be_started_again(void **state)
{
	(void)state;
	port.init_result = -1;
	shm_ipi_init();
	port.init_result = 0;
	shm_ipi_init();
	assert_int_equal(shm_ipi_status(), SHM_OK);
	assert_int_equal(shm_send_ipi(PEER_VM), SHM_OK);
}

static void every_vm_id_from_0_to_7_is_rung(void **state)
{
	(void)state;
	for (int vm = 0; vm < 8; vm++) {
		assert_int_equal(shm_send_ipi(vm), SHM_OK);
		assert_int_equal(port.last_vm, vm);
	}
	assert_int_equal(shm_send_ipi(8), SHM_E_PARAM);
	assert_int_equal(shm_send_ipi(-1), SHM_E_PARAM);
	assert_int_equal(shm_send_ipi(INT32_MIN), SHM_E_PARAM);
	assert_int_equal(port.rings, 8);
}

static void refusal_is_an_ipi_error_whatever_its_sign(void **state)
{
	(void)state;
	port.ring_result = -22;
	assert_int_equal(shm_send_ipi(PEER_VM), SHM_E_IPI);
	port.ring_result = 1;
	assert_int_equal(shm_send_ipi(PEER_VM), SHM_E_IPI);
}

static void message_stays_readable_when_the_doorbell_fails(void **state)
{
	shm_info_s *shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	int value = 8080808;
	int got = 0;

	(void)state;
	port.ring_result = -1;
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_write(&value, sizeof(value), 0, shm, PEER_VM), SHM_E_IPI);
	assert_int_equal(shm_read(shm, &got, sizeof(got)), SHM_OK);
	assert_int_equal(got, 8080808);
}

/* Exactly max_size still is a short message: it stays, a long one would be taken back. */
static void message_of_max_size_stays_readable_when_the_doorbell_fails(void **state)
{
	shm_info_s *shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	char message[REGION - SHM_HEADER_SIZE] = "full";
	char got[sizeof(message)];

	(void)state;
	port.ring_result = -1;
	shm_set_wait(shm, SHM_WAIT_OFF);
	assert_int_equal(shm_write(message, sizeof(message), 0, shm, PEER_VM), SHM_E_IPI);
	assert_int_equal(shm_read(shm, got, sizeof(got)), SHM_OK);
	assert_memory_equal(got, message, sizeof(message));
}

static void message_stays_readable_without_a_port(void **state)
{
	shm_info_s *shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	int value = 1;
	int got = 0;

	(void)state;
	port.init_result = -1;
	shm_ipi_init();
	assert_int_equal(shm_write(&value, sizeof(value), 0, shm, PEER_VM), SHM_E_IPI);
	assert_int_equal(shm_read(shm, &got, sizeof(got)), SHM_OK);
}

static void every_result_has_its_own_sentence(void **state)
{
	(void)state;
	for (int a = SHM_E_PEER_LOST - 1; a <= SHM_OK; a++) {
		assert_non_null(shm_strerror(a));
		for (int b = SHM_E_PEER_LOST - 1; b < a; b++)
			assert_string_not_equal(shm_strerror(a), shm_strerror(b));
	}
	assert_string_equal(shm_strerror(12345), shm_strerror(SHM_E_PEER_LOST - 1));
}

static void results_and_states_keep_their_numbers(void **state)
{
	(void)state;
	assert_int_equal(SHM_OP_START, 0);
	assert_int_equal(SHM_OP_READY_TO_READ, 1);
	assert_int_equal(SHM_OP_READ_END, 2);
	assert_int_equal(SHM_OP_DEL, 3);
	assert_int_equal(SHM_OP_MAX, 4);
	assert_int_equal(SHM_OK, 0);
	assert_int_equal(SHM_E_PARAM, -1);
	assert_int_equal(SHM_E_WAIT_OFF, -10);
	assert_int_equal(SHM_E_PEER_LOST, -11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SHM_TEST(port_that_does_not_start_is_reported),
		SHM_TEST(port_can_be_started_again),
		SHM_TEST(every_vm_id_from_0_to_7_is_rung),
		SHM_TEST(refusal_is_an_ipi_error_whatever_its_sign),
		SHM_TEST(message_stays_readable_when_the_doorbell_fails),
		SHM_TEST(message_of_max_size_stays_readable_when_the_doorbell_fails),
		SHM_TEST(message_stays_readable_without_a_port),
		SHM_TEST(every_result_has_its_own_sentence),
		SHM_TEST(results_and_states_keep_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
