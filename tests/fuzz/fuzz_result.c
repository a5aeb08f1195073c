/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a result by what the call was seen to do: the tables of docs/protocol.md. */
#include <string.h>

#include "fuzz_check.h"

/* A look at the header is at most so many accesses; one comes before each pause. */
#define ACCESSES_PER_LOOK 8u
#define ACCESSES_PER_PART 32u

void fuzz_check_begin(const struct fuzz_call *call)
{
	struct fuzz_watch *watch = &fuzz_watch;

	memset(watch, 0, offsetof(struct fuzz_watch, seen));
	watch->call = *call;
	watch->state = FUZZ_NOT_LOOKED;
	watch->is_under_way = true;
	fuzz_peer_call_begins();
}

void fuzz_check_pause(unsigned int round)
{
	struct fuzz_watch *watch = &fuzz_watch;
	unsigned int wait_us = watch->call.wait_us;

	fuzz_promise(wait_us != SHM_WAIT_OFF, "wait off does not pause");
	fuzz_promise(round == 0 || (watch->pauses > 0 && round == watch->round + 1),
		     "rounds of a wait count up from 0");
	fuzz_promise(wait_us == SHM_WAIT_FOREVER || round <= wait_us / FUZZ_PAUSE_US + 1,
		     "a bounded wait ends in time");
	fuzz_promise(watch->pauses < 100000u, "a wait ends when the peer goes on");
	watch->round = round;
	watch->pauses++;
}

void fuzz_check_ring(struct cpu_info cpu)
{
	struct fuzz_watch *watch = &fuzz_watch;

	if (watch->call.side == FUZZ_NO_SIDE)
		return;
	fuzz_promise(cpu.vmId == FUZZ_VM && cpu.cpuId == 0, "the VM that was named is rung");
	fuzz_promise(watch->call.side == FUZZ_WRITER && watch->parts == 1,
		     "the doorbell rings behind the first READY");
	fuzz_promise(++watch->rings == 1, "the doorbell rings once a message");
}

static bool is_long(const struct fuzz_watch *watch)
{
	return watch->call.len > watch->capacity;
}

static bool header_is_bad(const struct fuzz_watch *watch)
{
	return watch->capacity == 0 ||
	       watch->capacity > fuzz_memory.region_size - SHM_HEADER_SIZE ||
	       (watch->state != FUZZ_NOT_LOOKED && !fuzz_state_is_valid(watch->state));
}

/* The results that moved nothing, of either side. */
static void check_nothing_moved(const struct fuzz_watch *watch, int result)
{
	unsigned int wait_us = watch->call.wait_us;

	fuzz_promise(watch->stores == watch->discards && watch->rings == 0 && watch->copied == 0,
		     "an error that moves nothing stores nothing");
	fuzz_promise((result == SHM_E_PARAM) == !watch->call.parameters_good,
		     "SHM_E_PARAM is for bad parameters");
	fuzz_promise(result != SHM_E_PARAM || watch->accesses == 0,
		     "bad parameters are refused before the region is touched");
	fuzz_promise(result != SHM_E_HEADER || header_is_bad(watch),
		     "SHM_E_HEADER is for a header that cannot be");
	fuzz_promise(result != SHM_E_TIMEOUT ||
			     (wait_us != SHM_WAIT_OFF && wait_us != SHM_WAIT_FOREVER),
		     "SHM_E_TIMEOUT is for a bounded wait");
}

static void check_written(const struct fuzz_watch *watch)
{
	fuzz_promise(watch->base == watch->call.len, "a message sent is stored whole");
	fuzz_promise(watch->parts > 0, "a message sent is READY");
}

static void check_long_written(const struct fuzz_watch *watch)
{
	fuzz_promise(watch->looked_at_used_size && watch->used_size == watch->call.len,
		     "a long message that the reader gave up is not reported as sent");
}

static void check_writer_error(const struct fuzz_watch *watch, int result)
{
	switch (result) {
	case SHM_E_IPI:
		fuzz_promise(fuzz_port.ring_result != 0 || shm_ipi_status() != SHM_OK,
			     "SHM_E_IPI is for a doorbell that failed");
		if (is_long(watch))
			fuzz_promise(watch->has_given_up, "unrung long message is taken back");
		else
			check_written(watch);
		break;
	case SHM_E_PARTIAL:
		fuzz_promise(is_long(watch) && watch->rings == 1 && watch->parts > 0,
			     "SHM_E_PARTIAL is for a long message half way");
		fuzz_promise(watch->has_given_up || !fuzz_state_is_valid(watch->state),
			     "a message not sent to its end is given up");
		break;
	case SHM_E_PARAM:
	case SHM_E_HEADER:
	case SHM_E_TIMEOUT:
		check_nothing_moved(watch, result);
		break;
	case SHM_E_BUSY:
	case SHM_E_WAIT_OFF:
		check_nothing_moved(watch, result);
		fuzz_promise(watch->call.wait_us == SHM_WAIT_OFF &&
				     (result == SHM_E_BUSY) != is_long(watch),
			     "SHM_E_BUSY and SHM_E_WAIT_OFF are for wait off");
		break;
	default:
		fuzz_die("shm_write returns a result its declaration names");
	}
}

