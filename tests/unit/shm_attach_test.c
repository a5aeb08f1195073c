/* SPDX-License-Identifier: Apache-2.0 */
/* The table of attached regions. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "shm_region.h"
#include "shm_test.h"

#define SMALL 64u

struct many {
	_Alignas(16) unsigned char region[SHM_ATTACH_MAX + 1][SMALL];
};

static struct many many;

static shm_info_s *nth(unsigned int i)
{
	return (shm_info_s *)(void *)many.region[i];
}

static int fill_headers(void **state)
{
	for (unsigned int i = 0; i <= SHM_ATTACH_MAX; i++)
		nth(i)->max_size = SMALL - SHM_HEADER_SIZE;
	return testport_reset(state);
}

static int detach_all(void **state)
{
	for (unsigned int i = 0; i <= SHM_ATTACH_MAX; i++)
		shm_detach(nth(i));
	return testport_cleanup(state);
}

#define MANY_TEST(function) cmocka_unit_test_setup_teardown(function, fill_headers, detach_all)

static void bad_arguments_are_refused(void **state)
{
	shm_info_s *shm = nth(0);

	(void)state;
	assert_int_equal(shm_attach(NULL, SMALL, SHM_ATTACH_NORMAL), SHM_E_PARAM);
	assert_int_equal(shm_attach(shm, 31, SHM_ATTACH_NORMAL), SHM_E_PARAM);
	assert_int_equal(shm_attach(shm, 0, SHM_ATTACH_NORMAL), SHM_E_PARAM);
	assert_int_equal(shm_attach(shm, SMALL, 2), SHM_E_PARAM);
	assert_int_equal(shm_attach((shm_info_s *)(void *)(many.region[0] + 8), 32, 0),
			 SHM_E_PARAM);
	assert_int_equal(shm_attach(shm, UINT64_MAX, SHM_ATTACH_NORMAL), SHM_E_PARAM);
	assert_int_equal(shm_detach(NULL), SHM_E_PARAM);
	assert_int_equal(shm_detach(shm), SHM_E_PARAM);
}

static void smallest_region_is_32_bytes(void **state)
{
	shm_info_s *shm = nth(0);
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_attach(shm, 32, SHM_ATTACH_NORMAL), SHM_OK);
	shm->max_size = 16;
	assert_int_equal(shm_view_open(&view, shm), SHM_OK);
	assert_int_equal(view.capacity, 16);
}

static void attached_size_bounds_max_size(void **state)
{
	shm_info_s *shm = nth(0);
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_attach(shm, SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	shm->max_size = SMALL - SHM_HEADER_SIZE + 1;
	assert_int_equal(shm_view_open(&view, shm), SHM_E_HEADER);
	shm->max_size = SMALL - SHM_HEADER_SIZE;
	assert_int_equal(shm_view_open(&view, shm), SHM_OK);
	shm->max_size = 1;
	assert_int_equal(shm_view_open(&view, shm), SHM_OK);
	assert_int_equal(view.capacity, 1);
	shm->max_size = 0;
	assert_int_equal(shm_view_open(&view, shm), SHM_E_HEADER);
}

static void size_above_4_gib_lets_max_size_be_anything(void **state)
{
	shm_info_s *shm = nth(0);
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_attach(shm, 1ull << 33, SHM_ATTACH_NORMAL), SHM_OK);
	shm->max_size = UINT32_MAX;
	assert_int_equal(shm_view_open(&view, shm), SHM_OK);
	assert_int_equal(view.capacity, UINT32_MAX);
	assert_false(view.device);
}

static void unattached_region_is_device_and_believed(void **state)
{
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_view_open(&view, nth(0)), SHM_OK);
	assert_true(view.device);
	assert_int_equal(view.capacity, SMALL - SHM_HEADER_SIZE);
}

static void attaching_again_replaces_size_and_flags(void **state)
{
	shm_info_s *shm = nth(0);
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_attach(shm, 32, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_view_open(&view, shm), SHM_E_HEADER);
	assert_int_equal(shm_attach(shm, SMALL, SHM_ATTACH_DEVICE), SHM_OK);
	assert_int_equal(shm_view_open(&view, shm), SHM_OK);
	assert_true(view.device);
	assert_int_equal(shm_detach(shm), SHM_OK);
	assert_int_equal(shm_detach(shm), SHM_E_PARAM);
}

static void attaching_again_keeps_the_wait_setting(void **state)
{
	shm_info_s *shm = nth(0);
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_attach(shm, SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_set_wait(shm, 77), SHM_OK);
	assert_int_equal(shm_attach(shm, SMALL, SHM_ATTACH_DEVICE), SHM_OK);
	assert_int_equal(shm_view_open(&view, shm), SHM_OK);
	assert_int_equal(view.wait_us, 77);
}

static void a_slot_used_again_has_no_old_wait_setting(void **state)
{
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_attach(nth(0), SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_set_wait(nth(0), 77), SHM_OK);
	assert_int_equal(shm_detach(nth(0)), SHM_OK);
	assert_int_equal(shm_attach(nth(1), SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_view_open(&view, nth(1)), SHM_OK);
	assert_int_equal(view.wait_us, SHM_WAIT_FOREVER);
}

static void table_holds_exactly_its_maximum(void **state)
{
	struct shm_view view;

	(void)state;
	for (unsigned int i = 0; i < SHM_ATTACH_MAX; i++)
		assert_int_equal(shm_attach(nth(i), SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_attach(nth(SHM_ATTACH_MAX), SMALL, 0), SHM_E_PARAM);
	for (unsigned int i = 0; i < SHM_ATTACH_MAX; i++) {
		assert_int_equal(shm_view_open(&view, nth(i)), SHM_OK);
		assert_false(view.device);
	}
	assert_int_equal(shm_view_open(&view, nth(SHM_ATTACH_MAX)), SHM_OK);
	assert_true(view.device);
}

static void detached_slot_is_used_again(void **state)
{
	struct shm_view view;

	(void)state;
	for (unsigned int i = 0; i < SHM_ATTACH_MAX; i++)
		assert_int_equal(shm_attach(nth(i), SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_detach(nth(7)), SHM_OK);
	assert_int_equal(shm_attach(nth(SHM_ATTACH_MAX), SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_view_open(&view, nth(SHM_ATTACH_MAX)), SHM_OK);
	assert_false(view.device);
	/* Behind the hole, too. */
	assert_int_equal(shm_view_open(&view, nth(SHM_ATTACH_MAX - 1)), SHM_OK);
	assert_false(view.device);
}

