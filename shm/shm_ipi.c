/* SPDX-License-Identifier: Apache-2.0 */
/* The doorbell, on top of the port's struct shm_ipi_func. */
#include "shm_barrier.h"
#include "shm_ipi.h"
#include "shm_port.h"

static int status = SHM_E_NO_PORT;

void shm_ipi_init(void)
{
	int result = shm_port_ipi->init() == 0 ? SHM_OK : SHM_E_NO_PORT;

	/* Release: pairs with shm_ipi_status(), another thread may ring what init set up. */
	__atomic_store_n(&status, result, __ATOMIC_RELEASE);
}

int shm_ipi_status(void)
{
	/* Acquire: pairs with the release in shm_ipi_init(), what init set up is there. */
	return __atomic_load_n(&status, __ATOMIC_ACQUIRE);
}

int shm_send_ipi(int vmid)
{
	struct cpu_info cpu = {.vmId = (unsigned)vmid, .cpuId = 0};

	if (!shm_vm_is_possible(vmid))
		return SHM_E_PARAM;
	if (shm_ipi_status() != SHM_OK)
		return SHM_E_NO_PORT;
	/* Message before interrupt; pairs with the target taking the interrupt. */
	shm_barrier_full();
	return shm_port_ipi->send_ipi(cpu) == 0 ? SHM_OK : SHM_E_IPI;
}
