/* SPDX-License-Identifier: Apache-2.0 */
/* The launcher's shared memory objects: the control object and the regions. */
#ifndef SIM_OBJECTS_H
#define SIM_OBJECTS_H

#include <stdbool.h>

/*
 * Makes and fills them, with the sizes and roles of the default system, under names with
 * this process's id. False with a line on stderr; then nothing is left behind.
 */
bool objects_create(void);

/* Name of the control object. */
const char *objects_control_name(void);

/* Removes the names; programs that have mapped the objects keep the memory. */
void objects_remove(void);

#endif
