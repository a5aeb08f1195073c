/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A user's program, built with nothing but what `make install` installed. Without driver
 * and base it finds no port, and the message still goes through a region of its own.
 */
#include <stdio.h>
#include <string.h>

#include "linux_shm.h"
#include "shm_pub.h"

static _Alignas(16) unsigned char memory[SHM_HEADER_SIZE + 64];

static int check(int result, int expected, const char *what)
{
	if (result != expected)
		printf("%s: %s\n", what, shm_strerror(result));
	return result != expected;
}

int main(void)
{
	shm_info_s *shm = (shm_info_s *)(void *)memory;
	char text[] = "Hello UniProton";
	char got[sizeof(text)] = "";
	unsigned int len = 0;
	int type = -1;
	int failed = 0;

	shm->max_size = sizeof(memory) - SHM_HEADER_SIZE;
	shm_ipi_init();
	failed += check(shm_ipi_status(), SHM_E_NO_PORT, "shm_ipi_status");
	failed += check(linux_shm_fd(), SHM_E_NO_PORT, "linux_shm_fd");
	failed += check(shm_attach(shm, sizeof(memory), SHM_ATTACH_NORMAL), SHM_OK, "shm_attach");
	failed += check(shm_set_wait(shm, 1000), SHM_OK, "shm_set_wait");
	failed += check(shm_write(text, sizeof(text), SHM_DATA_STRING, shm, 1), SHM_E_IPI,
			"shm_write");
	failed += check(shm_peek(shm, &len, &type), SHM_OK, "shm_peek");
	failed += check(shm_read(shm, got, sizeof(got)), SHM_OK, "shm_read");
	failed += check(shm_read(shm, got, sizeof(got)), SHM_E_TIMEOUT, "shm_read of nothing");
	failed += strcmp(got, text) != 0 || len != sizeof(text) || type != SHM_DATA_STRING;
	puts(failed == 0 ? "message came through" : "failed");
	return failed == 0 ? 0 : 1;
}
