/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a long message has come, on standard error. A thread beside shm_write() or
 * shm_receive() looks at which pages of the message they have touched.
 */
#ifndef SHMCTL_PROGRESS_H
#define SHMCTL_PROGRESS_H

#include "buffer.h"
#include "shmctl.h"

enum progress {
	PROGRESS_AUTO, /* on a terminal, from PROGRESS_FROM bytes on */
	PROGRESS_ON,
	PROGRESS_OFF,
};

#define PROGRESS_FROM 0x100000u

/* One at a time. what: "sent" or "received". The buffer lives until progress_stop(). */
void progress_start(enum progress wish, const struct buffer *buffer, const char *what);

/* moved: the call has succeeded, and the last line says all of it and the rate. */
void progress_stop(bool moved);

#endif