static void check_writer(const struct fuzz_watch *watch, int result)
{
	fuzz_promise(fuzz_memory_is_untouched(0), "shm_write leaves the caller's bytes");
	if (result != SHM_OK) {
		check_writer_error(watch, result);
		return;
	}
	fuzz_promise(watch->call.parameters_good && watch->rings == 1, "a message sent is rung");
	check_written(watch);
	if (is_long(watch))
		check_long_written(watch);
}

/* The buffer holds the first size bytes as they were loaded, and is untouched behind. */
static void check_buffer(const struct fuzz_watch *watch, unsigned int size)
{
	fuzz_promise(memcmp(fuzz_memory.buffer, watch->seen, size) == 0,
		     "the buffer holds what was loaded");
	fuzz_promise(fuzz_memory_is_untouched(size),
		     "bytes that are not the message's are untouched");
}

static void check_reader_error(const struct fuzz_watch *watch, int result)
{
	switch (result) {
	case SHM_E_PARTIAL:
		fuzz_promise(watch->total > watch->capacity && watch->total <= watch->call.len,
			     "SHM_E_PARTIAL is for a long message half way");
		return;
	case SHM_E_PARAM:
	case SHM_E_HEADER:
	case SHM_E_TIMEOUT:
		break;
	case SHM_E_TOO_LONG:
		fuzz_promise(watch->used_size > watch->call.len, "SHM_E_TOO_LONG is true");
		break;
	case SHM_E_EMPTY:
		fuzz_promise(watch->call.wait_us == SHM_WAIT_OFF, "SHM_E_EMPTY is for wait off");
		break;
	case SHM_E_WAIT_OFF:
		fuzz_promise(watch->call.wait_us == SHM_WAIT_OFF &&
				     watch->used_size > watch->capacity,
			     "SHM_E_WAIT_OFF is for a long message with wait off");
		break;
	default:
		fuzz_die("shm_read returns a result its declaration names");
	}
	check_nothing_moved(watch, result);
}

static void check_reader(const struct fuzz_watch *watch, int result)
{
	check_buffer(watch, watch->base + watch->copied);
	if (result != SHM_OK) {
		check_reader_error(watch, result);
		return;
	}
	fuzz_promise(watch->parts > 0 && watch->base == watch->total && watch->copied == 0,
		     "a message received is whole and acknowledged");
}

static void check_peeker(const struct fuzz_watch *watch, int result)
{
	fuzz_promise(watch->pauses == 0, "peek never waits");
	fuzz_promise(result == SHM_OK || result == SHM_E_EMPTY || result == SHM_E_PARAM ||
			     result == SHM_E_HEADER,
		     "shm_peek returns a result its declaration names");
	check_nothing_moved(watch, result);
}

static void check_report(const struct fuzz_watch *watch, const unsigned int *len, const int *type)
{
	fuzz_promise(len == NULL || *len == watch->used_size,
		     "the length is the one that was read");
	fuzz_promise(type == NULL || *type == watch->type, "the type is the one that was read");
}

void fuzz_check_end(int result, const unsigned int *got_len, const int *got_type)
{
	struct fuzz_watch *watch = &fuzz_watch;

	fuzz_check_settle();
	fuzz_peer_call_ends();
	watch->is_under_way = false;
	fuzz_check_shadow();
	fuzz_memory_check();
	fuzz_promise(watch->accesses <= ACCESSES_PER_LOOK * watch->pauses +
						ACCESSES_PER_PART * (watch->parts + 2) +
						watch->base + watch->copied,
		     "the number of accesses is bounded by pauses, parts and bytes");
	if (watch->call.side == FUZZ_WRITER)
		check_writer(watch, result);
	else if (watch->call.side == FUZZ_READER)
		check_reader(watch, result);
	else if (watch->call.side == FUZZ_PEEKER)
		check_peeker(watch, result);
	if (result == SHM_OK)
		check_report(watch, got_len, got_type);
}
