/* SPDX-License-Identifier: Apache-2.0 */
#include "shm_pub.h"

const char *shm_strerror(int result)
{
	switch (result) {
	case SHM_OK:
		return "success";
	case SHM_E_PARAM:
		return "bad argument: a NULL or unaligned region, a NULL buffer with a length, a "
		       "region "
		       "that is not attached, or a flag, size or VM id out of range";
	case SHM_E_HEADER:
		return "the region's header cannot be: max_size is 0 or larger than the attached "
		       "size, "
		       "or op_type is no state; check address and size, then let the base set it "
		       "up";
	case SHM_E_TOO_LONG:
		return "the message is longer than the buffer; read it with a larger one (shm_peek "
		       "tells the length)";
	case SHM_E_BUSY:
		return "the previous message has not been read, and waiting is off";
	case SHM_E_EMPTY:
		return "there is no message, and waiting is off";
	case SHM_E_TIMEOUT:
		return "the wait is over (shm_set_wait): the other VM did not write or read in "
		       "time";
	case SHM_E_PARTIAL:
		return "a long message ended half way: the wait ran out, or the other VM gave up "
		       "or "
		       "changed the header";
	case SHM_E_IPI:
		return "the doorbell could not be rung: check that the target VM runs and that the "
		       "system description lets this VM ring it";
	case SHM_E_NO_PORT:
		return "the port is not started: call shm_ipi_init, and check driver and base";
	case SHM_E_WAIT_OFF:
		return "a message longer than max_size takes waiting, and waiting is off: allow it "
		       "with shm_set_wait";
	case SHM_E_PEER_LOST:
		return "the other VM ended or was started again during the call; what was under way is "
		       "void: send or receive again when it runs";
	default:
		return "not a result of shm_pub";
	}
}
