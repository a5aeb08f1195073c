/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * /dev/mcs: what a Linux program and the driver mcs_km.ko agree on.
 *
 * Numbers 0-5 are those of the existing driver, byte for byte, with its
 * inaccurate declared sizes. New calls start at 16 and declare what they move.
 *
 * Doorbells are counted. Each open file remembers up to where it has taken them, from its
 * open() on; so two readers never take each other's. Descriptors that share an open file
 * (dup, fork) share that too.
 *
 * poll/select/epoll report POLLIN | POLLRDNORM while doorbells have arrived that
 * this open file has not taken yet, and take none; read() of 8 bytes or more takes them and
 * returns their number as a u64. With O_ASYNC, SIGIO (or what F_SETSIG says) follows each
 * doorbell that comes after it was set. Once the driver has been unbound: POLLERR | POLLHUP,
 * and ENODEV from every call.
 *
 * mmap: the offset is the guest-physical address of (a page inside) a region or a view, and
 * the mapping must lie inside that one. It is Normal, write-back memory; that of a view can be
 * read only.
 *
 * All calls: process context, any thread, several at once. Everywhere: EFAULT for a bad
 * pointer, ENOTTY for an unknown call, ENODEV after an unbind. A call that fails has
 * changed nothing; above all it has taken no doorbell.
 */
#ifndef FUSIONDOCK_MCS_H
#define FUSIONDOCK_MCS_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define MCS_DEVICE "/dev/mcs"
#define MCS_IOC_MAGIC 'A'

/* Argument of IOC_SENDIPI, IOC_CPUON and IOC_AFFINITY_INFO. `cpu` is a VM id here. */
struct cpu_info_mcs {
	__u32 cpu;
	__u64 boot_addr;
};

/* Argument (out) of IOC_QUERY_MEM. */
struct mcs_mem {
	__u64 phy_addr;
	__u64 size; /* bytes */
};

/* Argument of IOC_GET_COPY_MSG_MEM. The driver copies vir_addr and align_size back unchanged. */
struct core_msg_mem_info {
	__u32 instance_id; /* in, 0 .. 4 */
	__u64 phy_addr;    /* out */
	__u64 vir_addr;    /* the program's own */
	__u64 size;        /* out, bytes */
	__u64 align_size;  /* the program's own */
};

/* The existing calls. The declared `int` is the existing driver's; the argument is as said. */
#define IOC_SENDIPI _IOW(MCS_IOC_MAGIC, 0, int)       /* struct cpu_info_mcs: ring VM `cpu` */
#define IOC_CPUON _IOW(MCS_IOC_MAGIC, 1, int)         /* EOPNOTSUPP: the base owns the cores */
#define IOC_AFFINITY_INFO _IOW(MCS_IOC_MAGIC, 2, int) /* EOPNOTSUPP, likewise */
#define IOC_QUERY_MEM _IOW(MCS_IOC_MAGIC, 3, int)     /* struct mcs_mem out: the first region */
#define IOC_GET_COPY_MSG_MEM _IOWR(MCS_IOC_MAGIC, 4, struct core_msg_mem_info)
#define IOC_SET_PED_TYPE _IOW(MCS_IOC_MAGIC, 5, int) /* int: 0 or 1, kept per open file */

/* MCS_IOC_VERSION, out. */
struct mcs_version {
	__u32 base;    /* FUSIONDOCK_CALL_VERSION: major << 16 | minor */
	__u32 driver;  /* likewise, of the driver */
	__u32 vm_id;   /* of this VM */
	__u32 regions; /* how many this VM can see */
};

/* MCS_IOC_REGION. in: index, from 0 to mcs_version.regions - 1. ENXIO past the last. */
struct mcs_region {
	__u32 index;  /* in */
	__u32 flags;  /* out, FUSIONDOCK_REGION_READ | WRITE | IS_WRITER | IS_READER */
	__u32 writer; /* out, VM id */
	__u32 reader; /* out, VM id */
	__u64 ipa;    /* out, offset for mmap */
	__u64 size;   /* out, bytes, header included */
};

/*
 * MCS_IOC_RING, in. ENODEV no such VM or vector, EACCES not granted, EHOSTDOWN it does not
 * run.
 */
struct mcs_ring {
	__u32 vm;
	__u32 vector;
};

/*
 * MCS_IOC_WAIT. Sleeps until a doorbell that this open file has not taken arrives,
 * takes all that did, and returns. ETIMEDOUT, EINTR.
 */
struct mcs_wait {
	__u64 timeout_ns; /* in, from now; MCS_WAIT_FOREVER: no limit, 0: do not sleep */
	__u64 count;      /* out, doorbells taken, 1 or more */
};
#define MCS_WAIT_FOREVER (~0ULL)

/*
 * MCS_IOC_STATS, out. taken and pending are of this open file, the others of the driver since
 * it was bound. They are read one after the other, not at one moment.
 */
