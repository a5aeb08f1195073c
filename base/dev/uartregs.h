/* SPDX-License-Identifier: Apache-2.0 */
/* PL011 registers (Arm DDI 0183), for the machine's UART and for the emulated one. */
#ifndef BASE_DEV_UARTREGS_H
#define BASE_DEV_UARTREGS_H

#define UARTDR 0x00
#define UARTRSR 0x04
#define UARTFR 0x18
#define UARTILPR 0x20
#define UARTIBRD 0x24
#define UARTFBRD 0x28
#define UARTLCR_H 0x2c
#define UARTCR 0x30
#define UARTIFLS 0x34
#define UARTIMSC 0x38
#define UARTRIS 0x3c
#define UARTMIS 0x40
#define UARTICR 0x44
#define UARTDMACR 0x48
#define UARTPERIPHID0 0xfe0
#define UARTPCELLID3 0xffc

#define UARTFR_CTS 0x01u
#define UARTFR_DSR 0x02u
#define UARTFR_DCD 0x04u
#define UARTFR_RXFE 0x10u
#define UARTFR_TXFF 0x20u
#define UARTFR_RXFF 0x40u
#define UARTFR_TXFE 0x80u

#define UARTCR_RXE 0x200u
#define UARTCR_TXE 0x100u
#define UARTCR_UARTEN 0x1u
#define UARTLCR_H_FEN 0x10u
#define UARTLCR_H_WLEN8 0x60u

#define UARTINT_RX 0x010u
#define UARTINT_TX 0x020u
#define UARTINT_RT 0x040u
#define UARTINT_ALL 0x7ffu

#endif
