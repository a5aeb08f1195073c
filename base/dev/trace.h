/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trace points, and the rings that <fusiondock/trace.h> lays out. A trace point that records nothing costs two
 * instructions: a load of the mask, within reach of the PC, and a test of one bit. tests/unit/base_trace.py
 * looks at each of them.
 */
#ifndef BASE_DEV_TRACE_H
#define BASE_DEV_TRACE_H

#include <stdbool.h>
#include <stdint.h>
#include "fusiondock/trace.h"

/* Kinds that are recorded; 0 without a trace view. Set once by the boot core. */
extern uint64_t trace_mask;

/* What the short way of arch/vectors.S does records nothing: with one of these it is not taken. */
#define TRACE_OF_SHORT_WAY                                                                         \
	(1u << FUSIONDOCK_TRACE_SYNC | 1u << FUSIONDOCK_TRACE_IRQ | 1u << FUSIONDOCK_TRACE_RETURN |    \
	 1u << FUSIONDOCK_TRACE_CALL | 1u << FUSIONDOCK_TRACE_RAISED |                                 \
	 1u << FUSIONDOCK_TRACE_COALESCED | 1u << FUSIONDOCK_TRACE_INJECT)

/* Records an event on the calling core. The arguments are looked at when the kind is recorded, and only then. */
#define trace(kind, a, b, c)                                                                       \
	do {                                                                                       \
		if (trace_wants(kind))                                                             \
			trace_write(kind, (uint32_t)(a), (uint64_t)(b), (uint64_t)(c));            \
	} while (0)

static inline __attribute__((always_inline)) bool trace_wants(unsigned int kind)
{
#ifdef __aarch64__
	__asm__ goto("ldr x16, trace_mask\n\ttbnz x16, %0, %l1" : : "i"(kind) : "x16" : wanted);
	return false;
wanted:
	return true;
#else
	return trace_mask >> kind & 1;
#endif
}

/* Interrupts masked, as always at EL2: one writer a ring. Cold: what calls it is kept out of the way. */
__attribute__((cold)) void trace_write(unsigned int kind, uint32_t a, uint64_t b, uint64_t c);

static inline bool trace_leaves_short_way(void)
{
	return !(trace_mask & TRACE_OF_SHORT_WAY);
}

/* Events each of `cores` rings gets in a view of this size; 0: too few to be of use. Pure. */
uint32_t trace_events(uint64_t size, uint32_t cores);

/* Clears the view and lays it out; records the kinds in mask from now on. Boot core, once. */
void trace_init(void *view, uint64_t size, uint32_t cores, uint64_t mask);

/* Whose events the ring of a core holds; vm may be FUSIONDOCK_TRACE_NO_VM. Boot core, behind trace_init. */
void trace_set_core(uint32_t core, uint64_t mpidr, uint32_t vm, uint32_t vcpu);

/* The event `back` events before the last one of a core; false: there is none. While its core stands still. */
bool trace_read_back(uint32_t core, uint32_t back, struct fusiondock_trace_event *event);

#endif
