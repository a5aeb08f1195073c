/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two real threads, writer and reader, at their own speed: the library with itself, and
 * with the original in both roles. The doorbell is a semaphore.
 */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "shm_original_peer.h"
#include "shm_test.h"

#define MAX 1000u
#define LONGEST (3 * MAX + 7)
#define TYPE_OF(n) ((int)(n)*3 - 1)

static const unsigned int all_lengths[] = {0, 1, MAX - 1, MAX, MAX + 1, 2 * MAX, LONGEST};
/* The original rings nobody for exactly max_size. */
static const unsigned int original_lengths[] = {0, 1, 4, MAX - 1, MAX + 1, 2 * MAX, LONGEST};

#define LENGTHS 7u
#define REPEATS 40u
#define MESSAGES (LENGTHS * REPEATS)

static shm_info_s *shm;
static sem_t doorbell;
static const unsigned int *lengths;

static void ring(void)
{
	sem_post(&doorbell);
}

static int start(void **state, unsigned int flags)
{
	testport_reset(state);
	testport_real_clock();
	port.on_ring = ring;
	sem_init(&doorbell, 0, 0);
	shm = testport_region(MAX + SHM_HEADER_SIZE, flags);
	shm_set_wait(shm, 20000000);
	lengths = all_lengths;
	return 0;
}

static int start_normal(void **state)
{
	return start(state, SHM_ATTACH_NORMAL);
}

static int start_device(void **state)
{
	return start(state, SHM_ATTACH_DEVICE);
}

static int end(void **state)
{
	sem_destroy(&doorbell);
	return testport_cleanup(state);
}

static void *library_writer(void *failed)
{
	for (unsigned int n = 0; n < MESSAGES; n++) {
		unsigned int len = lengths[n % LENGTHS];
		unsigned char *message = testport_pattern(len, n);
		int result = shm_write(message, len, TYPE_OF(n), shm, PEER_VM);

		free(message);
		if (result != SHM_OK)
			return failed;
	}
	return NULL;
}

static void *original_writer(void *unused)
{
	(void)unused;
	for (unsigned int n = 0; n < MESSAGES; n++) {
		unsigned int len = lengths[n % LENGTHS];
		unsigned char *message = testport_pattern(len, n);

		original_write(shm, message, len, TYPE_OF(n), ring);
		free(message);
	}
	return NULL;
}

static void library_reads(bool wait_for_doorbell)
{
	for (unsigned int n = 0; n < MESSAGES; n++) {
		unsigned int len = lengths[n % LENGTHS];
		unsigned char *buffer = testport_pattern(len, n + 1);
		unsigned int got_len = 1;
		int type = 0;

		if (wait_for_doorbell)
			sem_wait(&doorbell);
		assert_int_equal(shm_receive(shm, buffer, len, &got_len, &type), SHM_OK);
		assert_int_equal(got_len, len);
		assert_int_equal(type, TYPE_OF(n));
		assert_true(testport_is_pattern(buffer, len, n));
		free(buffer);
	}
}

static void original_reads(void)
{
	for (unsigned int n = 0; n < MESSAGES; n++) {
		unsigned int len = lengths[n % LENGTHS];
		unsigned char *buffer = testport_pattern(len, n + 1);

		sem_wait(&doorbell);
		assert_int_equal(shm->resevered, TYPE_OF(n));
		assert_int_equal(original_read(shm, buffer, len), 0);
		assert_true(testport_is_pattern(buffer, len, n));
		free(buffer);
	}
}

static pthread_t begin(void *(*writer)(void *))
{
	static int failed;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, writer, &failed), 0);
	return thread;
}

static void finish(pthread_t thread)
{
	void *failed = NULL;

	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
}

static void library_to_polling_library(void **state)
{
	pthread_t thread = begin(library_writer);

	(void)state;
	library_reads(false);
	finish(thread);
	assert_int_equal(port.rings, MESSAGES);
}

static void library_to_rung_library(void **state)
{
	pthread_t thread = begin(library_writer);

	(void)state;
	library_reads(true);
	finish(thread);
}

static void library_to_original(void **state)
{
	pthread_t thread = begin(library_writer);

	(void)state;
	original_reads();
	finish(thread);
}

static void original_to_library(void **state)
{
	pthread_t thread;

	(void)state;
	lengths = original_lengths;
	thread = begin(original_writer);
	library_reads(true);
	finish(thread);
}

static void *writer_by_hand(void *unused)
{
	(void)unused;
	for (unsigned int n = 0; n < MESSAGES; n++)
		original_write_by_hand(shm, n, SHM_DATA_TIME, ring);
	return NULL;
}

static void fields_filled_by_hand_to_library(void **state)
{
	pthread_t thread = begin(writer_by_hand);

	(void)state;
	for (uint64_t n = 0; n < MESSAGES; n++) {
		uint64_t got = 0;
		int type = 0;

		sem_wait(&doorbell);
		assert_int_equal(shm_receive(shm, &got, sizeof(got), NULL, &type), SHM_OK);
		assert_true(got == n);
		assert_int_equal(type, SHM_DATA_TIME);
	}
	finish(thread);
}

