/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "field.h"

#define TEST_TIMEOUT_S 20 /* a net below the counted pauses and accesses */

shm_info_s *shm;

void field_pause(void)
{
	assert_true(port.pauses < ENDLESS_PAUSES);
}

int field_begin(void **state)
{
	testport_reset(state);
	alarm(TEST_TIMEOUT_S);
	shm = testport_region(REGION, SHM_ATTACH_NORMAL);
	shm_set_wait(shm, BOUND_US);
	port.on_pause = field_pause;
	return 0;
}

int field_end(void **state)
{
	return testport_cleanup(state);
}

void field_put(const void *data, unsigned int len, int type)
{
	shm->used_size = len;
	shm->resevered = type;
	memcpy(shm->data, data, len);
	shm->op_type = SHM_OP_READY_TO_READ;
}
