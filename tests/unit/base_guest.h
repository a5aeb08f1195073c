/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's side of its GIC: the virtual CPU interface as IHI 0069 has it (list registers, virtual
 * acknowledge and end of interrupt, maintenance interrupts), and accesses to the register frames.
 */
#ifndef BASE_GUEST_H
#define BASE_GUEST_H

#include "base_fakes.h"
#include "dev/vgic.h"

#define SPURIOUS 1023u
#define SGI_FRAME(offset) (GICR_SGI + (offset))
#define ROUTER(intid) (GICD_IROUTER + 8 * (intid))

struct guest {
	struct vgic vgic;
	struct vgic_cpu cpus[FAKE_CORES];
	unsigned int cpu_count;
	bool ended[FAKE_CORES]; /* an EOI maintenance interrupt is due */
	uint32_t running[FAKE_CORES][32]; /* ICH_AP1R: priorities not dropped yet */
	unsigned int depth[FAKE_CORES];
	uint32_t doorbell;
	uint64_t posted;          /* bit 0: that doorbell */
	unsigned long short_ways; /* taken so far */
};

/* A guest with that many cores, all on, its distributor's Group 1 enabled. */
void guest_make(struct guest *g, unsigned int cpus);

/* Likewise, with a doorbell that has the short way of arch/vectors.S. */
void guest_make_with_doorbell(struct guest *g, unsigned int cpus, uint32_t doorbell);

/* Accesses by a core; size 4 unless named. */
uint32_t gicd_read(struct guest *g, unsigned int core, uint32_t offset);
void gicd_write(struct guest *g, unsigned int core, uint32_t offset, uint32_t value);
uint32_t gicr_read(struct guest *g, unsigned int core, unsigned int of, uint32_t offset);
void gicr_write(struct guest *g, unsigned int core, unsigned int of, uint32_t offset,
		uint32_t value);

/* Group 1, priority, enabled, edge or level, routed to vCPU 0 (SPI), by accesses of `core`. */
void guest_setup(struct guest *g, unsigned int core, uint32_t intid, uint8_t priority, bool edge);

/* IROUTER of an SPI, and ICC_SGI1R_EL1, written by `core`. */
void guest_route(struct guest *g, unsigned int core, uint32_t intid, uint64_t value);
void guest_send_sgi(struct guest *g, unsigned int core, uint64_t sgi1r);

/* Other devices of the VM; run on `core`. */
void guest_edge(struct guest *g, unsigned int core, uint32_t intid);
void guest_line(struct guest *g, unsigned int core, uint32_t intid, bool high);

/* The core's timer output; a rising one is taken by the base at once unless it is active. */
void guest_timer(struct guest *g, unsigned int core, uint32_t intid, bool high);

/*
 * A device of the machine that the VM owns, its SPI routed to core 0: a rising or falling line of a
 * level-triggered SPI, or one edge.
 */
void guest_device(struct guest *g, uint32_t intid, bool high);

/* Another VM rings: posts, and kicks whom the GIC names, unless it is posted already. */
void guest_ring(struct guest *g);

/* Back into the guest, as after any trap: posted work first. */
void guest_enter_core(struct guest *g, unsigned int core);

/* A kick by the short way, as arch/vectors.S has it. false: it is not the plain case. */
bool guest_short_way(struct guest *g, unsigned int core);

/* All traps the machine forces now on any core (kicks, timers, maintenance), until there are none.
 */
void guest_settle(struct guest *g);

/* ICC_IAR1_EL1: INTID or SPURIOUS. ICC_EOIR1_EL1: of the highest active one, as the GIC demands. */
uint32_t guest_ack(struct guest *g, unsigned int core);
void guest_eoi(struct guest *g, unsigned int core, uint32_t intid);

/* ICC_EOIR1_EL1 of one that is not active any more: its priority is dropped, and that is all. */
void guest_drop(struct guest *g, unsigned int core);

/* ICC_CTLR_EL1.EOImode, and ICC_DIR_EL1: of any active one. */
void guest_split_end(unsigned int core, bool on);
void guest_dir(struct guest *g, unsigned int core, uint32_t intid);

/* Settles and acknowledges. */
uint32_t guest_take(struct guest *g, unsigned int core);

/* Settles, acknowledges and ends; INTID or SPURIOUS. */
uint32_t guest_serve(struct guest *g, unsigned int core);

/* Each core serves one interrupt: bit n, core n got this one. Another one fails the test. */
unsigned int guest_who_got(struct guest *g, uint32_t intid);

/* The list register of `core` that holds intid, 0: none. */
uint64_t guest_lr(unsigned int core, uint32_t intid);

#endif
