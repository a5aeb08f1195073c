/* SPDX-License-Identifier: Apache-2.0 */
/* A virtual machine while it runs. */
#ifndef BASE_VM_VM_H
#define BASE_VM_VM_H

#include <stdbool.h>
#include <stdint.h>
#include "arch/cpu.h"
#include "arch/trapframe.h"
#include "dev/vgic.h"
#include "dev/vuart.h"
#include "fusiondock/trace.h"
#include "vm/exits.h"
#include "vm/stage2.h"
#include "vm/system.h"

enum vcpu_state {
	VCPU_OFF,
	VCPU_STARTING, /* entry and context are set, its core has not seen it yet */
	VCPU_ON,
	VCPU_LEAVING /* off for its guest, but its core has not left it yet */
};

/* One vCPU towards one VM it may ring; the short way of arch/vectors.S uses it. 64 bytes. */
struct ring {
	uint32_t *state; /* of the target VM; NULL: the general way decides */
	uint64_t *posted;
	uint64_t *kick;
	uint64_t raised, coalesced, refused; /* counted by the vCPU's own core alone */
	uint64_t unused[2];
};

struct vcpu {
	struct vgic_cpu vgic;
	struct ring rings[FUSIONDOCK_VM_MAX] __attribute__((aligned(VCPU_RINGS)));
	struct vm *vm;
	struct cpu *cpu;
	uint32_t state; /* enum vcpu_state, atomic */
	bool inside;    /* its core counts in vm.cores_in; that core alone uses it */
	uint64_t entry, context;
	uint64_t last_vector; /* where the last injected abort sent the guest */
	uint64_t exits[EXIT_KINDS];
	uint64_t first_entry; /* counter at the first guest instruction */
};

/* Work that other cores post to a VM; bits below are doorbell vectors. */
#define POST_UART 32u

enum vm_end {
	VM_END_NONE,
	VM_END_OFF = FUSIONDOCK_TRACE_END_OFF,     /* SYSTEM_OFF */
	VM_END_RESET = FUSIONDOCK_TRACE_END_RESET, /* SYSTEM_RESET: its images are loaded again */
	VM_END_FAULT = FUSIONDOCK_TRACE_END_FAULT  /* the base stopped it */
};

struct vm {
	uint32_t id;
	struct vm_desc *desc;
	struct stage2 stage2;
	uint64_t hcr, vttbr;
	struct vgic vgic;
	struct vuart uart;
	struct vcpu vcpus[SYSTEM_CPUS_PER_VM];
	uint64_t posted; /* atomic; see vm_post */
	uint32_t end;    /* enum vm_end, atomic: its cores leave the guest */
	uint32_t state;  /* FUSIONDOCK_VM_*, atomic */
	uint32_t cores_in; /* vCPUs that are not VCPU_OFF, atomic */
	uint32_t epoch;    /* how often it has been started, atomic */
	uint32_t restarts; /* faults that have started it again */
	uint32_t start_wanted; /* by a VM that controls it, atomic */
	uint64_t watchdog_due; /* counter value by which it must have called, atomic */
	uint32_t denied;   /* accesses to what it does not own, atomic */
	uint32_t faults;   /* the base stopped it, atomic */
	/* Doorbells by target and vector from 1: raised, coalesced, refused; atomic. Vector 0: vcpu.rings. */
	uint64_t rung[FUSIONDOCK_VM_MAX][FUSIONDOCK_VECTOR_MAX][3];
	struct image dtb;  /* generated, for Linux */
};

_Static_assert(offsetof(struct vgic_cpu, fast_lr) == VCPU_FAST_LR, "vectors.S");
_Static_assert(offsetof(struct vgic_cpu, posted) == VCPU_POSTED, "vectors.S");
_Static_assert(offsetof(struct vgic_cpu, dirty) == VCPU_DIRTY, "vectors.S");
_Static_assert(offsetof(struct vgic_cpu, exits_hvc) == VCPU_EXIT_HVC, "vectors.S");
_Static_assert(offsetof(struct vgic_cpu, exits_kick) == VCPU_EXIT_KICK, "vectors.S");
_Static_assert(offsetof(struct vcpu, vgic) == 0, "vectors.S");
_Static_assert(offsetof(struct vcpu, rings) == VCPU_RINGS, "vectors.S");
_Static_assert(sizeof(struct ring) == 1 << RING_SHIFT, "vectors.S");
_Static_assert(offsetof(struct ring, state) == RING_STATE, "vectors.S");
_Static_assert(offsetof(struct ring, posted) == RING_POSTED, "vectors.S");
_Static_assert(offsetof(struct ring, kick) == RING_KICK, "vectors.S");
_Static_assert(offsetof(struct ring, raised) == RING_RAISED, "vectors.S");
_Static_assert(offsetof(struct ring, coalesced) == RING_COALESCED, "vectors.S");

extern struct system the_system;
extern struct vm vms[FUSIONDOCK_VM_MAX];

/* The VM with this id, NULL when the description has none. */
struct vm *vm_by_id(uint64_t id);

/*
 * Connects a VM of the description with its cores, builds its tables and, for Linux, its device tree.
 * false after reporting why not. Boot core, once.
 */
bool vm_prepare(struct vm *vm, const struct host *host, struct cpu *cpus, struct page_pool *pool,
		system_report report);

/* Whether this SPI of the machine belongs to a device of the VM. */
bool vm_owns_spi(const struct vm *vm, uint32_t intid);

/*
 * Silences the interrupts of the VM's devices and resets those that are virtio-mmio: they would write into
 * the memory of its next life. When the VM has ended. false: one does not let itself be reset.
 */
bool vm_devices_off(struct vm *vm);

/*
 * Puts the images in place, clears the rest of the memory and brings the devices to their reset state.
 * Returns the entry address and, in *context, x0 of vCPU 0. No core of the VM is in the guest.
 */
uint64_t vm_load(struct vm *vm, uint64_t *context);

/*
 * Posts one piece of work (bit) for the VM's cores and kicks one of them. Any core. false: it was posted
 * already and not taken yet, nothing more was done.
 */
bool vm_post(struct vm *vm, uint32_t bit);

/* Brings the interrupt of the VM's UART to the level of its output. On the core of v. */
void vm_update_uart_line(struct vcpu *v);

/* Takes all posted work. On a core of the VM. */
void vm_take_posted(struct vcpu *v);

/* Ends the VM: all its cores leave the guest at their next trap, which is forced. Any core. */
void vm_stop(struct vm *vm, enum vm_end how);

#endif
