/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of `shmctl info`, in info_vms.c. */
#ifndef SHMCTL_INFO_H
#define SHMCTL_INFO_H

#include <stdbool.h>

/* A line for each view that the base shows to this VM, or why it shows none. */
void info_views(void);

/* State, epoch and counters of a VM. shares: it has a region in common with this one. */
void info_vm(unsigned int vm, bool shares);

#endif
