/* SPDX-License-Identifier: Apache-2.0 */
/*
 * QEMU's own board, bare (-M virt,gic-version=3, no EL2, no base), for the kernel's
 * test. The image lies 2 MiB above the start of RAM, where QEMU puts the device tree.
 */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_RAM_BASE 0x40200000
#define BOARD_RAM_SIZE 0x01000000

#define BOARD_GICD_BASE 0x08000000
#define BOARD_GICR_BASE 0x080A0000
#define BOARD_SPI_LAST 287

#define BOARD_UART_BASE 0x09000000
#define BOARD_UART_CLOCK 24000000
#define BOARD_UART_BAUD 115200
#define BOARD_UART_INTID 33

#define BOARD_TIMER_INTID 27

#endif
