/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GICv3 a VM sees: a register model of distributor and redistributors, delivered through the
 * list registers of the cores it runs on. Two security states are not modelled (GICD_CTLR.DS = 1),
 * nor LPIs.
 *
 * An interrupt's state lives either in the model or in one list register (bank.in_lr). vgic_sync
 * moves it back into the model, vgic_flush picks what the core shall see next.
 *
 * All functions with a struct vgic_cpu run on that vCPU's own core. The lock is only ever taken by
 * cores of the same VM: other VMs reach it through the vCPU's posted work (vm/vcpu.h), never here.
 */
#ifndef BASE_DEV_VGIC_H
#define BASE_DEV_VGIC_H

#include <stdbool.h>
#include <stdint.h>
#include "arch/spinlock.h"
#include "dev/gicregs.h"
#include "dev/ich.h"

#define VGIC_CPU_MAX 8
#define VGIC_NO_DOORBELL GIC_SPURIOUS
#define VGIC_BANKS 32 /* of 32 INTIDs; bank 0 is private to a vCPU */

struct vgic_bank {
	uint32_t group;       /* IGROUPR */
	uint32_t enabled;     /* ISENABLER */
	uint32_t latch;       /* pending by edge or by write */
	uint32_t line;        /* input level of a level-triggered interrupt */
	uint32_t active;      /* ISACTIVER, as of the last sync for what is in a list register */
	uint32_t edge;        /* ICFGR */
	uint32_t in_lr;       /* held by list register of vCPU owner[] */
	uint32_t lr_latch;    /* the list register holds what was in latch */
	uint32_t hw;          /* latch is a physical interrupt, which waits for the guest's EOI */
	uint32_t lr_hw;       /* the list register holds what was in hw */
	uint32_t drop_latch;  /* cleared by a write while in another core's list register: */
	uint32_t drop_active; /*   its owner applies that at its next sync */
	uint8_t priority[32];
	uint8_t running[32]; /* while active: the priority it was acknowledged with */
	uint8_t owner[32];
};

struct vgic_cpu {
	/* The first five are the doorbell's short way in arch/vectors.S. */
	uint64_t fast_lr;    /* what shows the doorbell as pending in list register 0; 0: general way */
	uint64_t *posted;    /* the VM's posted work */
	uint64_t dirty;      /* the model changed since the last flush; atomic */
	uint64_t exits_hvc;  /* exits of the short way */
	uint64_t exits_kick;
	struct vgic *vgic;
	uint64_t kick;       /* ICC_SGI1R_EL1 value that kicks this vCPU's core */
	struct vgic_bank private_irqs;
	uint32_t index;      /* vCPU number; its guest MPIDR affinity is Aff0 = index */
	uint32_t waker;
	uint32_t lr_used; /* list registers that may be in use, from 0 */
	uint32_t outside; /* active ones that no list register has room for */
	uint16_t lr_intid[ICH_LR_MAX];
	bool claims_doorbell; /* list register 0 is the doorbell's */
	bool online;
};

struct vgic {
	struct spinlock lock;
	uint32_t ctlr; /* enable bits */
	uint32_t doorbell; /* INTID with a list register of its own, VGIC_NO_DOORBELL: none */
	uint64_t kick;     /* of the vCPU that a doorbell is for; atomic */
	uint32_t cpu_count;
	struct vgic_cpu *cpus[VGIC_CPU_MAX];
	struct vgic_bank spis[VGIC_BANKS - 1];
	uint64_t irouter[VGIC_BANKS * 32];
};

/*
 * Gives the VM one more vCPU (at most VGIC_CPU_MAX) on the core with these affinity fields. Once for each,
 * before vgic_reset.
 */
void vgic_add_cpu(struct vgic *g, struct vgic_cpu *c, uint64_t host_mpidr);

/* Power-on state, no vCPU online. Before the VM runs. */
void vgic_reset(struct vgic *g);

/* Power-on state of one vCPU's private interrupts and list registers; online from here on. */
void vgic_cpu_start(struct vgic_cpu *c);

/* Takes the vCPU out of delivery and ends physical interrupts it still holds. */
void vgic_cpu_stop(struct vgic_cpu *c);

/* Before returning to the guest: makes the list registers fit the model if it changed. */
void vgic_enter(struct vgic_cpu *c);

/* The list registers may have changed under us (maintenance interrupt): look again. */
void vgic_mark_dirty(struct vgic_cpu *c);

/* An edge on intid; an SGI or PPI goes to vCPU `to`. Called on the core of c. */
void vgic_raise(struct vgic_cpu *c, struct vgic_cpu *to, uint32_t intid);

/* The level of an SPI input. */
void vgic_set_line(struct vgic_cpu *c, uint32_t intid, bool high);

/* A physical interrupt that belongs to the guest (timer of this core, SPI of a device) has been taken. */
void vgic_raise_hw(struct vgic_cpu *c, uint32_t intid);

/* A write to ICC_SGI1R_EL1. */
void vgic_send_sgi(struct vgic_cpu *c, uint64_t sgi1r);

/* A write to ICC_DIR_EL1, which traps when its interrupt may be in no list register of this core. */
void vgic_deactivate(struct vgic_cpu *c, uint64_t dir);

/*
 * One access to the distributor frame or to the redistributor frames (offset from the first one).
 * size 1, 2, 4, 8. What is not there reads as zero and ignores writes.
 */
uint64_t vgic_dist_read(struct vgic_cpu *c, uint32_t offset, unsigned int size);
void vgic_dist_write(struct vgic_cpu *c, uint32_t offset, unsigned int size, uint64_t value);
uint64_t vgic_redist_read(struct vgic_cpu *c, uint32_t offset, unsigned int size);
void vgic_redist_write(struct vgic_cpu *c, uint32_t offset, unsigned int size, uint64_t value);

/* Between the files of the emulated GIC, under the lock. */
struct vgic_bank *vgic_bank(struct vgic_cpu *c, uint32_t intid);
void vgic_sync(struct vgic_cpu *c);
void vgic_sync_doorbell(struct vgic_cpu *c); /* the doorbell's own list register alone */
struct vgic_cpu *vgic_target(struct vgic_cpu *c, uint32_t intid); /* NULL: no core is on for it */
void vgic_changed(struct vgic_cpu *c, uint32_t intid);
void vgic_poke(struct vgic_cpu *self, struct vgic_cpu *t); /* t looks again; t may be NULL */

/*
 * Ends physical interrupts whose end the guest will not signal: it withdrew the cause before it took them,
 * or cleared their state by a write. They come again if their line is high. A private bank: on its own core.
 */
void vgic_end_dropped_hw(struct vgic_bank *b, uint32_t first);

/* Whether the input line of a guest-owned physical interrupt of this core is high. By the timer. */
bool timer_line(uint32_t intid);

#endif
