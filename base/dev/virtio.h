/* SPDX-License-Identifier: Apache-2.0 */
/* virtio-mmio transports of the machine (virtio 1.0, 4.2): only how one is put to rest. */
#ifndef BASE_DEV_VIRTIO_H
#define BASE_DEV_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

/* Makes the registers reachable for the base. Boot core, once. false: no table left to map them. */
bool virtio_map(uint64_t at);

/*
 * Resets the device: it forgets its queues and touches memory no more. Any core. false: these are no
 * virtio registers, or the device has not finished within a tenth of a second.
 */
bool virtio_reset(uint64_t at);

#endif
