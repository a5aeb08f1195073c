/* SPDX-License-Identifier: Apache-2.0 */
/* Linker script (through the preprocessor): a flat image, entered at its first byte. */
#include "board.h"

OUTPUT_ARCH(aarch64)
ENTRY(_start)

PHDRS
{
	text PT_LOAD FLAGS(5);
	data PT_LOAD FLAGS(6);
}

SECTIONS
{
	. = BOARD_RAM_BASE;
	.text : {
		*(.text.start)
		*(.text .text.*)
	} :text
	.rodata : ALIGN(16) { *(.rodata .rodata.*) } :text
	.data : ALIGN(16) { *(.data .data.*) . = ALIGN(16); } :data
	.bss (NOLOAD) : ALIGN(16) {
		__bss_start = .;
		*(.bss .bss.* COMMON)
		. = ALIGN(16);
		__bss_end = .;
	} :data
	/* Boot and interrupt stack are one: the boot never comes back. */
	.stacks (NOLOAD) : ALIGN(16) {
		. += 0x4000;
		__boot_stack_top = .;
		__irq_stack_top = .;
		. += 0x1000;
		__fatal_stack_top = .;
	} :data
	__heap_start = .;
	__heap_end = BOARD_RAM_BASE + BOARD_RAM_SIZE;
	ASSERT(__heap_start < __heap_end, "the image does not fit in BOARD_RAM_SIZE")
	/DISCARD/ : { *(.comment) *(.note .note.*) *(.eh_frame .eh_frame_hdr) }
}
