/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEMO_PRINT_H
#define DEMO_PRINT_H

#include "prt_typedef.h"

/* UniProton declares it in no public header. A call's text is never torn by another task's. */
extern U32 PRT_Printf(const char *text, ...);

/*
 * Prints a received message as its type says: integer, string, or time stamp with its
 * way, `now` being the counter at its arrival. What has not the shape of its type is
 * printed as type and length. The text of a string is made safe for a terminal in place.
 */
void demo_print_message(int type, char *data, unsigned int len, uint64_t now);

#endif
