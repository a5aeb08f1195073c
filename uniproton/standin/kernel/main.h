/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KERNEL_MAIN_H
#define KERNEL_MAIN_H

#include "prt_typedef.h"

/* From arch/start.S. Does not return. */
void standin_main(void);

/*
 * The application's: creates and resumes its tasks, before the first one runs. The
 * name and the moment are UniProton's. OS_OK, or an error that stops the boot.
 */
U32 PRT_AppInit(void);

#endif
