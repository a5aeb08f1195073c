/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that play the VMs: started, watched, ended. */
#ifndef SIM_VMS_H
#define SIM_VMS_H

#include <stdbool.h>
#include <sys/types.h>

#include "console.h"
#include "fusiondock/hypercall.h"

#define VM_RUNNING (-1)
#define SIGNAL_BASE 128 /* exit status of what a signal ended, as shells show it */

struct vm {
	pid_t pid;  /* 0: was never started */
	int status; /* VM_RUNNING or an exit status */
	bool is_frozen;
	struct console console;
};

extern struct vm vms[FUSIONDOCK_VM_MAX];
extern unsigned int vm_count;

/* Starts a VM's program, with the environment the port looks for. 0, or -1 and a line. */
int vms_start(unsigned int vm, char **argv, int events);

/* After SIGCHLD: which ended, and which stopped. */
void vms_reap(void);

/* True when none of them runs any longer, or will ever go on. */
bool vms_are_over(void);

#endif
