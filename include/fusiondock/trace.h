/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The trace view: what the base did last, event by event, in memory of the base that VMs may only read.
 *
 * FUSIONDOCK_CALL_VIEW of <fusiondock/hypercall.h> says where it is; the description makes it (a node
 * trace@ADDRESS in /views) and chooses the kinds of events. Without that node nothing is recorded.
 *
 * Numbers and plain structs only, so that base, Linux kernel, programs and tests include this one copy.
 * Little endian, naturally aligned, Normal memory. Layout 1:
 *
 *	offset				content
 *	0				struct fusiondock_trace_header
 *	first + core * stride		struct fusiondock_trace_ring of that core
 *	behind that			struct fusiondock_trace_event [events]
 *
 * Cores are physical ones, in the order of the machine's device tree. The header is constant from before
 * the first VM starts; a reader checks magic and layout, and that what the header says fits the size which
 * FUSIONDOCK_CALL_VIEW gave.
 *
 * Each ring has one writer, its core, which never waits for a reader. Event number i (from 0) is in
 * events[i % header.events]. The writer of event number w:
 *
 *	1. store barrier (DMB ISHST): it has published `written` = w before it touches the slot
 *	2. stores the event
 *	3. stores `written` = w + 1 with release semantics
 *
 * A reader that wants event number i:
 *
 *	1. loads `written` with acquire semantics (pairs with 3): i is there when i < written
 *	2. copies the event
 *	3. load barrier (DMB ISHLD, acquire fence; pairs with 1), then loads `written` again
 *	4. the copy is good when written < i + header.events; otherwise event i has been overwritten
 *	   meanwhile, the oldest that can still be had is number written - header.events + 1, and the
 *	   reader has lost those before it
 *
 * Events of one core are in order. Those of several are put in order by `time`, which is CNTPCT_EL0 of one
 * counter for the whole machine; a guest reads the same one.
 */
#ifndef FUSIONDOCK_TRACE_H
#define FUSIONDOCK_TRACE_H

#define FUSIONDOCK_TRACE_MAGIC 0x63727466 /* "ftrc" */
#define FUSIONDOCK_TRACE_LAYOUT 1
#define FUSIONDOCK_TRACE_LINE 64  /* bytes of the header, and of a ring without its events */
#define FUSIONDOCK_TRACE_EVENT 32 /* bytes of an event */
#define FUSIONDOCK_TRACE_EVENTS_MIN 64 /* a power of two; fewer a core, and the description is refused */

/* Bytes that `cores` rings of `events` events take, with the header. */
#define FUSIONDOCK_TRACE_SIZE(cores, events)                                                       \
	(FUSIONDOCK_TRACE_LINE +                                                                   \
	 (unsigned long long)(cores) *                                                             \
		 (FUSIONDOCK_TRACE_LINE + FUSIONDOCK_TRACE_EVENT * (unsigned long long)(events)))

/*
 * The kinds, and what their three arguments are. Bit n of header.mask: kind n is recorded. `vm` and `vcpu`
 * of an event are those that the core belongs to; where an event is about another VM, `a` names it.
 */
#define FUSIONDOCK_TRACE_NONE 0     /* never recorded */
/* A core has left its guest for the base: a synchronous exception. a: ESR_EL2.EC, b: pc, c: ESR_EL2. */
#define FUSIONDOCK_TRACE_SYNC 1
/* The same by a physical interrupt. a: INTID, b: pc, c: 0. */
#define FUSIONDOCK_TRACE_IRQ 2
/* The same by an SError. a: ESR_EL2.EC, b: pc, c: ESR_EL2. */
#define FUSIONDOCK_TRACE_SERROR 3
/* It goes back. a: 0, b: pc where the guest goes on, c: SPSR_EL2 it goes on with. */
#define FUSIONDOCK_TRACE_RETURN 4
/* A call by HVC, done. a: function (w0), b: first argument (x1), c: result (x0; 0 where none comes back). */
#define FUSIONDOCK_TRACE_CALL 5
/* Access to an emulated device. a: FUSIONDOCK_TRACE_ACCESS(...), b: IPA, c: value read or written. */
#define FUSIONDOCK_TRACE_MMIO 6
/* Access to what the VM does not own; it gets an abort. a: FUSIONDOCK_TRACE_READ ..., b: IPA, c: pc. */
#define FUSIONDOCK_TRACE_DENIED 7
/* An instruction the VM has not; it gets an Undefined exception. a: ESR_EL2.EC, b: pc, c: ESR_EL2. */
#define FUSIONDOCK_TRACE_UNDEFINED 8
/* A doorbell. a: target VM, b: vector, c: 0. */
#define FUSIONDOCK_TRACE_RAISED 9      /* posted, and the target is kicked */
#define FUSIONDOCK_TRACE_COALESCED 10  /* still pending from an earlier one */
#define FUSIONDOCK_TRACE_PUT_OFF 11    /* too early for doorbell-min-interval */
#define FUSIONDOCK_TRACE_REFUSED 12    /* c: FUSIONDOCK_E_*, as a signed 64-bit number */
/* An interrupt put in a list register as pending. a: INTID, b: ICH_LR<n>_EL2, c: 0. */
#define FUSIONDOCK_TRACE_INJECT 13
/* The life of a VM. a: VM, b: its epoch, c: see there. */
#define FUSIONDOCK_TRACE_VM_START 14   /* c: entry address */
#define FUSIONDOCK_TRACE_VM_END 15     /* c: FUSIONDOCK_TRACE_END_*; all its cores have left it */
#define FUSIONDOCK_TRACE_VM_FAULT 16   /* c: ESR_EL2; SYNC or SERROR before it has the pc */
#define FUSIONDOCK_TRACE_VM_WATCHDOG 17 /* c: 0; it missed its watchdog */
#define FUSIONDOCK_TRACE_VM_CONTROL 18 /* c: FUSIONDOCK_CONTROL_*; asked for by this core's VM */
/* A core of a VM starts, or is over. a: 0, b: entry address or 0, c: x0 it starts with or 0. */
#define FUSIONDOCK_TRACE_CORE_ON 19
#define FUSIONDOCK_TRACE_CORE_OFF 20
/* A VM's console output waits: buffer full or console-rate used up. a: VM, b: characters in the buffer, c: 0. */
#define FUSIONDOCK_TRACE_CONSOLE 21
/* A physical interrupt nobody wants. a: INTID, b: 0, c: 0. */
#define FUSIONDOCK_TRACE_STRAY 22
#define FUSIONDOCK_TRACE_KINDS 23

