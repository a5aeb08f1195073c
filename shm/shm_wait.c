/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stddef.h>

#include "shm_port.h"
#include "shm_wait.h"

#define US_PER_S 1000000u

/* Rounded up. Seconds and the rest apart: the product of both would overflow. */
static uint64_t ticks_from_us(unsigned int us)
{
	uint64_t hz = shm_counter_frequency();

	return us / US_PER_S * hz + us % US_PER_S * hz / US_PER_S + 1;
}

static bool time_is_over(struct shm_wait *wait)
{
	if (wait->limit_us == SHM_WAIT_FOREVER)
		return false;
	if (wait->round == 0) {
		wait->ticks = ticks_from_us(wait->limit_us);
		wait->start = shm_counter();
	}
	/* A difference, so that a counter that wraps does not matter. */
	return shm_counter() - wait->start >= wait->ticks;
}

bool shm_wait_again(struct shm_wait *wait)
{
	if (wait->limit_us == SHM_WAIT_OFF || wait->over)
		return false;
	wait->over = time_is_over(wait);
	if (!wait->over)
		shm_port_pause(wait->round);
	if (wait->round < UINT_MAX)
		wait->round++;
	/* Before the look that follows: a message of another life does not hide that this one ended. */
	wait->lost = wait->view != NULL && shm_view_is_lost(wait->view);
	return !wait->lost;
}
