/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The state view: which VMs run, in memory of the base that VMs may only read.
 *
 * Only numbers live here, as in <fusiondock/hypercall.h>, which has the call that says where the
 * view is (FUSIONDOCK_CALL_VIEW) and the states. Little endian, naturally aligned; the page is
 * Normal memory. A reader needs no lock: each word is read by one load.
 *
 *	offset		type	content
 *	0		u32	FUSIONDOCK_STATE_MAGIC
 *	4		u32	FUSIONDOCK_STATE_LAYOUT
 *	64 + 64 * id	u64	the life of VM id, 0 for a VM that the description has not
 *
 * The life: bits 31:0 its state (FUSIONDOCK_VM_*), bits 63:32 its epoch, how often it has been
 * started. When a VM ends, the word says so before its regions are touched (OFF too if it is to be
 * started again at once); when it starts, the word has the new epoch before its first instruction.
 * So whoever finds anything of a new life in a region, a load barrier (DMB LD), and then this word,
 * finds that it has changed.
 */
#ifndef FUSIONDOCK_STATE_H
#define FUSIONDOCK_STATE_H

#define FUSIONDOCK_STATE_MAGIC 0x65666c66 /* "flfe" */
#define FUSIONDOCK_STATE_LAYOUT 1
#define FUSIONDOCK_STATE_SIZE 4096 /* bytes of the view */

#define FUSIONDOCK_STATE_LIFE(id) (64 + 64 * (id)) /* one cache line each */

#define FUSIONDOCK_LIFE(epoch, state) ((unsigned long long)(epoch) << 32 | (state))
#define FUSIONDOCK_LIFE_STATE(life) ((unsigned int)(life))
#define FUSIONDOCK_LIFE_EPOCH(life) ((unsigned int)((unsigned long long)(life) >> 32))

#endif
