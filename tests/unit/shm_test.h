/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with what it needs, and the usual shape of a test table. */
#ifndef SHM_TEST_H
#define SHM_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shm_testport.h"

#define SHM_TEST(function)                                                                         \
	cmocka_unit_test_setup_teardown(function, testport_reset, testport_cleanup)

#endif
