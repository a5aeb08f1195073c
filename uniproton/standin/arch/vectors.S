/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions. An interrupt and the scheduler's own SVC save the whole context on the
 * stack they interrupt, run C on the interrupt stack, and leave with the context that
 * C returns: that is the context switch. All else is fatal and has a stack of its own,
 * because it may come from the interrupt stack.
 */
#define FRAME_SIZE 272
#define ESR_EC_SHIFT 26
#define ESR_EC_SVC64 0x15

	.macro	save_frame
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x0, elr_el1
	mrs	x1, spsr_el1
	stp	x30, x0, [sp, #240]
	str	x1, [sp, #256]
	.endm

	.macro	use_stack top
	mov	x0, sp
	adrp	x1, \top
	add	x1, x1, :lo12:\top
	mov	sp, x1
	.endm

	.macro	vector target
	.balign	0x80
	b	\target
	.endm

	/* A vector that must not be taken; x1 tells os_fatal which. */
	.macro	unexpected number
	.balign	0x80
	save_frame
	mov	x2, #\number
	b	fatal
	.endm

	.section .text.vectors, "ax"
	.balign	0x800
	.globl	vectors
vectors:
	unexpected 0		/* current EL with SP_EL0: never used */
	unexpected 1
	unexpected 2
	unexpected 3
	vector	sync		/* current EL with SP_EL1 */
	vector	irq
	unexpected 6		/* FIQ: Group 0 is not ours */
	unexpected 7		/* SError */
	unexpected 8		/* lower EL: there is none */
	unexpected 9
	unexpected 10
	unexpected 11
	unexpected 12
	unexpected 13
	unexpected 14
	unexpected 15

irq:
	save_frame
	use_stack __irq_stack_top
	bl	hwi_dispatch
	b	cpu_resume

sync:
	save_frame
	mrs	x1, esr_el1
	lsr	x1, x1, #ESR_EC_SHIFT
	mov	x2, #4
	cmp	x1, #ESR_EC_SVC64
	b.ne	fatal
	use_stack __irq_stack_top
	bl	sched_switch
	/* fall through */

	.globl	cpu_resume
	.type	cpu_resume, %function
cpu_resume:
	mov	sp, x0
	ldp	x30, x0, [sp, #240]
	ldr	x1, [sp, #256]
	msr	elr_el1, x0
	msr	spsr_el1, x1
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldp	x0, x1, [sp, #0]
	add	sp, sp, #FRAME_SIZE
	eret

fatal:
	use_stack __fatal_stack_top
	mov	x1, x2
	b	exc_fatal