static void *stamp_writer(void *failed)
{
	for (uint64_t n = 0; n < MESSAGES; n++)
		if (shm_write(&n, sizeof(n), SHM_DATA_TIME, shm, PEER_VM) != SHM_OK)
			return failed;
	return NULL;
}

static void library_to_fields_read_by_hand(void **state)
{
	pthread_t thread = begin(stamp_writer);

	(void)state;
	for (unsigned int n = 0; n < MESSAGES; n++)
		assert_true(original_read_by_hand(shm) == n);
	finish(thread);
	assert_int_equal(port.rings, MESSAGES);
}

/* The way back of a link in both directions; the original answers each message. */
static _Alignas(16) unsigned char back[SHM_HEADER_SIZE + MAX];
static sem_t back_doorbell;

static void ring_back(void)
{
	sem_post(&back_doorbell);
}

static void *original_answers(void *failed)
{
	unsigned char *message = testport_pattern(LONGEST, 0);
	volatile shm_info_s *answer = (volatile shm_info_s *)(void *)back;
	void *result = NULL;

	for (unsigned int n = 0; n < MESSAGES && result == NULL; n++) {
		unsigned int len = lengths[n % LENGTHS];

		sem_wait(&doorbell);
		if (original_read(shm, message, len) != 0)
			result = failed;
		original_write(answer, message, len, TYPE_OF(n), ring_back);
	}
	free(message);
	return result;
}

static void ask_and_compare(shm_info_s *answer, unsigned int n)
{
	unsigned int len = lengths[n % LENGTHS];
	unsigned char *message = testport_pattern(len, n);
	unsigned char *buffer = testport_pattern(len, n + 1);
	unsigned int got_len = 1;

	assert_int_equal(shm_write(message, len, TYPE_OF(n), shm, PEER_VM), SHM_OK);
	sem_wait(&back_doorbell);
	assert_int_equal(shm_receive(answer, buffer, len, &got_len, NULL), SHM_OK);
	assert_int_equal(got_len, len);
	assert_memory_equal(buffer, message, len);
	free(message);
	free(buffer);
}

static void library_and_original_answer_each_other(void **state)
{
	shm_info_s *answer = (shm_info_s *)(void *)back;
	pthread_t thread;

	(void)state;
	sem_init(&back_doorbell, 0, 0);
	*answer = (shm_info_s){.max_size = MAX};
	assert_int_equal(shm_attach(answer, sizeof(back), SHM_ATTACH_NORMAL), SHM_OK);
	shm_set_wait(answer, 20000000);
	lengths = original_lengths;
	thread = begin(original_answers);
	for (unsigned int n = 0; n < MESSAGES; n++)
		ask_and_compare(answer, n);
	finish(thread);
	assert_int_equal(shm_detach(answer), SHM_OK);
	sem_destroy(&back_doorbell);
}

static void reader_that_comes_too_late_gets_the_next_message(void **state)
{
	unsigned char *message = testport_pattern(LONGEST, 1);
	unsigned char *buffer = testport_pattern(LONGEST, 2);

	(void)state;
	shm_set_wait(shm, 2000);
	assert_int_equal(shm_write(message, LONGEST, 0, shm, PEER_VM), SHM_E_PARTIAL);
	assert_int_equal(shm_read(shm, buffer, LONGEST), SHM_E_TIMEOUT);
	assert_true(testport_is_pattern(buffer, LONGEST, 2));
	assert_int_equal(shm_write(message, MAX, 0, shm, PEER_VM), SHM_OK);
	assert_int_equal(shm_read(shm, buffer, LONGEST), SHM_OK);
	assert_true(testport_is_pattern(buffer, MAX, 1));
	free(message);
	free(buffer);
}

#define NORMAL_TEST(function) cmocka_unit_test_setup_teardown(function, start_normal, end)
#define DEVICE_TEST(function)                                                                      \
	{                                                                                          \
#function " through device memory", function, start_device, end, NULL              \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NORMAL_TEST(library_to_polling_library),
		DEVICE_TEST(library_to_polling_library),
		NORMAL_TEST(library_to_rung_library),
		NORMAL_TEST(library_to_original),
		DEVICE_TEST(library_to_original),
		NORMAL_TEST(original_to_library),
		DEVICE_TEST(original_to_library),
		NORMAL_TEST(fields_filled_by_hand_to_library),
		DEVICE_TEST(fields_filled_by_hand_to_library),
		NORMAL_TEST(library_to_fields_read_by_hand),
		DEVICE_TEST(library_to_fields_read_by_hand),
		NORMAL_TEST(library_and_original_answer_each_other),
		DEVICE_TEST(library_and_original_answer_each_other),
		NORMAL_TEST(reader_that_comes_too_late_gets_the_next_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
