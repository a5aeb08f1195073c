/* SPDX-License-Identifier: Apache-2.0 */
/* Regions, found by role or index and mapped. */
#ifndef SHMCTL_CHANNEL_H
#define SHMCTL_CHANNEL_H

#include "shmctl.h"

struct channel {
	struct shm_region region;
	shm_info_s *shm;
};

/* One look at a region's header: each field is read once. Not one moment for all fields. */
struct header {
	unsigned int max_size, used_size;
	int op_type, type;
};

/* Starts the port. On failure says why, and that `shmctl doctor` knows more. */
enum status port_open(void);

/*
 * Maps region `index`, or with NO_REGION the first with the role (SHM_REGION_IS_WRITER or
 * IS_READER; 0: any role). by_devmem: the specification's way. On failure says why.
 */
enum status channel_open(struct channel *channel, unsigned int role, unsigned int index,
			 bool by_devmem);

/* False: this VM may not read the region. */
bool channel_header(const struct channel *channel, struct header *header);

/* "START", "READY_TO_READ", ..., or "no state". */
const char *state_name(int op_type);

/*
 * Sleeps until a message waits in the region: SHM_OK, SHM_E_TIMEOUT, or shm_peek()'s error.
 * *silent, if given, counts messages that were there without a doorbell.
 */
int channel_wait(const struct channel *channel, unsigned int timeout_us, unsigned int *silent);

#endif
