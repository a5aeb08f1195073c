/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory, given out while the base starts and never after. What is given out becomes a reserved
 * range of struct host. Pure: works on addresses alone. Boot core only.
 */
#ifndef BASE_VM_PMEM_H
#define BASE_VM_PMEM_H

#include "arch/addr.h"
#include "vm/host.h"

/* Exactly [at, at + size), if it is RAM and free. */
bool pmem_take(struct host *h, uint64_t at, uint64_t size);

/* The lowest free place, aligned. false: none is large enough. */
bool pmem_alloc(struct host *h, uint64_t size, uint64_t align, paddr_t *out);

/* The largest size that pmem_alloc would still find. */
uint64_t pmem_largest(const struct host *h, uint64_t align);

/* Pages for translation tables, taken from one block; zeroed. */
struct page_pool {
	uint64_t next, end;
};

/* NULL: the pool is empty. */
void *pool_page(struct page_pool *p);

#endif