static void own_wait_setting_goes_before_the_default(void **state)
{
	struct shm_view view;

	(void)state;
	assert_int_equal(shm_attach(nth(0), SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_attach(nth(1), SMALL, SHM_ATTACH_NORMAL), SHM_OK);
	assert_int_equal(shm_set_wait(NULL, 5000), SHM_OK);
	assert_int_equal(shm_set_wait(nth(0), SHM_WAIT_OFF), SHM_OK);
	assert_int_equal(shm_view_open(&view, nth(0)), SHM_OK);
	assert_int_equal(view.wait_us, SHM_WAIT_OFF);
	assert_int_equal(shm_view_open(&view, nth(1)), SHM_OK);
	assert_int_equal(view.wait_us, 5000);
	assert_int_equal(shm_set_wait(nth(2), 1), SHM_E_PARAM);
}

static void *attach_and_detach(void *arg)
{
	unsigned int first = *(unsigned int *)arg;

	for (int round = 0; round < 2000; round++) {
		for (unsigned int i = first; i < first + 4; i++) {
			if (shm_attach(nth(i), SMALL, SHM_ATTACH_NORMAL) != SHM_OK ||
			    shm_set_wait(nth(i), i) != SHM_OK)
				return arg;
		}
		for (unsigned int i = first; i < first + 4; i++) {
			struct shm_view view;

			if (shm_view_open(&view, nth(i)) != SHM_OK || view.device ||
			    view.wait_us != i || shm_detach(nth(i)) != SHM_OK)
				return arg;
		}
	}
	return NULL;
}

static void threads_do_not_disturb_each_other(void **state)
{
	unsigned int first[4] = {0, 4, 8, 12};
	pthread_t thread[4];
	void *failed;

	(void)state;
	for (unsigned int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, attach_and_detach, &first[i]), 0);
	for (unsigned int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(thread[i], &failed), 0);
		assert_null(failed);
	}
}

#define SAME_ROUNDS 40000

static int same_round;
static int same_done;

static void *attach_same(void *arg)
{
	for (int round = 1; round <= SAME_ROUNDS; round++) {
		/* Spins, so that both threads arrive within a few instructions. */
		for (int spin = 1; __atomic_load_n(&same_round, __ATOMIC_ACQUIRE) < round; spin++) {
			if (spin % 1000 == 0)
				sched_yield();
		}
		if (shm_attach(nth(0), SMALL, SHM_ATTACH_NORMAL) != SHM_OK)
			return arg;
		__atomic_fetch_add(&same_done, 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void detach_same(int round)
{
	struct shm_view view;

	while (__atomic_load_n(&same_done, __ATOMIC_ACQUIRE) < 2 * round)
		sched_yield();
	assert_int_equal(shm_detach(nth(0)), SHM_OK);
	assert_int_equal(shm_view_open(&view, nth(0)), SHM_OK);
	assert_true(view.device); /* no second slot is left */
}

static void one_detach_undoes_attaches_at_the_same_moment(void **state)
{
	pthread_t thread[2];
	void *failed;

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, attach_same, &same_done), 0);
	for (int round = 1; round <= SAME_ROUNDS; round++) {
		__atomic_store_n(&same_round, round, __ATOMIC_RELEASE);
		detach_same(round);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(thread[i], &failed), 0);
		assert_null(failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MANY_TEST(bad_arguments_are_refused),
		MANY_TEST(smallest_region_is_32_bytes),
		MANY_TEST(attached_size_bounds_max_size),
		MANY_TEST(size_above_4_gib_lets_max_size_be_anything),
		MANY_TEST(unattached_region_is_device_and_believed),
		MANY_TEST(attaching_again_replaces_size_and_flags),
		MANY_TEST(attaching_again_keeps_the_wait_setting),
		MANY_TEST(a_slot_used_again_has_no_old_wait_setting),
		MANY_TEST(table_holds_exactly_its_maximum),
		MANY_TEST(detached_slot_is_used_again),
		MANY_TEST(own_wait_setting_goes_before_the_default),
		MANY_TEST(threads_do_not_disturb_each_other),
		MANY_TEST(one_detach_undoes_attaches_at_the_same_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) == 0 ? 0 : 1;
}
