/* SPDX-License-Identifier: Apache-2.0 */
/* The other VM: tests/system/guests/ringer.c. */
#ifndef TESTS_SYSTEM_LINUX_PEER_H
#define TESTS_SYSTEM_LINUX_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "ringer.h"

/* Finds the regions, maps them and opens a descriptor of its own. Ends the program on failure. */
void peer_open(void);

/*
 * Has the peer ring `count` times, gap_us apart. The rings are numbered from `first`; number n goes
 * to vector n % vectors. Returns as soon as the peer has taken the command.
 */
void peer_start(uint32_t count, uint32_t vectors, unsigned int gap_us, uint64_t first);

/*
 * Waits until the peer has made all its rings and they have arrived: none is under way any more.
 * False when that takes more than 30 s.
 */
bool peer_settle(void);

/* One doorbell, and waits until the driver has counted it. False when it did not come in 10 s. */
bool peer_ring_once(void);
bool peer_ring_vector(uint32_t vector); /* 0 or 1 */

/* Doorbells that the driver has counted. */
uint64_t peer_doorbells(void);

/* Has the peer power itself off, and waits until the base says so. */
bool peer_off(void);

#endif
