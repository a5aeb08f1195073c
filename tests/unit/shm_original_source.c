/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source as users of the original headers have it: their names, their habits. It has to
 * compile and link as it is; it is not run.
 */
#include <stdio.h>
#include <string.h>

#include "shm_pub.h"

#define SHM_WR_ADDR 0x2AC00000
#define IPI_TARGET 0

static int own_init(void)
{
	return 0;
}

static int own_send(struct cpu_info cpu)
{
	return cpu.vmId == IPI_TARGET && cpu.cpuId == 0 ? 0 : -1;
}

/* A table of the user's own, and the port's object reached by its name. */
struct shm_ipi_func own_shmIpi = {
	.init = own_init,
	.send_ipi = own_send,
};

static int ring_by_the_object(void)
{
	struct cpu_info target;

	target.vmId = IPI_TARGET;
	target.cpuId = 0;
	linux_shmIpi.init();
	return linux_shmIpi.send_ipi(target) | own_shmIpi.send_ipi(target);
}

static void send_all(void)
{
	/* A pointer that bears the name of a call, as the API example has it. */
	shm_info_s *shm_read = (shm_info_s *)SHM_WR_ADDR;
	struct shm_info_t *shm = shm_read;
	unsigned long long stamp = 1;
	char text[] = "Hello openEuler";
	int number = 8080808;

	shm_write(&number, sizeof(number), 0, shm, IPI_TARGET);
	shm_write(text, sizeof(text), 1, shm, IPI_TARGET);
	shm->used_size = sizeof(stamp);
	shm->resevered = 2;
	shm->op_type = SHM_OP_READY_TO_READ;
	*(unsigned long long *)shm->data = stamp;
	shm_send_ipi(IPI_TARGET);
}

static int receive(void *arg)
{
	shm_info_s *shm_rd = (shm_info_s *)arg;
	enum shm_optype states[SHM_OP_MAX] = {SHM_OP_START, SHM_OP_READY_TO_READ, SHM_OP_READ_END,
					      SHM_OP_DEL};
	char buf[0x2100] = {0};

	switch (shm_rd->resevered) {
	case 0:
		if (shm_read(shm_rd, buf, sizeof(buf)) < 0)
			return -1;
		printf("read from shm: %d\n", *(int *)buf);
		break;
	case 1:
		shm_read(shm_rd, buf, sizeof(buf));
		printf("read len: 0x%x, st: %s\n", shm_rd->used_size, buf);
		break;
	default:
		return states[0];
	}
	return 0;
}

int main(void)
{
	shm_ipi_init();
	send_all();
	return ring_by_the_object() | receive((void *)SHM_WR_ADDR);
}
