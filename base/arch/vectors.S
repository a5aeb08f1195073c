/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2 exception vectors (Arm ARM D1.3). A guest's registers go to a struct guest_regs at the
 * top of the core's stack; one C function handles the trap and returns here; everything is
 * restored and the guest goes on. EL1 system registers stay live: a core runs one VM for ever.
 */
#include "arch/asm.h"

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
	guest_vector trap_sync
	guest_vector trap_irq
	guest_vector trap_irq
	guest_vector trap_serror
	/* AArch32 guests are never started; the same handlers would stop one. */
	guest_vector trap_sync
	guest_vector trap_irq
	guest_vector trap_irq
	guest_vector trap_serror

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
