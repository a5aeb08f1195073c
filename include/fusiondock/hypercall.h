/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The calls a VM makes to the base, by HVC #0 from EL1.
 *
 * Only numbers live here, so that C, assembly, the Linux kernel module and the
 * host tests can all include this one copy. Registers carry everything; no call
 * takes a guest pointer.
 *
 * Context: any EL1 context, interrupts masked or not. Every call returns in
 * bounded time and never sleeps. Calls from several cores at once are safe.
 *
 * Sources: SMC Calling Convention (Arm DEN0028) for the ranges and the return
 * code NOT_SUPPORTED; the original UniProton port for FUSIONDOCK_ORIGINAL_*.
 */
#ifndef FUSIONDOCK_HYPERCALL_H
#define FUSIONDOCK_HYPERCALL_H

/*
 * The original doorbell call, kept for ever because images in the field make it:
 * x0 = FUSIONDOCK_ORIGINAL_RING, x1 = FUSIONDOCK_ORIGINAL_IPI, x2 = target VM id.
 * Returns w0 = 0 when delivered (or already pending), non-zero otherwise.
 * x1 and up are preserved. The caller owes no barrier: the base makes the
 * caller's earlier stores visible before the target can see the interrupt.
 */
#define FUSIONDOCK_ORIGINAL_RING 1023
#define FUSIONDOCK_ORIGINAL_IPI 10

/* SMCCC: vendor specific hypervisor service, general queries (32-bit fast calls). */
#define FUSIONDOCK_CALL_UID 0x8600FF01      /* out w0..w3: FUSIONDOCK_UID_0..3 */
#define FUSIONDOCK_CALL_REVISION 0x8600FF03 /* out w0: major, w1: minor */

#define FUSIONDOCK_UID_0 0x9f6c1d0e
#define FUSIONDOCK_UID_1 0x4a5b42c7
#define FUSIONDOCK_UID_2 0x86f1b8a2
#define FUSIONDOCK_UID_3 0x3e07d5c9

/*
 * SMCCC: vendor specific hypervisor service, 64-bit fast calls. x0 returns the
 * result or one of FUSIONDOCK_E_* (as a signed 64-bit number). Registers that a
 * call does not name as output are preserved.
 */

/* Version of this interface. out x0: major << 16 | minor. */
#define FUSIONDOCK_CALL_VERSION 0xC6000000

/* Id of the calling VM. out x0: 0 .. FUSIONDOCK_VM_MAX - 1. */
#define FUSIONDOCK_CALL_VM_ID 0xC6000001

/*
 * Ring a doorbell. in x1: target VM id, x2: vector (0 = the first INTID of the
 * target's `doorbell-intids`). out x0: 0 delivered, or still pending from an
 * earlier ring (coalesced); FUSIONDOCK_E_INVALID no such VM or vector;
 * FUSIONDOCK_E_DENIED the description does not let the caller ring that VM;
 * FUSIONDOCK_E_STOPPED the target does not run.
 */
#define FUSIONDOCK_CALL_RING 0xC6000002

/*
 * Where a region is. in x1: region index in the description, from 0.
 * out x0: 0, or FUSIONDOCK_E_INVALID past the last region, or
 * FUSIONDOCK_E_DENIED for a region the caller may not see;
 * x1: IPA, x2: size in bytes (header included), x3: FUSIONDOCK_REGION_* .
 */
#define FUSIONDOCK_CALL_REGION_INFO 0xC6000003

/* x3 of FUSIONDOCK_CALL_REGION_INFO. */
#define FUSIONDOCK_REGION_READ 0x1     /* the caller may read the region */
#define FUSIONDOCK_REGION_WRITE 0x2    /* the caller may write the region */
#define FUSIONDOCK_REGION_IS_WRITER 0x4 /* the caller sends messages in it */
#define FUSIONDOCK_REGION_IS_READER 0x8 /* the caller receives messages from it */
#define FUSIONDOCK_REGION_WRITER_SHIFT 8  /* bits 15:8, id of the writer VM */
#define FUSIONDOCK_REGION_READER_SHIFT 16 /* bits 23:16, id of the reader VM */
#define FUSIONDOCK_REGION_VM_MASK 0xff

/*
 * State of a VM. in x1: VM id. out x0: FUSIONDOCK_VM_*, or FUSIONDOCK_E_INVALID; x1: epoch,
 * how often the VM has been started (1: for the first time). Every VM may ask about every VM.
 */
#define FUSIONDOCK_CALL_VM_STATE 0xC6000004

#define FUSIONDOCK_VM_OFF 0     /* never started, or it powered itself off */
#define FUSIONDOCK_VM_RUNNING 1 /* at least one of its cores is on */
#define FUSIONDOCK_VM_FAULTED 2 /* the base stopped it; the console says why */

/*
 * Control of a VM. in x1: VM id, x2: FUSIONDOCK_CONTROL_*. out x0: 0 accepted, the VM's own
 * cores carry it out and FUSIONDOCK_CALL_VM_STATE shows when; FUSIONDOCK_E_INVALID no such VM
 * or operation; FUSIONDOCK_E_DENIED the description does not let the caller control that VM;
 * FUSIONDOCK_E_STOPPED it does not run (STOP, RESET); FUSIONDOCK_E_RUNNING it runs (START).
 *
 * A VM that starts again has its images loaded anew and its memory cleared. When a VM has ended, the
 * regions it sends or receives in keep a message that is whole, and nothing half done: a long message
 * that was under way is given up (used_size SHM_USED_GIVEN_UP, op_type SHM_OP_START), and a header that
 * cannot be is mended. Its word in the state view changes, and whoever shares a region with it gets
 * doorbell vector 0; so too when it starts. A VM that starts gets it itself if a message waits for it.
 */
