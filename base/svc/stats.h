/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SVC_STATS_H
#define BASE_SVC_STATS_H

/* Prints the counters of every VM: exits by kind and doorbells. Any core. */
void stats_print(void);

#endif
