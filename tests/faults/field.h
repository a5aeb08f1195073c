/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regression tests for the faults known from the field: one fault, one test, and each test
 * looks at nothing but its fault. For each there is a *.patch that brings the fault back,
 * and tests/faults/run.sh sees exactly that test fail.
 *
 * The fake port of tests/unit drives the library; the peer acts in its pauses and accesses.
 */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "shm_test.h"

#define MAX 24u
#define REGION (MAX + SHM_HEADER_SIZE)
#define PARTS 4u
#define LONG (PARTS * MAX)
#define TYPE 5
#define BOUND_US 1000u
#define ENDLESS_PAUSES 10000u /* more pauses than any bounded wait of these tests has */

extern shm_info_s *shm; /* a region of MAX bytes, attached as Normal memory, wait bounded */

/* Region, port and clock as new. field_end() undoes it. */
int field_begin(void **state);
int field_end(void **state);

/* Fails a test whose call waits on and on. Peers that act in a pause call it first. */
void field_pause(void);

/* A message as a peer writes it by hand, READY last. */
void field_put(const void *data, unsigned int len, int type);

#define FIELD_TEST(function) cmocka_unit_test_setup_teardown(function, field_begin, field_end)

/* A file of tests offers one such table. */
struct field_group {
	const struct CMUnitTest *tests;
	size_t count;
};

#define FIELD_GROUP(name)                                                                          \
	const struct field_group name = {name##_tests,                                             \
					 sizeof(name##_tests) / sizeof(name##_tests[0])}

extern const struct field_group field_publish, field_header, field_wait, field_send, field_read,
	field_long, field_death, field_peer, field_lengths, field_copy, field_huge;

#endif
