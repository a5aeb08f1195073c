/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_FAULT_PARSE_H
#define SIM_FAULT_PARSE_H

#include "fault.h"

/*
 * Parses the value of the launcher's option for one kind of fault. NULL, or a sentence
 * that says what is wrong with it.
 *
 *	drop, duplicate   VM[#WHEN]
 *	delay             VM[#WHEN]=MS
 *	freeze            VM@STEP[#WHEN][=MS]
 *	kill              VM@STEP[#WHEN]
 *	scribble          VM@STEP[#WHEN]=REGION.FIELD:VALUE  or  MSms=REGION.FIELD:VALUE
 *
 * WHEN is N (the Nth time), P% (by chance) or all. Left out it is all for doorbells and
 * the first time for the others. FIELD is max_size, used_size, op_type, resevered, or
 * data+OFFSET.
 */
const char *fault_parse(enum sim_fault_kind kind, const char *text, struct sim_fault *fault);

#endif
