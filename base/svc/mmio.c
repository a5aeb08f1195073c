/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/mmio.h"

#include "arch/sysreg.h"
#include "dev/trace.h"

/* ESR_EL2.ISS of a data abort (Arm ARM, ISS encoding for an exception from a Data Abort). */
#define ISS_ISV (1u << 24)
#define ISS_SAS(iss) ((iss) >> 22 & 3)
#define ISS_SSE (1u << 21)
#define ISS_SRT(iss) ((iss) >> 16 & 0x1f)
#define ISS_SF (1u << 15)
#define ISS_WNR (1u << 6)
#define XZR 31u

static bool within(ipaddr_t at, ipaddr_t start, uint64_t size, uint32_t *offset)
{
	if (at.ipa < start.ipa || at.ipa - start.ipa >= size)
		return false;
	*offset = (uint32_t)(at.ipa - start.ipa);
	return true;
}

static void accessed(struct vcpu *v, enum exit_kind kind, ipaddr_t at, unsigned int size, bool write,
		     uint64_t value)
{
	const uint32_t how[] = {FUSIONDOCK_TRACE_READ, FUSIONDOCK_TRACE_WRITE};

	v->exits[kind]++;
	trace(FUSIONDOCK_TRACE_MMIO, FUSIONDOCK_TRACE_ACCESS((uint32_t)kind, how[write], size), at.ipa, value);
}

/* Performs the access at the device that has the address. false: none has. */
static bool device(struct vcpu *v, ipaddr_t at, unsigned int size, bool write, uint64_t *value)
{
	const struct vm_desc *d = v->vm->desc;
	uint32_t offset;

	if (within(at, d->gicd, GICD_FRAME, &offset)) {
		if (write)
			vgic_dist_write(&v->vgic, offset, size, *value);
		else
			*value = vgic_dist_read(&v->vgic, offset, size);
		accessed(v, EXIT_GICD, at, size, write, *value);
		return true;
	}
	if (within(at, d->gicr, (uint64_t)GICR_FRAME * d->cpu_count, &offset)) {
		if (write)
			vgic_redist_write(&v->vgic, offset, size, *value);
		else
			*value = vgic_redist_read(&v->vgic, offset, size);
		accessed(v, EXIT_GICR, at, size, write, *value);
		return true;
	}
	if (within(at, d->uart, PAGE_SIZE, &offset)) {
		if (write)
			vuart_write(&v->vm->uart, offset, (uint32_t)*value);
		else
			*value = vuart_read(&v->vm->uart, offset);
		accessed(v, EXIT_UART, at, size, write, *value);
		vm_update_uart_line(v);
		return true;
	}
	return false;
}

static uint64_t loaded(uint64_t value, uint32_t iss, unsigned int size)
{
	unsigned int unused = 64 - 8 * size;

	value = value << unused >> unused;
	if (iss & ISS_SSE)
		value = (uint64_t)((int64_t)(value << unused) >> unused);
	return iss & ISS_SF ? value : (uint32_t)value;
}

bool mmio_emulate(struct vcpu *v, struct guest_regs *regs, uint64_t esr, ipaddr_t at)
{
	uint32_t iss = (uint32_t)esr & 0x1ffffff, srt = ISS_SRT(iss);
	unsigned int size = 1u << ISS_SAS(iss);
	bool write = iss & ISS_WNR;
	uint64_t value = 0;

	/* Load and store pairs and the like carry no syndrome: no driver uses them on device registers. */
	if (!(iss & ISS_ISV) || at.ipa % size)
		return false;
	if (write && srt != XZR)
		value = regs->x[srt] << (64 - 8 * size) >> (64 - 8 * size);
	if (!device(v, at, size, write, &value))
		return false;
	if (!write && srt != XZR)
		regs->x[srt] = loaded(value, iss, size);
	regs->elr += instruction_size(esr);
	return true;
}
