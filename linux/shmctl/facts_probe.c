// SPDX-License-Identifier: Apache-2.0
/* doctor --probe: a message there, and whether it comes back. */
#include <errno.h>

#include "facts.h"

#define ANY_VM UINT32_MAX

/* The first region with the role that this VM shares with the peer. */
static const struct facts_region *find(const struct facts *facts, unsigned int role,
				       unsigned int peer)
{
	for (unsigned int i = 0; i < facts->regions; i++) {
		const struct facts_region *region = &facts->region[i];
		unsigned int other = role == SHM_REGION_IS_WRITER ? region->region.reader
								  : region->region.writer;

		if ((region->region.flags & role) && region->is_mapped &&
		    (peer == ANY_VM || other == peer))
			return region;
	}
	return NULL;
}

/* errno is what the driver's call to ring left. */
static enum probe refused(int result, int error)
{
	if (result == SHM_E_BUSY)
		return PROBE_BUSY;
	if (result == SHM_E_IPI && error == EACCES)
		return PROBE_DENIED;
	return result == SHM_E_IPI && error == EHOSTDOWN ? PROBE_DOWN : PROBE_FAILED;
}

static bool is_taken(const shm_info_s *out)
{
	return __atomic_load_n(&out->op_type, __ATOMIC_RELAXED) != SHM_OP_READY_TO_READ;
}

/* Waits in the way of every consumer: for the doorbell, then it looks. */
static enum probe wait_for_answer(shm_info_s *out, shm_info_s *in, uint64_t word,
				  unsigned int timeout_us)
{
	int rung = shm_wait_ipi(timeout_us);
	uint64_t answer = 0;
	unsigned int len = 0;
	int type = 0;

	/* A doorbell that was for an earlier message: once more. */
	if (rung == SHM_OK && shm_peek(in, NULL, NULL) == SHM_E_EMPTY)
		rung = shm_wait_ipi(timeout_us);
	if (shm_peek(in, &len, &type) != SHM_OK || len != sizeof(answer) || type != PING_TYPE)
		return is_taken(out) ? PROBE_TAKEN : PROBE_NOT_TAKEN;
	if (shm_receive(in, &answer, sizeof(answer), &len, &type) != SHM_OK || answer != word)
		return PROBE_TAKEN;
	return rung == SHM_OK ? PROBE_ANSWERED : PROBE_NO_DOORBELL;
}

static enum probe probe(const struct facts *facts, const struct facts_region *to,
			unsigned int timeout_us, int *result)
{
	const struct facts_region *from = find(facts, SHM_REGION_IS_READER, to->region.reader);
	shm_info_s *out = shm_map(&to->region, NULL);
	shm_info_s *in = from != NULL ? shm_map(&from->region, NULL) : NULL;
	uint64_t word = shm_counter();

	if (out == NULL || in == NULL)
		return PROBE_NOT_MADE;
	shm_set_wait(out, SHM_WAIT_OFF);
	shm_set_wait(in, SHM_WAIT_OFF);
	if (shm_peek(in, NULL, NULL) == SHM_OK)
		return PROBE_BUSY;
	while (shm_wait_ipi(SHM_WAIT_OFF) == SHM_OK)
		; /* what was rung before says nothing */
	errno = 0;
	*result = shm_write(&word, sizeof(word), PING_TYPE, out, (int)to->region.reader);
	if (*result != SHM_OK)
		return refused(*result, errno);
	return wait_for_answer(out, in, word, timeout_us);
}

void facts_probe(struct facts *facts, unsigned int timeout_us)
{
	const struct facts_region *to = find(facts, SHM_REGION_IS_WRITER, ANY_VM);

	if (to == NULL)
		return;
	facts->probe_vm = to->region.reader;
	facts->probe = probe(facts, to, timeout_us, &facts->probe_result);
}
