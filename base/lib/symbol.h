/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the base's functions, for a panic. base/host/symbols.py makes the table out of the linked image. */
#ifndef BASE_LIB_SYMBOL_H
#define BASE_LIB_SYMBOL_H

#include <stdint.h>

/*
 * table: their number, their offsets in the image in rising order, their names one behind the other, each with
 * its ending 0. The name of the function that an offset lies in, and how far within; "?" below the first.
 */
const char *symbol_find(const uint32_t *table, uint64_t offset, uint64_t *within);

#endif