#define FUSIONDOCK_CALL_VM_CONTROL 0xC6000005

#define FUSIONDOCK_CONTROL_STOP 0
#define FUSIONDOCK_CONTROL_START 1
#define FUSIONDOCK_CONTROL_RESET 2

/*
 * Where a view is: memory of the base that the caller may read and nobody but the base writes.
 * in x1: FUSIONDOCK_VIEW_*. out x0: 0, or FUSIONDOCK_E_INVALID no such view in the description, or
 * FUSIONDOCK_E_DENIED the description does not show it to the caller; x1: IPA, x2: size in bytes.
 */
#define FUSIONDOCK_CALL_VIEW 0xC6000006

#define FUSIONDOCK_VIEW_STATE 0 /* <fusiondock/state.h> */
#define FUSIONDOCK_VIEW_TRACE 1 /* <fusiondock/trace.h> */
#define FUSIONDOCK_VIEW_COUNT 2

/*
 * The caller is alive: its watchdog counts anew from now. out x0: 0, or FUSIONDOCK_E_INVALID the
 * description gives the caller no watchdog; x1: the time until the next call is due, in milliseconds.
 * A VM that misses it has had a fault and is stopped, or started again, as `restart-on-fault` says.
 */
#define FUSIONDOCK_CALL_WATCHDOG 0xC6000007

/*
 * A counter of a VM: how often since the base started. in x1: VM id, x2: FUSIONDOCK_COUNTER_*, x3: which
 * one of that kind (see there; 0 where there is one alone), x4: a core of that VM, from 0, or
 * FUSIONDOCK_COUNTER_ALL_CORES. out x0: 0; x1: the number. Or x0: FUSIONDOCK_E_INVALID no such VM, counter
 * or core; FUSIONDOCK_E_DENIED another VM's, and the caller neither `observes` nor `controls` it.
 * Only exits are counted by core; for all else x4 is FUSIONDOCK_COUNTER_ALL_CORES.
 */
#define FUSIONDOCK_CALL_COUNTER 0xC6000008

#define FUSIONDOCK_COUNTER_EXITS 0     /* its cores left it for the base; x3: FUSIONDOCK_EXIT_* */
#define FUSIONDOCK_COUNTER_RAISED 1    /* doorbells it rang; x3: FUSIONDOCK_COUNTER_DOORBELL(target, vector) */
#define FUSIONDOCK_COUNTER_COALESCED 2 /* the same, still pending from an earlier one */
#define FUSIONDOCK_COUNTER_REFUSED 3   /* the same, not allowed, no such vector, or the target did not run */
#define FUSIONDOCK_COUNTER_FAULTS 4    /* the base stopped it */
#define FUSIONDOCK_COUNTER_DENIED 5    /* accesses to what it does not own */
#define FUSIONDOCK_COUNTER_RESTARTS 6  /* started again by the base after a fault */
#define FUSIONDOCK_COUNTER_STARTS 7    /* started, the first time too: its epoch */

#define FUSIONDOCK_COUNTER_ALL_CORES 0xffffffff

/* Vectors beyond the last, FUSIONDOCK_VECTOR_MAX - 1, which are always refused, are counted as the last. */
#define FUSIONDOCK_COUNTER_DOORBELL(target, vector) ((target) | (vector) << 8)

/* Why a core left its VM for the base. */
#define FUSIONDOCK_EXIT_HVC 0
#define FUSIONDOCK_EXIT_SMC 1
#define FUSIONDOCK_EXIT_SYSREG 2     /* emulated system register */
#define FUSIONDOCK_EXIT_GICD 3       /* emulated distributor */
#define FUSIONDOCK_EXIT_GICR 4       /* emulated redistributor */
#define FUSIONDOCK_EXIT_UART 5       /* emulated PL011 */
#define FUSIONDOCK_EXIT_DENIED 6     /* access to what it does not own */
#define FUSIONDOCK_EXIT_IRQ_TIMER 7  /* its timer's interrupt */
#define FUSIONDOCK_EXIT_IRQ_KICK 8   /* another core has work for it: a doorbell, mostly */
#define FUSIONDOCK_EXIT_IRQ_UART 9   /* the machine's UART */
#define FUSIONDOCK_EXIT_IRQ_DEVICE 10 /* a device of the VM's */
#define FUSIONDOCK_EXIT_IRQ_VGIC 11  /* maintenance interrupt of the GIC */
#define FUSIONDOCK_EXIT_IRQ_ALARM 12 /* the base's own timer */
#define FUSIONDOCK_EXIT_OTHER 13
#define FUSIONDOCK_EXIT_KINDS 14

/* Results. NOT_SUPPORTED is SMCCC's own. */
#define FUSIONDOCK_OK 0
#define FUSIONDOCK_E_NOT_SUPPORTED (-1) /* no such call */
#define FUSIONDOCK_E_INVALID (-2)       /* an argument names nothing that exists */
#define FUSIONDOCK_E_DENIED (-3)        /* the description does not grant it */
#define FUSIONDOCK_E_STOPPED (-4)       /* the target VM does not run */
#define FUSIONDOCK_E_RUNNING (-5)       /* the target VM runs */

#define FUSIONDOCK_VERSION_MAJOR 1
#define FUSIONDOCK_VERSION_MINOR 2

/* Limits of the base; a description beyond them is refused. */
#define FUSIONDOCK_VM_MAX 8
#define FUSIONDOCK_REGION_MAX 32
#define FUSIONDOCK_VECTOR_MAX 32

#endif
