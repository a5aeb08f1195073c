/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PL011 (Arm DDI 0183) a VM sees at its console address. Characters it sends go to a sink that
 * may be full: then UARTFR.TXFF shows it and the guest waits, as on the real device. Any core of the
 * VM may call; vuart_receive also the core that takes the machine's UART interrupt.
 */
#ifndef BASE_DEV_VUART_H
#define BASE_DEV_VUART_H

#include <stdbool.h>
#include <stdint.h>
#include "arch/spinlock.h"

#define VUART_RX 1024 /* deeper than the device's, so that pasted text is not lost */

struct vuart {
	struct spinlock lock;
	void *sink;
	uint32_t ris, imsc, cr, lcr_h, ibrd, fbrd, ifls;
	uint8_t rx[VUART_RX];
	uint32_t rx_head, rx_count;
};

/*
 * Where the characters go, by the console. Room: a driver that looked once may write a FIFO's worth
 * (32) without looking again. What finds no room is dropped.
 */
bool vuart_sink_room(const void *sink);
void vuart_sink_put(void *sink, char c);

void vuart_reset(struct vuart *u, void *sink);

/* One access at offset 0 .. 0xfff; the registers are at most 16 bits wide, any size reads them. */
uint32_t vuart_read(struct vuart *u, uint32_t offset);
void vuart_write(struct vuart *u, uint32_t offset, uint32_t value);

/* A character typed for this VM; false when its receive FIFO is full (the character is dropped). */
bool vuart_receive(struct vuart *u, char c);

/* The level of the interrupt output. */
bool vuart_line(struct vuart *u);

#endif
