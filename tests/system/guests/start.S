/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest without an operating system. A synchronous exception is recorded in guest_fault and the
 * instruction behind it goes on; a fetch that failed goes on at the caller (x30).
 */
	.section .head, "ax"
	.global _start
_start:
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
	cmp	x1, #0x21		/* instruction abort, same level */
	csel	x2, x30, x2, eq
	msr	elr_el1, x2
	ldr	x2, [sp, #16]
	ldp	x0, x1, [sp], #32
	eret
	.balign	0x800