struct mcs_stats {
	__u64 doorbells; /* doorbell interrupts that arrived */
	__u64 taken;     /* of those since open(), taken by this open file */
	__u64 pending;   /* not taken by this open file yet */
	__u64 rung;      /* rings that the base accepted */
	__u64 refused;   /* rings that the base refused */
	__u64 direct;    /* tasks woken straight from the hard interrupt */
	__u64 threaded;  /* runs of the interrupt threads */
	__u64 throttled; /* times a line was off until its thread ran, because it rang too fast */
};

/*
 * MCS_IOC_EVENTFD, in. From now on each doorbell, or several close together, adds 1 to the
 * eventfd `fd`, for as long as this open file lives; one eventfd for an open file, a new one
 * takes the place of the old. MCS_EVENTFD_NONE ends it. It takes no doorbell. EBADF, EINVAL
 * for what is no eventfd, or flags.
 */
struct mcs_eventfd {
	__s32 fd;
	__u32 flags; /* 0 */
};
#define MCS_EVENTFD_NONE (-1)

/*
 * MCS_IOC_WAIT_CHANGE. Sleeps until the driver's count of doorbells is another than `seen`,
 * and takes none: threads that each keep a `seen` of their own can share one open file.
 * ETIMEDOUT, EINTR.
 */
struct mcs_wait_change {
	__u64 timeout_ns; /* in, as in mcs_wait */
	__u64 seen;       /* in: what an earlier call returned; out: the count now */
};
/* A `seen` that never is the count: returns at once, to begin with. */
#define MCS_SEEN_NOTHING (~0ULL)

/* MCS_IOC_VM_STATE. ENODEV no such VM. */
struct mcs_vm_state {
	__u32 vm;    /* in */
	__u32 state; /* out, FUSIONDOCK_VM_OFF, RUNNING or FAULTED */
};

/*
 * MCS_IOC_VM_LIFE. State and epoch (how often the VM has been started) at one moment. ENODEV no
 * such VM.
 */
struct mcs_vm_life {
	__u32 vm;    /* in */
	__u32 state; /* out, FUSIONDOCK_VM_* */
	__u32 epoch; /* out */
	__u32 unused; /* out, 0 */
};

/*
 * MCS_IOC_VM_CONTROL, in. Returns when the base has accepted it; MCS_IOC_VM_LIFE shows when it is
 * done. ENODEV no such VM, EACCES the description does not let this VM control that one, EHOSTDOWN
 * it does not run (STOP, RESET), EALREADY it runs (START), EINVAL no such operation, EBADF the
 * file was not opened for writing.
 */
struct mcs_vm_control {
	__u32 vm;
	__u32 operation; /* FUSIONDOCK_CONTROL_* */
};

/*
 * MCS_IOC_VIEW. Where a view of the base is: memory this VM may only read. Its ipa is an offset
 * for mmap, without PROT_WRITE. ENXIO no such view in the description, EACCES not shown to this VM.
 */
struct mcs_view {
	__u32 view; /* in, FUSIONDOCK_VIEW_* */
	__u32 unused; /* out, 0 */
	__u64 ipa;  /* out */
	__u64 size; /* out, bytes */
};

/*
 * MCS_IOC_COUNTER. A counter of the base's. ENODEV no such VM, counter or core, EACCES another VM's,
 * and the description lets this one neither observe nor control it, EOPNOTSUPP an older base.
 */
struct mcs_counter {
	__u32 vm;      /* in */
	__u32 counter; /* in, FUSIONDOCK_COUNTER_* */
	__u32 which;   /* in, which one of that kind */
	__u32 core;    /* in, of that VM, or FUSIONDOCK_COUNTER_ALL_CORES */
	__u64 value;   /* out */
};

#define MCS_IOC_VERSION _IOR(MCS_IOC_MAGIC, 16, struct mcs_version)
#define MCS_IOC_REGION _IOWR(MCS_IOC_MAGIC, 17, struct mcs_region)
#define MCS_IOC_RING _IOW(MCS_IOC_MAGIC, 18, struct mcs_ring)
#define MCS_IOC_WAIT _IOWR(MCS_IOC_MAGIC, 19, struct mcs_wait)
#define MCS_IOC_STATS _IOR(MCS_IOC_MAGIC, 20, struct mcs_stats)
#define MCS_IOC_EVENTFD _IOW(MCS_IOC_MAGIC, 21, struct mcs_eventfd)
#define MCS_IOC_WAIT_CHANGE _IOWR(MCS_IOC_MAGIC, 22, struct mcs_wait_change)
#define MCS_IOC_VM_STATE _IOWR(MCS_IOC_MAGIC, 23, struct mcs_vm_state)
#define MCS_IOC_VM_LIFE _IOWR(MCS_IOC_MAGIC, 24, struct mcs_vm_life)
#define MCS_IOC_VM_CONTROL _IOW(MCS_IOC_MAGIC, 25, struct mcs_vm_control)
#define MCS_IOC_VIEW _IOWR(MCS_IOC_MAGIC, 26, struct mcs_view)
#define MCS_IOC_COUNTER _IOWR(MCS_IOC_MAGIC, 27, struct mcs_counter)

#define MCS_DRIVER_VERSION (1 << 16 | 1)

#endif
