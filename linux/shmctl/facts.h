/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor gathers facts, then judges them. Judging looks at nothing but the facts, so that each
 * fault can be tested on any machine.
 */
#ifndef SHMCTL_FACTS_H
#define SHMCTL_FACTS_H

#include <fusiondock/hypercall.h>
#include <fusiondock/mcs.h>

#include "channel.h"

enum memory { MEMORY_UNKNOWN, MEMORY_NORMAL, MEMORY_DEVICE };

struct facts_region {
	struct shm_region region;
	bool is_mapped;
	int map_error;             /* errno, if it is not */
	struct header first, last; /* two looks, FACTS_LOOK_MS apart */
	enum memory memory;
};

#define FACTS_LOOK_MS 300u

enum probe {
	PROBE_NOT_MADE,
	PROBE_ANSWERED,
	PROBE_NO_DOORBELL, /* the answer is there, its doorbell did not come */
	PROBE_TAKEN,       /* read, and nothing came back */
	PROBE_NOT_TAKEN,
	PROBE_BUSY,   /* an earlier message is unread, or one waits for this VM */
	PROBE_DENIED, /* the base lets this VM not ring that one */
	PROBE_DOWN,   /* that VM does not run */
	PROBE_FAILED, /* another error, in probe_result */
};

enum watchdog {
	WATCHDOG_NONE,    /* the description gives this VM none, or the kernel has no framework */
	WATCHDOG_KERNEL,  /* the kernel feeds it */
	WATCHDOG_PROGRAM, /* a program does */
};

struct facts {
	bool is_simulation;
	bool has_node;    /* the base's node is in the device tree */
	bool has_module;  /* mcs_km is loaded */
	int device_error; /* errno of looking for /dev/mcs */
	int open_error;   /* errno of opening it */
	unsigned int device_mode, device_uid, device_gid;
	int version_error; /* errno of asking it for the versions */
	struct mcs_version version;
	bool has_stats;
	struct mcs_stats stats;
	unsigned int lines; /* doorbell interrupts of this VM */
	bool has_port;
	unsigned int vm_id;
	unsigned int regions;
	struct facts_region region[FUSIONDOCK_REGION_MAX];
	int vm_state[FUSIONDOCK_VM_MAX];
	unsigned int vm_epoch[FUSIONDOCK_VM_MAX]; /* 0: not known */
	int state_error;                          /* errno of asking for the state view */
	unsigned int state_magic, state_layout;   /* its first words, if there is one */
	enum watchdog watchdog;
	enum probe probe;
	unsigned int probe_vm;
	int probe_result;
};

/* Fills all of it. probe: also sends a message of PING_TYPE and waits for it to come back. */
void facts_gather(struct facts *facts, bool probe, unsigned int timeout_us);

/* In facts_probe.c: the last three fields. */
void facts_probe(struct facts *facts, unsigned int timeout_us);

/* Prints a line or two for each fact that matters; how many are wrong. */
unsigned int judge(const struct facts *facts);

/* Parts of judge(). judge_port: false when there is no sense in going on. */
bool judge_port(const struct facts *facts);
void judge_regions(const struct facts *facts);
void judge_peers(const struct facts *facts);
void judge_probe(const struct facts *facts);
void judge_life(const struct facts *facts);

/*
 * Lines of the report; wrong() counts. Behind each wrong() comes a cure(), whose topic is the name
 * of a line in section 17 of the guide.
 */
__attribute__((format(printf, 1, 2))) void good(const char *format, ...);
__attribute__((format(printf, 1, 2))) void note(const char *format, ...);
__attribute__((format(printf, 1, 2))) void wrong(const char *format, ...);
__attribute__((format(printf, 2, 3))) void cure(const char *topic, const char *format, ...);

#endif
