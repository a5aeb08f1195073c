/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2 exception vectors (Arm ARM D1.3). A guest's registers go to a struct guest_regs at the
 * top of the core's stack; one C function handles the trap and returns here; everything is
 * restored and the guest goes on. EL1 system registers stay live: a core runs one VM for ever.
 */
#include "arch/asm.h"
#include "fusiondock/hypercall.h"

#define ESR_HVC64_0 0x5a000000 /* EC = HVC from AArch64, IL, immediate 0 */
#define ICC_SGI1R_EL1 S3_0_C12_C11_5
#define ICC_IAR1_EL1 S3_0_C12_C12_0
#define ICC_EOIR1_EL1 S3_0_C12_C12_1
#define ICC_DIR_EL1 S3_0_C12_C11_1
#define ICH_LR0_EL2 S3_4_C12_C12_0

	.macro	save_guest
	sub	sp, sp, #REGS_SIZE
	stp	x0, x1, [sp, #REGS_X(0)]
	stp	x2, x3, [sp, #REGS_X(2)]
	stp	x4, x5, [sp, #REGS_X(4)]
	stp	x6, x7, [sp, #REGS_X(6)]
	stp	x8, x9, [sp, #REGS_X(8)]
	stp	x10, x11, [sp, #REGS_X(10)]
	stp	x12, x13, [sp, #REGS_X(12)]
	stp	x14, x15, [sp, #REGS_X(14)]
	stp	x16, x17, [sp, #REGS_X(16)]
	stp	x18, x19, [sp, #REGS_X(18)]
	stp	x20, x21, [sp, #REGS_X(20)]
	stp	x22, x23, [sp, #REGS_X(22)]
	stp	x24, x25, [sp, #REGS_X(24)]
	stp	x26, x27, [sp, #REGS_X(26)]
	stp	x28, x29, [sp, #REGS_X(28)]
	mrs	x0, elr_el2
	stp	x30, x0, [sp, #REGS_X(30)]
	mrs	x1, spsr_el2
	str	x1, [sp, #REGS_SPSR]
	mov	x29, xzr		/* the guest's frames are not ours to follow in a panic */
	.endm

	.macro	guest_vector handler
	.balign	0x80
	save_guest
	mov	x0, sp
	bl	\handler
	b	guest_return
	.endm

	.macro	base_vector kind
	.balign	0x80
	save_guest
	mov	x0, sp
	mov	x1, #\kind
	bl	trap_from_base
	b	.
	.endm

	.section .vectors, "ax"
	.balign	0x800
	.global	vectors
vectors:
	base_vector 0
	base_vector 1
	base_vector 2
	base_vector 3
	base_vector 4
	base_vector 5
	base_vector 6
	base_vector 7
	.balign	0x80
	b	sync_entry
	.balign	0x80
	b	irq_entry
	guest_vector trap_irq
	guest_vector trap_serror
	/* AArch32 guests are never started; the same handlers would stop one. */
	guest_vector trap_sync
	guest_vector trap_irq
	guest_vector trap_irq
	guest_vector trap_serror

	/*
	 * The doorbell's short way, both ends. What is not the plain case goes the general way, which
	 * does the same in C: svc/doorbell.c and dev/vgic.c. bench/base/doorbell.py counts.
	 */

	/* An HVC that rings vector 0 of a VM which runs and which the caller may ring. */
sync_entry:
	stp	x3, x4, [sp, #-48]!
	stp	x5, x6, [sp, #16]
	str	x7, [sp, #32]
	mrs	x3, esr_el2
	mov	w4, #ESR_HVC64_0
	cmp	x3, x4
	b.ne	sync_general
	cmp	x0, #FUSIONDOCK_ORIGINAL_RING
	b.ne	1f
	cmp	x1, #FUSIONDOCK_ORIGINAL_IPI
	b.ne	sync_general
	mov	x4, x2
	b	2f
1:	mov	w4, #(FUSIONDOCK_CALL_RING & 0xffff)
	movk	w4, #(FUSIONDOCK_CALL_RING >> 16), lsl #16
	cmp	x0, x4
	b.ne	sync_general
	cbnz	x2, sync_general
	mov	x4, x1
2:	cmp	x4, #FUSIONDOCK_VM_MAX
	b.hs	sync_general
	mrs	x5, tpidr_el2
	ldr	x5, [x5, #CPU_VCPU]
	add	x4, x5, x4, lsl #RING_SHIFT
	ldr	x6, [x4, #(VCPU_RINGS + RING_STATE)]
	cbz	x6, sync_general
	ldr	w6, [x6]
	cmp	w6, #FUSIONDOCK_VM_RUNNING
	b.ne	sync_general
	ldr	x6, [x4, #(VCPU_RINGS + RING_POSTED)]
	/* As in doorbell_ring: the caller's stores first; partner is the peer's exception entry. */
	dsb	ish
3:	ldaxr	x3, [x6]
	tbnz	x3, #0, 4f
	orr	x3, x3, #1
	/* Release: pairs with the acquire in irq_entry and in vm_take_posted. */
	stlxr	w7, x3, [x6]
	cbnz	w7, 3b
	ldr	x3, [x4, #(VCPU_RINGS + RING_KICK)]
	ldr	x3, [x3]
	/* Posted before the interrupt; pairs with the dsb behind ICC_IAR1_EL1 in irq_entry. */
	dsb	ishst
	msr	ICC_SGI1R_EL1, x3
	ldr	x3, [x4, #(VCPU_RINGS + RING_RAISED)]
	add	x3, x3, #1
	str	x3, [x4, #(VCPU_RINGS + RING_RAISED)]
	b	5f
4:	ldr	x3, [x4, #(VCPU_RINGS + RING_COALESCED)]
	add	x3, x3, #1
	str	x3, [x4, #(VCPU_RINGS + RING_COALESCED)]
5:	ldr	x3, [x5, #VCPU_EXIT_HVC]
	add	x3, x3, #1
	str	x3, [x5, #VCPU_EXIT_HVC]
	mov	x0, #0
	ldr	x7, [sp, #32]
	ldp	x5, x6, [sp, #16]
	ldp	x3, x4, [sp], #48
	eret
	dsb	nsh
	isb

sync_general:
	ldr	x7, [sp, #32]
	ldp	x5, x6, [sp, #16]
	ldp	x3, x4, [sp], #48
	save_guest
	mov	x0, sp
	bl	trap_sync
	b	guest_return

	/* The kick of a sender, with nothing else to do than to show the doorbell to the guest. */
irq_entry:
	stp	x0, x1, [sp, #-32]!
	stp	x2, x3, [sp, #16]
	mrs	x0, tpidr_el2
	mrs	x1, ICC_IAR1_EL1
	/* The acknowledge takes effect before what is read below; see gic_ack. */
	dsb	sy
	cbnz	x1, irq_other		/* GIC_SGI_KICK is 0 */
	msr	ICC_EOIR1_EL1, x1
	msr	ICC_DIR_EL1, x1
	ldr	x0, [x0, #CPU_VCPU]
	ldr	w2, [x0, #VCPU_DIRTY]
	cbnz	w2, irq_kicked
	ldr	x3, [x0, #VCPU_FAST_LR]
	cbz	x3, irq_kicked
	ldr	x2, [x0, #VCPU_POSTED]
	/* Acquire: pairs with the release in sync_entry and vm_post. */
1:	ldaxr	x1, [x2]
	cmp	x1, #1
	b.ne	irq_kicked
	stlxr	w1, xzr, [x2]
	cbnz	w1, 1b
	mrs	x1, ICH_LR0_EL2
	tbnz	x1, #62, 2f		/* pending already: it stays */
	orr	x2, x1, #(1 << 62)	/* active: pending behind it */
	tst	x1, #(1 << 63)
	csel	x3, x2, x3, ne
	msr	ICH_LR0_EL2, x3
2:	ldr	x1, [x0, #VCPU_EXIT_KICK]
	add	x1, x1, #1
	str	x1, [x0, #VCPU_EXIT_KICK]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #32
	eret
	dsb	nsh
	isb

irq_other:
	str	x1, [x0, #CPU_INTID]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #32
	save_guest
	mov	x0, sp
	bl	trap_irq_acknowledged
	b	guest_return

irq_kicked:
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #32
	save_guest
	mov	x0, sp
	bl	trap_kicked
	b	guest_return

	/* Enters the guest for the first time: x0 = struct guest_regs at the top of the stack. */
	.global	guest_enter
guest_enter:
	mov	sp, x0
guest_return:
	ldr	x1, [sp, #REGS_SPSR]
	ldp	x30, x0, [sp, #REGS_X(30)]
	msr	spsr_el2, x1
	msr	elr_el2, x0
	ldp	x28, x29, [sp, #REGS_X(28)]
	ldp	x26, x27, [sp, #REGS_X(26)]
	ldp	x24, x25, [sp, #REGS_X(24)]
	ldp	x22, x23, [sp, #REGS_X(22)]
	ldp	x20, x21, [sp, #REGS_X(20)]
	ldp	x18, x19, [sp, #REGS_X(18)]
	ldp	x16, x17, [sp, #REGS_X(16)]
	ldp	x14, x15, [sp, #REGS_X(14)]
	ldp	x12, x13, [sp, #REGS_X(12)]
	ldp	x10, x11, [sp, #REGS_X(10)]
	ldp	x8, x9, [sp, #REGS_X(8)]
	ldp	x6, x7, [sp, #REGS_X(6)]
	ldp	x4, x5, [sp, #REGS_X(4)]
	ldp	x2, x3, [sp, #REGS_X(2)]
	ldp	x0, x1, [sp, #REGS_X(0)]
	add	sp, sp, #REGS_SIZE
	eret
	/* No speculation past the return into the guest. */
	dsb	nsh
	isb

	/*
	 * uint64_t smccc_smc(uint64_t fn, a1, a2, a3): a call to the firmware. Only x0-x3
	 * carry arguments; SMCCC 1.0 firmware may spoil x4-x17.
	 */
	.text
	.global	smccc_smc
smccc_smc:
	smc	#0
	ret
