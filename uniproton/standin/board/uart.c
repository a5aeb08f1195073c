/* SPDX-License-Identifier: Apache-2.0 */
/* Register names and offsets: PrimeCell UART (PL011), Arm DDI 0183. */
#include "uart.h"
#include "board.h"
#include "mmio.h"

#define UARTDR 0x00
#define UARTFR 0x18
#define UARTIBRD 0x24
#define UARTFBRD 0x28
#define UARTLCR_H 0x2C
#define UARTCR 0x30
#define UARTIFLS 0x34
#define UARTIMSC 0x38
#define UARTICR 0x44

#define FR_RXFE (1u << 4)
#define FR_TXFF (1u << 5)
#define LCR_H_FEN (1u << 4)
#define LCR_H_WLEN_8 (3u << 5)
#define CR_UARTEN (1u << 0)
#define CR_TXE (1u << 8)
#define CR_RXE (1u << 9)
#define IFLS_HALF (2u << 3 | 2u)
#define INT_RX (1u << 4) /* FIFO level reached */
#define INT_RT (1u << 6) /* less than that, and quiet */

/* 16.6 fixed point: the rate is clock / (16 * divisor). */
#define DIVISOR_64 ((BOARD_UART_CLOCK * 4u + BOARD_UART_BAUD / 2) / BOARD_UART_BAUD)

static U32 uart_read(U32 offset)
{
	return mmio_read((uintptr_t)BOARD_UART_BASE + offset);
}

static void uart_write(U32 offset, U32 value)
{
	mmio_write((uintptr_t)BOARD_UART_BASE + offset, value);
}

void uart_init(void)
{
	uart_write(UARTCR, 0);
	uart_write(UARTIBRD, DIVISOR_64 / 64);
	uart_write(UARTFBRD, DIVISOR_64 % 64);
	uart_write(UARTLCR_H, LCR_H_WLEN_8 | LCR_H_FEN);
	uart_write(UARTIMSC, 0);
	uart_write(UARTCR, CR_UARTEN | CR_TXE | CR_RXE);
}

void uart_put(char c)
{
	while (uart_read(UARTFR) & FR_TXFF)
		__asm__ volatile("yield");
	uart_write(UARTDR, (U8)c);
}

void uart_receive_on(void)
{
	uart_write(UARTIFLS, IFLS_HALF);
	uart_write(UARTIMSC, INT_RX | INT_RT);
}

void uart_receive_clear(void)
{
	uart_write(UARTICR, INT_RX | INT_RT);
}

int uart_get(void)
{
	if (uart_read(UARTFR) & FR_RXFE)
		return -1;
	return (int)(uart_read(UARTDR) & 0xff);
}
