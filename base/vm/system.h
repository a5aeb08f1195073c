/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system description: which VMs there are, what each owns, and what they share. docs/systems.md is
 * its reference. Read once from the device tree in the bundle, checked as a whole, constant afterwards.
 */
#ifndef BASE_VM_SYSTEM_H
#define BASE_VM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arch/addr.h"
#include "fusiondock/hypercall.h"
#include "vm/host.h"

#define SYSTEM_CPUS_PER_VM 8
#define SYSTEM_LABEL 24
#define SYSTEM_BOOTARGS 512
#define SYSTEM_CONSOLE_RATE 65536u /* default of console-rate */
#define SYSTEM_DESCRIPTION_MAX 65536u /* bytes of the blob */
#define IPA_BITS 39 /* UniProton's distributor is at 0x7fff000000 */

enum guest_kind {
	GUEST_LINUX, /* arm64 boot protocol: kernel, ramdisk, generated device tree */
	GUEST_FLAT   /* a binary loaded and entered at the start of its memory */
};

struct image {
	const void *data;
	size_t size;
};

#define VM_DEVICES 16
#define DEVICE_REGS 4
#define DEVICE_SPIS 8

struct spi_desc {
	uint32_t intid;
	bool edge;
};

/* A device of the machine that a VM has for itself. */
struct device_desc {
	int host_node;
	uint32_t reg_count, spi_count;
	bool virtio; /* a virtio-mmio transport, which the base can reset */
	struct range regs[DEVICE_REGS];
	struct spi_desc spis[DEVICE_SPIS];
};

struct vm_desc {
	bool used;
	int node; /* offset in the description, for messages */
	char label[SYSTEM_LABEL];
	enum guest_kind guest;
	uint32_t cpu_count;
	uint64_t cpus[SYSTEM_CPUS_PER_VM]; /* host MPIDR; the n-th is the guest's core n */
	ipaddr_t memory;
	uint64_t memory_size;
	paddr_t memory_pa; /* chosen by the base */
	ipaddr_t gicd, gicr, uart;
	uint32_t uart_intid;
	uint32_t doorbell_count;
	uint32_t doorbells[FUSIONDOCK_VECTOR_MAX]; /* INTID of each vector */
	uint32_t rings;                            /* bit n: may ring VM n */
	uint32_t controls;                         /* bit n: may stop, start and reset VM n */
	uint32_t observes;                         /* bit n: may read the counters of VM n */
	uint32_t restarts;                         /* how often a fault starts it again */
	uint32_t watchdog_ms;                      /* between two calls of its watchdog; 0: it has none */
	uint32_t watchdog_start_ms;                /* from its start to the first */
	uint32_t doorbell_interval;                /* µs at least between two of one sender; 0: none */
	uint32_t console_rate;                     /* characters a second */
	uint32_t device_count;
	struct device_desc devices[VM_DEVICES];
	struct image image;                        /* kernel, or flat binary */
	struct image ramdisk;                      /* may be empty */
	char bootargs[SYSTEM_BOOTARGS];
};

struct region_desc {
	int node;
	ipaddr_t at;
	uint64_t size;
	paddr_t pa; /* chosen by the base */
	uint32_t writer, reader; /* VM ids */
	uint32_t read_write;     /* bit n: VM n maps it so */
	uint32_t read_only;
};

/* A window into memory of the base, for VMs to read. */
struct view_desc {
	bool used;
	int node;
	ipaddr_t at;
	uint64_t size;
	paddr_t pa;         /* chosen by the base */
	uint32_t read_only; /* bit n: VM n maps it so; nobody maps it otherwise */
	uint32_t events;    /* of the trace view: bit n, kind n of <fusiondock/trace.h> is recorded */
};

struct system {
	const void *fdt;
	struct vm_desc vms[FUSIONDOCK_VM_MAX]; /* by VM id */
	uint32_t region_count;
	struct region_desc regions[FUSIONDOCK_REGION_MAX];
	struct view_desc views[FUSIONDOCK_VIEW_COUNT];
};

/* One mistake: path of the node, the property or NULL, and what is wrong with it. */
typedef void (*system_report)(const char *path, const char *property, const char *reason);

/*
 * Reads the description out of the bundle (a FIT image) and checks it against the machine. Every mistake
 * found is reported; the result is their number, 0 means *s is complete but for the pa fields.
 */
unsigned int system_read(struct system *s, const void *bundle, size_t bundle_size,
			 const struct host *host, system_report report);

/* Whether this VM may map the region, and write it. */
static inline bool region_readable(const struct region_desc *r, uint32_t vm)
{
	return (r->read_write | r->read_only) >> vm & 1;
}

static inline bool region_writable(const struct region_desc *r, uint32_t vm)
{
	return r->read_write >> vm & 1;
}

#endif
