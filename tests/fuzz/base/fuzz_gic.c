/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that does to its GIC and its UART whatever the fuzzer wants: any register, size and offset, from
 * any core, with interrupts arriving in between. The emulation stays within itself, keeps to the list
 * registers it has, and never traps without end (base_guest.c fails on that).
 */
#include <stdlib.h>

#include "base_guest.h"
#include "dev/vuart.h"

#define CORES 3u
#define DOORBELL 64u
#define TIMER 27u
#define DEVICE 40u
#define UART_SPI 33u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct guest g;
static struct vuart uart;

static uint64_t number(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	for (unsigned int n = 0; n < bytes; n++)
		v |= (uint64_t)p[n] << 8 * n;
	return v;
}

/* Interesting offsets are near the registers: the fuzzer chooses the row, then the place in it. */
static uint32_t offset_of(const uint8_t *p)
{
	static const uint32_t rows[] = {0x0,   0x80,  0x100, 0x180,  0x200,  0x280, 0x300,  0x380,
					0x400, 0x600, 0xc00, 0xd00, 0x6000, 0x7000, 0xffd0, 0x5ff0};

	return (rows[p[0] % 16] + (uint32_t)(p[1] & 0x7f)) & 0xffff;
}

static void access_gic(struct vgic_cpu *c, const uint8_t *p)
{
	unsigned int size = 1u << (p[3] & 3);
	uint32_t offset = offset_of(p + 1) & ~(size - 1);
	uint64_t value = number(p + 4, 4) * 0x100000001ull;
	uint32_t frame = (uint32_t)(p[0] >> 4) % CORES * GICR_FRAME + (p[3] & 0x80 ? GICR_SGI : 0);

	switch (p[3] >> 4 & 3) {
	case 0:
		vgic_dist_write(c, offset, size, value);
		break;
	case 1:
		vgic_dist_read(c, offset, size);
		break;
	case 2:
		vgic_redist_write(c, frame + offset, size, value);
		break;
	default:
		vgic_redist_read(c, frame + offset, size);
		break;
	}
}

static void event(unsigned int core, const uint8_t *p)
{
	switch (p[1] % 12) {
	case 0:
		guest_edge(&g, core, 32 + p[2]);
		break;
	case 1:
		guest_line(&g, core, UART_SPI, p[2] & 1);
		break;
	case 2:
		guest_timer(&g, core, TIMER, p[2] & 1);
		break;
	case 3:
		guest_device(&g, DEVICE, p[2] & 1);
		break;
	case 4:
		guest_ring(&g);
		break;
	case 5:
		vgic_send_sgi(&g.cpus[core], number(p + 2, 6) << 8 | p[1]);
		break;
	case 6:
		guest_settle(&g);
		break;
	case 7: {
		uint32_t intid = guest_ack(&g, core);

		if (intid != SPURIOUS && p[2] & 1)
			guest_eoi(&g, core, intid);
		break;
	}
	case 8:
		guest_serve(&g, core);
		break;
	case 9:
		guest_split_end(core, p[2] & 1);
		break;
	case 10:
		if (p[2] & 1 && g.depth[core])
			guest_drop(&g, core); /* an end of anything */
		vgic_deactivate(&g.cpus[core], number(p + 3, p[2] & 2 ? 1 : 5));
		break;
	default:
		if (p[2] & 1)
			vuart_write(&uart, p[3] * 4u, (uint32_t)number(p + 4, 4));
		else
			vuart_read(&uart, (uint32_t)number(p + 3, 2) & 0xfff);
		vuart_receive(&uart, (char)p[5]);
		break;
	}
}

static void check_list_registers(void)
{
	for (unsigned int core = 0; core < CORES; core++) {
		for (unsigned int n = fake_lr_count; n < ICH_LR_MAX; n++) {
			if (fake_cores[core].lr[n])
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 9 || size > 2048)
		return 0;
	fakes_reset(NULL);
	fake_lr_count = (unsigned int[]){1, 2, 4, 16}[data[0] & 3];
	if (data[0] & 4)
		guest_make_with_doorbell(&g, CORES, data[0] & 8 ? 10 : DOORBELL);
	else
		guest_make(&g, CORES);
	vuart_reset(&uart, NULL);
	for (data++, size--; size >= 8; data += 8, size -= 8) {
		unsigned int core = data[0] % CORES;

		fake_core = core;
		if (data[0] & 8)
			event(core, data);
		else
			access_gic(&g.cpus[core], data);
	}
	guest_settle(&g);
	check_list_registers();
	return 0;
}
