/* SPDX-License-Identifier: Apache-2.0 */
/* Module numbers: byte 1 of an error code. The values are UniProton's. */
#ifndef PRT_MODULE_H
#define PRT_MODULE_H

/* The spelling is UniProton's. */
enum MoudleId {
	OS_MID_SYS = 0x0,
	OS_MID_MEM = 0x1,
	OS_MID_TSK = 0x3,
	OS_MID_TICK = 0x5,
	OS_MID_SEM = 0x7,
	OS_MID_HWI = 0x8,
	OS_MID_APP = 0xf
};

#endif
