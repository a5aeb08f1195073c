/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's PL011, which the base alone drives. Callers hold the console's output lock. */
#ifndef BASE_DEV_UART_H
#define BASE_DEV_UART_H

#include <stdbool.h>
#include <stdint.h>

/* Maps and starts the UART with the line settings the firmware left. Boot core. */
bool uart_init(uint64_t base);

/* Hands one character over; false when the transmit FIFO is full. */
bool uart_put(char c);

/* Takes one received character; false when there is none. */
bool uart_get(char *c);

/* Ask for an interrupt when there is room to transmit; received characters always ask. */
void uart_want_tx(bool on);

#endif
