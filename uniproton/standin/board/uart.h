/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOARD_UART_H
#define BOARD_UART_H

#include "prt_typedef.h"

/* PL011 on, interrupts of it off. */
void uart_init(void);

/* Waits while the transmit FIFO is full. Any context. */
void uart_put(char c);

/* Lets the receive interrupt through (PRT_HwiEnable is the caller's). */
void uart_receive_on(void);

/* In the handler: first clear, then take until there is none (negative). */
void uart_receive_clear(void);
int uart_get(void);

#endif
