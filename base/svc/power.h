/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SVC_POWER_H
#define BASE_SVC_POWER_H

#include <stdint.h>

/* Prints why and the counters, and turns the machine off (PSCI SYSTEM_OFF). Any core. */
_Noreturn void power_off(const char *why);

/* Starts the core with these MPIDR affinity fields at entry with x0 = argument. A PSCI result. */
int64_t power_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t argument);

#endif
