/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka with what it needs. */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base_fakes.h"

#define BASE_TEST(function) cmocka_unit_test_setup(function, fakes_reset)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
