/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "fault.h"

const char *sim_step_name(enum sim_step step)
{
	static const char *const names[SIM_STEPS] = {
		[SIM_STEP_NONE] = "none",
		[SIM_STEP_RING] = "ring",
		[SIM_STEP_WAIT] = "wait",
		[SIM_STEP_WRITE_OPEN] = "write-open",
		[SIM_STEP_WRITE_ROOM] = "write-room",
		[SIM_STEP_WRITE_TYPE] = "write-type",
		[SIM_STEP_WRITE_LENGTH] = "write-length",
		[SIM_STEP_WRITE_DATA] = "write-data",
		[SIM_STEP_WRITE_READY] = "write-ready",
		[SIM_STEP_WRITE_CHECK] = "write-check",
		[SIM_STEP_READ_OPEN] = "read-open",
		[SIM_STEP_READ_STATE] = "read-state",
		[SIM_STEP_READ_LENGTH] = "read-length",
		[SIM_STEP_READ_TYPE] = "read-type",
		[SIM_STEP_READ_DATA] = "read-data",
		[SIM_STEP_READ_END] = "read-end",
		[SIM_STEP_READ_GIVE_UP] = "read-give-up",
	};

	return step < SIM_STEPS ? names[step] : NULL;
}
