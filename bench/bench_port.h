/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's port under measurement: the simulation's, with two differences. It waits
 * by spinning alone, and its doorbell can be silent, for a peer that spins.
 */
#ifndef BENCH_PORT_H
#define BENCH_PORT_H

#include <stdbool.h>

extern bool bench_port_rings; /* false: the doorbell is silent */

#endif
