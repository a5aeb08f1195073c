/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIM_LAUNCHER_H
#define SIM_LAUNCHER_H

#include <stdbool.h>

#include "sim_control.h"

struct launch {
	struct sim_control plan;
	char **argv[FUSIONDOCK_VM_MAX]; /* program and arguments of each VM */
	bool waits_for_all;             /* not only for VM 0 */
	unsigned int timeout_s;         /* 0: none */
	unsigned int restarts[FUSIONDOCK_VM_MAX]; /* how often a VM that a signal ended is started again */
};

/*
 * Fills *launch from the command line; it uses argv for ever. -1: go on. Otherwise the
 * exit status, with help on stdout or a line on stderr that says what is wrong.
 */
int options_parse(struct launch *launch, int argc, char **argv);

#endif
