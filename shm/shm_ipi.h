/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHM_IPI_H
#define SHM_IPI_H

#include <stdbool.h>

#include "fusiondock/hypercall.h"

static inline bool shm_vm_is_possible(int vmid)
{
	return vmid >= 0 && vmid < FUSIONDOCK_VM_MAX;
}

#endif
