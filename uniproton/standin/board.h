/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine of the UniProton guest profile (docs/uniproton.md): every address and
 * interrupt number the stand-in knows. Numbers only: C, assembly and the linker
 * script include it. A machine of another shape is a directory with another board.h.
 */
#ifndef BOARD_H
#define BOARD_H

/* Loaded and entered at the first byte; everything lives inside. */
#define BOARD_RAM_BASE 0x2B000000
#define BOARD_RAM_SIZE 0x01000000

#define BOARD_GICD_BASE 0x7FFF000000
#define BOARD_GICR_BASE 0x7FFF040000 /* RD frame of the only core; SGI frame at +0x10000 */

/* SPIs 32 .. BOARD_SPI_LAST are swept at boot, whoever owns them. */
#define BOARD_SPI_LAST 386

#define BOARD_UART_BASE 0x82230000 /* PL011 */
#define BOARD_UART_CLOCK 150000000 /* Hz */
#define BOARD_UART_BAUD 115200
#define BOARD_UART_INTID 203

#define BOARD_TIMER_INTID 27 /* CNTV */

#endif
