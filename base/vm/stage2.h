/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation tables of a VM: 39-bit guest-physical space, 4 KiB granule, starting at level 1.
 * Pure: builds tables in memory it is given. Built once before the VM runs, constant afterwards.
 */
#ifndef BASE_VM_STAGE2_H
#define BASE_VM_STAGE2_H

#include <stdbool.h>
#include <stdint.h>
#include "arch/addr.h"
#include "vm/pmem.h"

enum stage2_rights {
	STAGE2_RAM,       /* read, write, execute */
	STAGE2_SHARED_RW, /* read, write */
	STAGE2_SHARED_RO, /* read */
	STAGE2_DEVICE     /* read, write; Device-nGnRE */
};

struct stage2 {
	uint64_t *root;
	bool fwb; /* FEAT_S2FWB: the tables force Normal write-back whatever stage 1 says */
};

/* false: the pool is empty. */
bool stage2_init(struct stage2 *s, struct page_pool *pool, bool fwb);

/* Whether this very page is mapped one to one already. */
bool stage2_is_identity(const struct stage2 *s, ipaddr_t at);

/* Maps whole pages that are not mapped yet. false: the pool is empty, or something is there. */
bool stage2_map(struct stage2 *s, struct page_pool *pool, ipaddr_t at, paddr_t to, uint64_t size,
		enum stage2_rights rights);

#endif
