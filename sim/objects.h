/* SPDX-License-Identifier: Apache-2.0 */
/* The launcher's shared memory objects: the control object and the regions. */
#ifndef SIM_OBJECTS_H
#define SIM_OBJECTS_H

#include <stdbool.h>

#include "sim_control.h"

/* The VMs and regions of the default system. */
void objects_default(struct sim_control *plan);

/* Adds a region behind the others. False: there is no room for one more. */
bool objects_add_region(struct sim_control *plan, uint32_t writer, uint32_t reader, uint64_t size);

/*
 * Makes and fills them as planned, under names with this process's id. False with a line
 * on stderr; then nothing is left behind.
 */
bool objects_create(const struct sim_control *plan);

/* Name of the control object. */
const char *objects_control_name(void);

/* The object itself, and a region's memory; until objects_remove(). */
struct sim_control *objects_control(void);
unsigned char *objects_region(unsigned int index);

/* Removes the names; programs that have mapped the objects keep the memory. */
void objects_remove(void);

#endif
