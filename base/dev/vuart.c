/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/vuart.h"

#include "dev/uartregs.h"

#define IFLS_RESET 0x12u
#define CR_RESET 0x300u
#define RX_TRIGGER 16u

/* UARTPeriphID0-3 of revision 1.5 and UARTPCellID0-3, one byte each. */
static const uint8_t ids[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

void vuart_reset(struct vuart *u, void *sink)
{
	u->sink = sink;
	u->ris = u->imsc = u->lcr_h = u->ibrd = u->fbrd = 0;
	u->cr = CR_RESET;
	u->ifls = IFLS_RESET;
	u->rx_head = u->rx_count = 0;
}

/* Without room the transmit FIFO is above its trigger level, so UARTTXINTR is low. */
static uint32_t raw_interrupts(const struct vuart *u)
{
	return vuart_sink_room(u->sink) ? u->ris : u->ris & ~UARTINT_TX;
}

static uint32_t flags(const struct vuart *u)
{
	uint32_t fr = UARTFR_CTS | UARTFR_DSR | UARTFR_DCD;

	fr |= vuart_sink_room(u->sink) ? UARTFR_TXFE : UARTFR_TXFF;
	if (u->rx_count == 0)
		fr |= UARTFR_RXFE;
	if (u->rx_count == VUART_RX)
		fr |= UARTFR_RXFF;
	return fr;
}

static uint32_t take(struct vuart *u)
{
	uint32_t c = 0;

	if (u->rx_count) {
		c = u->rx[u->rx_head];
		u->rx_head = (u->rx_head + 1) % VUART_RX;
		u->rx_count--;
	}
	if (u->rx_count == 0)
		u->ris &= ~(UARTINT_RX | UARTINT_RT);
	else if (u->rx_count < RX_TRIGGER)
		u->ris &= ~UARTINT_RX;
	return c;
}

static uint32_t read_locked(struct vuart *u, uint32_t offset)
{
	if (offset >= UARTPERIPHID0 && offset <= UARTPCELLID3)
		return offset & 3 ? 0 : ids[(offset - UARTPERIPHID0) / 4];
	switch (offset) {
	case UARTDR:
		return take(u);
	case UARTFR:
		return flags(u);
	case UARTIBRD:
		return u->ibrd;
	case UARTFBRD:
		return u->fbrd;
	case UARTLCR_H:
		return u->lcr_h;
	case UARTCR:
		return u->cr;
	case UARTIFLS:
		return u->ifls;
	case UARTIMSC:
		return u->imsc;
	case UARTRIS:
		return raw_interrupts(u);
	case UARTMIS:
		return raw_interrupts(u) & u->imsc;
	default:
		return 0; /* UARTICR is write-only and reads as 0: UniProton does read it */
	}
}

static void write_locked(struct vuart *u, uint32_t offset, uint32_t v)
{
	switch (offset) {
	case UARTDR:
		/* A character written in spite of TXFF may be lost, as on the device. */
		vuart_sink_put(u->sink, (char)v);
		u->ris |= UARTINT_TX;
		break;
	case UARTIBRD:
		u->ibrd = v & 0xffff;
		break;
	case UARTFBRD:
		u->fbrd = v & 0x3f;
		break;
	case UARTLCR_H:
		u->lcr_h = v & 0xff;
		break;
	case UARTCR:
		u->cr = v & 0xffff;
		break;
	case UARTIFLS:
		u->ifls = v & 0x3f;
		break;
	case UARTIMSC:
		u->imsc = v & UARTINT_ALL;
		break;
	case UARTICR:
		u->ris &= ~v;
		break;
	default:
		break;
	}
}

uint32_t vuart_read(struct vuart *u, uint32_t offset)
{
	uint32_t v;

	spin_lock(&u->lock);
	v = read_locked(u, offset);
	spin_unlock(&u->lock);
	return v;
}

void vuart_write(struct vuart *u, uint32_t offset, uint32_t value)
{
	spin_lock(&u->lock);
	write_locked(u, offset, value);
	spin_unlock(&u->lock);
}

bool vuart_receive(struct vuart *u, char c)
{
	bool room;

	spin_lock(&u->lock);
	room = u->rx_count < VUART_RX;
	if (room) {
		u->rx[(u->rx_head + u->rx_count++) % VUART_RX] = (uint8_t)c;
		u->ris |= UARTINT_RT | (u->rx_count >= RX_TRIGGER ? UARTINT_RX : 0);
	}
	spin_unlock(&u->lock);
	return room;
}

bool vuart_line(struct vuart *u)
{
	bool high;

	spin_lock(&u->lock);
	high = (raw_interrupts(u) & u->imsc) != 0;
	spin_unlock(&u->lock);
	return high;
}
