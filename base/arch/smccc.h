/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the firmware below the base (SMCCC, Arm DEN0028; PSCI, Arm DEN0022). */
#ifndef BASE_ARCH_SMCCC_H
#define BASE_ARCH_SMCCC_H

#include <stdint.h>

uint64_t smccc_smc(uint64_t fn, uint64_t a1, uint64_t a2, uint64_t a3);

/* PSCI function ids and results, used towards the firmware and towards guests alike. */
#define PSCI_VERSION 0x84000000u
#define PSCI_CPU_SUSPEND_32 0x84000001u
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_CPU_ON_32 0x84000003u
#define PSCI_AFFINITY_INFO_32 0x84000004u
#define PSCI_MIGRATE_INFO_TYPE 0x84000006u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define PSCI_FEATURES 0x8400000au
#define PSCI_CPU_SUSPEND_64 0xc4000001u
#define PSCI_CPU_ON_64 0xc4000003u
#define PSCI_AFFINITY_INFO_64 0xc4000004u

#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)
#define PSCI_ON_PENDING (-5)
#define PSCI_INVALID_ADDRESS (-9)

#define SMCCC_VERSION_CALL 0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u
#define SMCCC_VERSION_1_1 0x10001
#define PSCI_VERSION_1_1 0x10001

#endif
