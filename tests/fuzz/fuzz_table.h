/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that touch no region: the table of attached ones, the doorbell, the sentences. */
#ifndef FUZZ_TABLE_H
#define FUZZ_TABLE_H

void fuzz_table_call(unsigned int number);
void fuzz_table_empty(void);

#endif
