/* SPDX-License-Identifier: Apache-2.0 */
/* The UniProton side as a process: PRT_AppInit, then the tasks, until it is ended. */
#include <stdio.h>
#include <unistd.h>

#include "prt_host.h"

int main(void)
{
	U32 ret = PRT_AppInit();

	if (ret != OS_OK) {
		fprintf(stderr, "sim: PRT_AppInit: error 0x%x\n", ret);
		return 1;
	}
	prt_host_start();
	for (;;)
		pause();
}
