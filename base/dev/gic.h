/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's GICv3. The base takes every interrupt at EL2 as Group 1 with EOImode = 1:
 * gic_ack drops nothing, gic_drop lets further ones in, gic_deactivate ends it. An interrupt handed
 * to a guest is deactivated by the guest's own EOI through its list register.
 */
#ifndef BASE_DEV_GIC_H
#define BASE_DEV_GIC_H

#include <stdbool.h>
#include <stdint.h>

/* SGI by which one core of the base tells another to look at its posted work. */
#define GIC_SGI_KICK 0u

/* Maps and starts the distributor. Boot core, once. false: no table left to map it. */
bool gic_init(uint64_t gicd, uint64_t gicr, uint64_t gicr_size);

/* Starts the calling core's redistributor and CPU interface. false: no redistributor for it. */
bool gic_init_cpu(uint64_t mpidr);

/* SPI intid to the core with these affinity fields, by rising edge or high level, enabled. Any core. */
void gic_enable_spi(uint32_t intid, uint64_t mpidr, bool edge);

/* Disabled, neither pending nor active. Any core. */
void gic_disable_spi(uint32_t intid);

/* Whether the input of a level-triggered SPI is high, or an edge has come since the last one was taken. */
bool gic_spi_pending(uint32_t intid);

/* INTID of the interrupt taken, GIC_SPURIOUS for none. */
uint32_t gic_ack(void);
void gic_drop(uint32_t intid);
void gic_deactivate(uint32_t intid);

/* What gic_kick needs for the core with these affinity fields (ICC_SGI1R_EL1). */
uint64_t gic_kick_value(uint64_t mpidr);

/* Sends GIC_SGI_KICK. Earlier stores of the caller are visible to the receiver's handler. */
void gic_kick(uint64_t kick_value);

#endif
