/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/uart.h"

#include "arch/mmu.h"
#include "dev/mmio.h"
#include "dev/uartregs.h"

static uint64_t uart;

bool uart_init(uint64_t base)
{
	if (!mmu_map(base, 0x1000, MMU_DEVICE))
		return false;
	uart = base;
	mmio_write32(uart + UARTLCR_H, UARTLCR_H_WLEN8 | UARTLCR_H_FEN);
	mmio_write32(uart + UARTCR, UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE);
	mmio_write32(uart + UARTICR, UARTINT_ALL);
	mmio_write32(uart + UARTIMSC, UARTINT_RX | UARTINT_RT);
	return true;
}

bool uart_put(char c)
{
	if (!uart)
		return true;
	if (mmio_read32(uart + UARTFR) & UARTFR_TXFF)
		return false;
	mmio_write32(uart + UARTDR, (uint8_t)c);
	return true;
}

bool uart_get(char *c)
{
	if (!uart || mmio_read32(uart + UARTFR) & UARTFR_RXFE)
		return false;
	*c = (char)mmio_read32(uart + UARTDR);
	return true;
}

void uart_want_tx(bool on)
{
	mmio_write32(uart + UARTIMSC, UARTINT_RX | UARTINT_RT | (on ? UARTINT_TX : 0));
}
