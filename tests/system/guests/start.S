/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest without an operating system. What it was entered with is kept in guest_entry. A synchronous
 * exception is recorded in guest_fault and the instruction behind it goes on; a fetch that failed goes on
 * at the caller (x30). An interrupt calls guest_irq.
 */
	.section .head, "ax"
	.global _start
_start:
	msr	tpidr_el1, x0		/* nowhere else to put it yet */
	ldr	x0, =guest_entry
	stp	x1, x2, [x0, #8]
	stp	x3, x4, [x0, #24]
	stp	x5, x6, [x0, #40]
	stp	x7, x8, [x0, #56]
	stp	x9, x10, [x0, #72]
	stp	x11, x12, [x0, #88]
	stp	x13, x14, [x0, #104]
	stp	x15, x16, [x0, #120]
	stp	x17, x18, [x0, #136]
	stp	x19, x20, [x0, #152]
	stp	x21, x22, [x0, #168]
	stp	x23, x24, [x0, #184]
	stp	x25, x26, [x0, #200]
	stp	x27, x28, [x0, #216]
	stp	x29, x30, [x0, #232]
	mrs	x1, tpidr_el1
	str	x1, [x0]
	mrs	x1, CurrentEL
	mrs	x2, SPSel
	stp	x1, x2, [x0, #248]
	mrs	x1, DAIF
	mrs	x2, sctlr_el1
	stp	x1, x2, [x0, #264]

	adr	x0, vectors
	msr	vbar_el1, x0
	ldr	x0, =0x2bf00000
	mov	sp, x0
	isb
	bl	guest_main
1:	wfi
	b	1b

	/* Where PSCI CPU_ON may start a second core: x0 is its stack. Never returns. */
	.global guest_second
guest_second:
	mov	sp, x0
	adr	x0, vectors
	msr	vbar_el1, x0
	isb
	bl	guest_second_main
1:	wfi
	b	1b

	.text
	.balign	0x800
	.global vectors
vectors:
	.skip	0x200
	/* Current EL with SP_ELx, synchronous. */
	stp	x0, x1, [sp, #-32]!
	str	x2, [sp, #16]
	ldr	x0, =guest_fault
	mrs	x1, esr_el1
	mrs	x2, far_el1
	stp	x1, x2, [x0]
	ldr	x2, [x0, #16]
	add	x2, x2, #1
	str	x2, [x0, #16]
	mrs	x2, elr_el1
	add	x2, x2, #4
	ubfx	x1, x1, #26, #6
	sub	x1, x1, #0x21		/* instruction abort of the same level, or PC alignment fault */
	cmp	x1, #1
	csel	x2, x30, x2, ls
	msr	elr_el1, x2
	ldr	x2, [sp, #16]
	ldp	x0, x1, [sp], #32
	eret
	.balign	0x80
	/* Current EL with SP_ELx, IRQ. ELR and SPSR too: guest_irq may cause exceptions of its own. */
	stp	x0, x1, [sp, #-192]!
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	mrs	x0, elr_el1
	stp	x30, x0, [sp, #160]
	mrs	x0, spsr_el1
	str	x0, [sp, #176]
	bl	guest_irq
	b	irq_return
	.balign	0x800
irq_return:
	ldr	x0, [sp, #176]
	msr	spsr_el1, x0
	ldp	x30, x0, [sp, #160]
	msr	elr_el1, x0
	ldp	x18, x29, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #192
	eret
