/* SPDX-License-Identifier: Apache-2.0 */
/* The shared regions as a service to the VMs. */
#ifndef BASE_SVC_REGION_H
#define BASE_SVC_REGION_H

#include "vm/vm.h"

/* Clears every region and writes its header. Boot core, before any VM runs. */
void regions_init(void);

/*
 * A VM has ended: no region it sends or receives in keeps anything half done. A message that is whole
 * stays; the others, and a header that cannot be, become SHM_USED_GIVEN_UP with SHM_OP_START. max_size
 * changes only when it is impossible. Any core; bounded, whatever the peer stores meanwhile.
 */
void regions_reset(uint32_t vm);

/* Whether a message waits for the VM in a region that it receives from. Any core. */
bool regions_have_for(uint32_t vm);

/* FUSIONDOCK_CALL_REGION_INFO: result; at, size and flags are set when it is FUSIONDOCK_OK. */
int64_t region_info(const struct vm *vm, uint64_t index, uint64_t *at, uint64_t *size,
		    uint64_t *flags);

#endif