#define FUSIONDOCK_TRACE_ALL ((1u << FUSIONDOCK_TRACE_KINDS) - 2)

/* Their names, by number, for whoever shows them. */
#define FUSIONDOCK_TRACE_NAMES                                                                     \
	{                                                                                          \
		"none", "sync", "irq", "serror", "return", "call", "mmio", "denied", "undefined",  \
		"raised", "coalesced", "put-off", "refused", "inject", "vm-start", "vm-end",       \
		"vm-fault", "vm-watchdog", "vm-control", "core-on", "core-off", "console", "stray" \
	}

/* `a` of FUSIONDOCK_TRACE_MMIO: FUSIONDOCK_EXIT_GICD, _GICR or _UART; READ or WRITE; bytes. */
#define FUSIONDOCK_TRACE_ACCESS(device, how, size) ((device) | (how) << 8 | (size) << 16)
#define FUSIONDOCK_TRACE_ACCESS_DEVICE(a) ((a) & 0xff)
#define FUSIONDOCK_TRACE_ACCESS_HOW(a) ((a) >> 8 & 0xff)
#define FUSIONDOCK_TRACE_ACCESS_SIZE(a) ((a) >> 16 & 0xff)

#define FUSIONDOCK_TRACE_READ 0
#define FUSIONDOCK_TRACE_WRITE 1
#define FUSIONDOCK_TRACE_FETCH 2

/* `c` of FUSIONDOCK_TRACE_VM_END. */
#define FUSIONDOCK_TRACE_END_OFF 1   /* it powered itself off, or was stopped */
#define FUSIONDOCK_TRACE_END_RESET 2 /* it resets itself, or is reset */
#define FUSIONDOCK_TRACE_END_FAULT 3 /* the base stopped it */

/* `vm` of an event on a core that belongs to none. */
#define FUSIONDOCK_TRACE_NO_VM 0xff

#ifndef __ASSEMBLER__

struct fusiondock_trace_header {
	unsigned int magic;           /* FUSIONDOCK_TRACE_MAGIC */
	unsigned int layout;          /* FUSIONDOCK_TRACE_LAYOUT */
	unsigned int cores;           /* number of rings */
	unsigned int events;          /* in each ring, a power of two */
	unsigned int first;           /* offset of the first ring */
	unsigned int stride;          /* from one ring to the next */
	unsigned long long frequency; /* ticks of `time` in a second */
	unsigned long long mask;      /* bit n: events of kind n are recorded */
	unsigned long long unused[3]; /* 0 */
};

struct fusiondock_trace_ring {
	unsigned long long written; /* events ever, the number of the next one */
	unsigned long long mpidr;   /* affinity of the core, as in `cpus` of the description */
	unsigned long long unused[6];
	/* header.events events follow */
};

struct fusiondock_trace_event {
	unsigned long long time; /* CNTPCT_EL0 */
	unsigned short kind;     /* FUSIONDOCK_TRACE_SYNC ... */
	unsigned char vm;        /* the core's VM, or FUSIONDOCK_TRACE_NO_VM */
	unsigned char vcpu;      /* number of the core within that VM */
	unsigned int a;
	unsigned long long b, c;
};

#ifndef __cplusplus
_Static_assert(sizeof(struct fusiondock_trace_header) == FUSIONDOCK_TRACE_LINE, "layout 1");
_Static_assert(sizeof(struct fusiondock_trace_ring) == FUSIONDOCK_TRACE_LINE, "layout 1");
_Static_assert(sizeof(struct fusiondock_trace_event) == FUSIONDOCK_TRACE_EVENT, "layout 1");
#endif

#endif

#endif
