/* SPDX-License-Identifier: Apache-2.0 */
/* Entry and interrupt vector of the counting guests: pingpong.c. */
	.section .head, "ax"
	.global _start
_start:
	hint	#0x7f			/* mark: first guest instruction */
	adr	x0, vectors
	msr	vbar_el1, x0
	ldr	x0, =0x2bf00000
	mov	sp, x0
	isb
	bl	guest_main
1:	wfi
	b	1b

	.text
	.balign	0x800
vectors:
	.skip	0x280
	/* Current EL with SP_ELx, IRQ. */
	hint	#0x62			/* mark: the interrupt has arrived */
	stp	x0, x1, [sp, #-176]!
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	bl	guest_irq
	ldp	x18, x30, [sp, #144]
	ldp	x16, x17, [sp, #128]
	ldp	x14, x15, [sp, #112]
	ldp	x12, x13, [sp, #96]
	ldp	x10, x11, [sp, #80]
	ldp	x8, x9, [sp, #64]
	ldp	x6, x7, [sp, #48]
	ldp	x4, x5, [sp, #32]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp], #176
	eret
	.balign	0x800
