/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fault that a simulation was told to make: what, to which VM, and when. The launcher
 * parses them from its options into the control object, the programs make them there.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#define SIM_FAULT_MAX 16

/* What a VM is about to do; a fault strikes just before. */
enum sim_step {
	SIM_STEP_NONE,
	SIM_STEP_RING, /* a doorbell */
	SIM_STEP_WAIT, /* shm_wait_ipi() */
	/* The writer of a region. */
	SIM_STEP_WRITE_OPEN,   /* load max_size */
	SIM_STEP_WRITE_ROOM,   /* load op_type */
	SIM_STEP_WRITE_TYPE,   /* store resevered */
	SIM_STEP_WRITE_LENGTH, /* store used_size */
	SIM_STEP_WRITE_DATA,   /* store payload: one message or part */
	SIM_STEP_WRITE_READY,  /* store op_type */
	SIM_STEP_WRITE_CHECK,  /* load used_size: has the reader given up? */
	/* Its reader. */
	SIM_STEP_READ_OPEN,    /* load max_size */
	SIM_STEP_READ_STATE,   /* load op_type */
	SIM_STEP_READ_LENGTH,  /* load used_size */
	SIM_STEP_READ_TYPE,    /* load resevered */
	SIM_STEP_READ_DATA,    /* load payload */
	SIM_STEP_READ_END,     /* store op_type */
	SIM_STEP_READ_GIVE_UP, /* store used_size */
	SIM_STEPS
};

enum sim_fault_kind {
	SIM_FAULT_DROP,      /* the doorbell is taken and never arrives */
	SIM_FAULT_DELAY,     /* it arrives ms later */
	SIM_FAULT_DUPLICATE, /* it arrives, and again ms later */
	SIM_FAULT_FREEZE,    /* the VM stops, for ms or, with 0, for good */
	SIM_FAULT_KILL,      /* the VM ends */
	SIM_FAULT_SCRIBBLE,  /* a header field or a payload byte gets another value */
	SIM_FAULT_KINDS
};

struct sim_fault {
	uint32_t kind;
	uint32_t vm;      /* the struck; of a doorbell the ringing VM */
	uint32_t step;    /* SIM_STEP_NONE: at a time, ms after the start */
	uint32_t nth;     /* strikes at this time of the step, from 1; 0: at each */
	uint32_t percent; /* if not 0: strikes with this probability instead */
	uint32_t ms;
	uint32_t region, offset, value; /* what is scribbled, 4 bytes */
};

/* What a program tells the launcher through the event pipe when a fault has struck. */
struct sim_event {
	uint32_t fault;  /* index */
	uint32_t count;  /* how often the step has been come to */
	uint32_t target; /* VM that was rung */
};

/* "write-ready" and the like; NULL beyond the last. */
const char *sim_step_name(enum sim_step step);

#endif
