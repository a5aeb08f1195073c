/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/virtio.h"

#include "arch/barrier.h"
#include "arch/mmu.h"
#include "dev/mmio.h"
#include "dev/timer.h"

#define MAGIC_VALUE 0x000
#define STATUS 0x070
#define REGISTERS 0x100
#define VIRTIO_MAGIC 0x74726976u /* "virt" */

bool virtio_map(uint64_t at)
{
	return mmu_map(at, REGISTERS, MMU_DEVICE);
}

bool virtio_reset(uint64_t at)
{
	uint64_t end = timer_now() + timer_frequency() / 10;

	if (mmio_read32(at + MAGIC_VALUE) != VIRTIO_MAGIC)
		return false;
	mmio_write32(at + STATUS, 0);
	/* The reset is over when 0 is read back (virtio 1.0, 4.2.3.1). */
	while (mmio_read32(at + STATUS)) {
		if (timer_now() > end)
			return false;
		cpu_relax();
	}
	/* What it still wrote has arrived before the caller clears that memory. */
	dsb(sy);
	return true;
}
