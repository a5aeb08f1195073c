/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/power.h"

#include "arch/barrier.h"
#include "arch/smccc.h"
#include "svc/console.h"
#include "svc/stats.h"

int64_t power_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t argument)
{
	return (int32_t)smccc_smc(PSCI_CPU_ON_64, mpidr, entry, argument);
}

_Noreturn void power_off(const char *why)
{
	stats_print();
	base_print("power off: %s", why);
	console_flush();
	smccc_smc(PSCI_SYSTEM_OFF, 0, 0, 0);
	for (;;)
		wfi();
}
