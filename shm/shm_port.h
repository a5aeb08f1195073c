/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a port supplies to the library, besides shm_counter(), shm_counter_frequency(),
 * shm_region_info(), shm_map(), shm_wait_ipi(), shm_vm_id() and shm_vm_life() of shm_pub.h.
 *
 * The port is an object linked beside libshm_pub.a. Freestanding, memcpy() is needed too.
 */
#ifndef SHM_PORT_H
#define SHM_PORT_H

#include "shm_pub.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The doorbell of this side: &linux_shmIpi or &uniproton_shmIpi. */
extern struct shm_ipi_func *const shm_port_ipi;

/*
 * Called between two looks at a region while a call waits. round counts up from 0 in each
 * wait and stays at its maximum. First relax the core (AArch64: YIELD), later yield or
 * sleep, briefly: a bounded wait ends no sooner than this returns. Called in the context
 * of the waiting call, so in an ISR it must not sleep. It must not call the library.
 */
void shm_port_pause(unsigned int round);

#ifdef __cplusplus
}
#endif

#endif
