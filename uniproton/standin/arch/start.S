/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry: first byte of the image, EL1h, DAIF masked, MMU off, no arguments.
 * SCTLR_EL1 is never written. CPACR_EL1 keeps FP and SIMD trapped: the image is
 * built for the general registers and a context has no room for others, so a stray
 * use must be seen, not half saved.
 */
	.section .text.start, "ax"
	.globl	_start
	.type	_start, %function
_start:
	msr	daifset, #0xf
	adrp	x0, __boot_stack_top
	add	x0, x0, :lo12:__boot_stack_top
	mov	sp, x0
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el1, x0
	msr	cpacr_el1, xzr
	isb

	adrp	x0, __bss_start
	add	x0, x0, :lo12:__bss_start
	adrp	x1, __bss_end
	add	x1, x1, :lo12:__bss_end
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16	/* both ends are 16-byte aligned */
	b	1b
2:	bl	standin_main
3:	wfi
	b	3b
	.size	_start, . - _start
