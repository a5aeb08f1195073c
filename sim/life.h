/* SPDX-License-Identifier: Apache-2.0 */
/* What the base does at the start and the end of a VM, done by the launcher. */
#ifndef SIM_LIFE_H
#define SIM_LIFE_H

/* The VM's program is about to start: a new epoch, and if it is not the first, its peers are rung. */
void life_begin(unsigned int vm);

/* It has ended: its word says so, its regions keep nothing half done, and its peers are rung. */
void life_end(unsigned int vm);

#endif
