/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First instructions of the base on every core.
 *
 * The first core enters by the arm64 Linux boot protocol (Documentation/arch/arm64/booting.rst):
 * x0 = device tree, MMU off, any 2 MiB aligned address. The other cores enter at
 * secondary_entry by PSCI CPU_ON with x0 = their struct cpu.
 *
 * The image is linked at 0 and runs where it lies: addresses come from ADR(P), and the few
 * pointers in initialised data are relocated here.
 */
#include "arch/asm.h"

	.section .head, "ax"
	.global _start
_start:
	b	primary_entry
	.word	0			/* code1 */
	.quad	0			/* text_offset */
	/* base.ld adds image_size here: it includes .bss and the stacks. */

	.section .head.text, "ax"
	.quad	0xa			/* flags: little endian, 4 KiB pages, anywhere in memory */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.word	0

primary_entry:
	mov	x20, x0
	bl	check_el2
	mov	x29, xzr		/* the backtrace of a panic ends here */

	/*
	 * What the loader left in the caches for our image is written back and dropped:
	 * from here to the MMU being on we write past the caches, and no older line may
	 * come back over these stores.
	 */
	adrp	x0, _start
	adrp	x1, _image_end
	bl	clean_invalidate_range

	adrp	x0, __bss_start
	add	x0, x0, :lo12:__bss_start
	adrp	x1, __bss_end
	add	x1, x1, :lo12:__bss_end
clear_bss:
	cmp	x0, x1
	b.hs	relocate
	stp	xzr, xzr, [x0], #16
	b	clear_bss

relocate:
	/* Elf64_Rela entries {offset, R_AARCH64_RELATIVE, addend}. */
	adrp	x9, _start
	adrp	x0, __rela_start
	add	x0, x0, :lo12:__rela_start
	adrp	x1, __rela_end
	add	x1, x1, :lo12:__rela_end
3:	cmp	x0, x1
	b.hs	4f
	ldp	x2, x3, [x0], #16
	ldr	x4, [x0], #8
	cmp	w3, #1027
	b.ne	3b
	add	x4, x4, x9
	str	x4, [x9, x2]
	b	3b

4:	adrp	x0, boot_stack_top
	add	sp, x0, :lo12:boot_stack_top
	mov	x0, x20
	adrp	x1, _start
	bl	mmu_init		/* fills the tables, MMU still off */

	/* Lines a core may have fetched speculatively while we wrote past the caches. */
	adrp	x0, _start
	adrp	x1, _image_end
	bl	clean_invalidate_range

	bl	mmu_on
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el2, x0
	isb
	mov	x0, x20
	adrp	x1, _start
	bl	base_main
	b	.

	.global secondary_entry
secondary_entry:
	mov	x20, x0
	bl	check_el2
	bl	mmu_on
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el2, x0
	isb
	ldr	x1, [x20, #CPU_STACK_TOP]
	mov	sp, x1
	mov	x29, xzr
	mov	x0, x20
	bl	base_secondary
	b	.

/* Nothing can be said before a console is known: a core that is not at EL2 stops here. */
check_el2:
	mrs	x1, CurrentEL
	cmp	x1, #(2 << 2)
	b.eq	1f
0:	wfe
	b	0b
1:	msr	daifset, #0xf
	ldr	x1, =HCR_EL2_BASE
	msr	hcr_el2, x1
	msr	tpidr_el2, xzr		/* no struct cpu yet: svc/panic.c looks */
	isb
	ret

/* x0 .. x1, by the smallest data cache line of CTR_EL0. Uses x2, x3. */
clean_invalidate_range:
	mrs	x3, ctr_el0
	ubfx	x3, x3, #16, #4
	mov	x2, #4
	lsl	x2, x2, x3
	sub	x3, x2, #1
	bic	x0, x0, x3
1:	dc	civac, x0
	add	x0, x0, x2
	cmp	x0, x1
	b.lo	1b
	dsb	sy
	ret

/* Turns the MMU and caches on with the values mmu_init left in mmu_registers. */
mmu_on:
	adrp	x0, mmu_registers
	add	x0, x0, :lo12:mmu_registers
	ldp	x1, x2, [x0]
	ldp	x3, x4, [x0, #16]
	msr	mair_el2, x1
	msr	tcr_el2, x2
	msr	ttbr0_el2, x3
	/* The new registers must be in force before old translations are dropped. */
	isb
	tlbi	alle2
	ic	iallu
	/* TLBI and IC complete before the first translated fetch. */
	dsb	nsh
	isb
	msr	sctlr_el2, x4
	isb
	ret

	.section .bss
	.balign	16
	.global	boot_stack, boot_stack_top
boot_stack:
	.skip	BOOT_STACK_SIZE
boot_stack_top:
