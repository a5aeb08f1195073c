/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measuring program: two processes on two cores, one the driver, which keeps the time.
 * A workload is what both do together; a batch is so many turns of it without a pause.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "shm_pub.h"

#define BENCH_SIZE_MAX (1u << 20) /* bytes of the largest message */
#define BENCH_OFFSET_MAX 64u      /* of a message in its buffer */

/* A futex, one for each side. */
struct bench_bell {
	_Alignas(64) uint32_t rings;
};

/* What a side has done so far that is no part of a turn; only it stores here. */
struct bench_rest {
	_Alignas(64) uint64_t ns; /* let the other side fall asleep */
	uint64_t sleeps;          /* its own, in the last batch whose sides sleep */
};

/* Each word that both sides use has a cache line of its own, as a bare hand-over would. */
struct bench_shared {
	_Alignas(64) uint32_t posted;   /* jobs the driver has posted */
	_Alignas(64) uint32_t accepted; /* of these the partner has begun */
	_Alignas(64) uint32_t finished; /* of these the partner has finished */
	_Alignas(64) uint32_t word;     /* ping-pong, and the hand-over of the memcpy stream */
	struct bench_bell bell[2];
	struct bench_rest rest[2];
	_Alignas(64) unsigned int workload, size, count;
	_Alignas(4096) unsigned char buffer[BENCH_SIZE_MAX + BENCH_OFFSET_MAX];
};

struct bench_side {
	unsigned int self; /* 0: the driver */
	struct bench_shared *shared;
	shm_info_s *out, *in; /* the regions it writes and reads */
	unsigned char *source,
		*drain;     /* of its own, BENCH_SIZE_MAX + BENCH_OFFSET_MAX bytes each */
	uint32_t bell_seen; /* wake-ups taken so far */
	uint32_t *samples;  /* ns of each turn if not NULL; the driver's only */
};

/* count turns of size bytes. */
typedef void bench_work(struct bench_side *side, unsigned int size, unsigned int count);

struct bench_workload {
	const char *name;
	bench_work *driver;
	bench_work *partner; /* NULL: the driver is alone */
	bool sleeps;         /* both sides, once in each turn */
};

enum bench_workload_id {
	BENCH_PINGPONG,
	BENCH_MESSAGE_ROUND,
	BENCH_FUTEX_ROUND,
	BENCH_BELL_ROUND,
	BENCH_MEMCPY_STREAM,
	BENCH_MESSAGE_STREAM,
	BENCH_MEMCPY_SKEW,
	BENCH_MESSAGE_SKEW,
	BENCH_MEMCPY,
	BENCH_COPY_NORMAL,
	BENCH_COPY_DEVICE,
	BENCH_WORK_ALONE,
	BENCH_WORK_BOTH,
	BENCH_WORKLOADS
};

extern const struct bench_workload bench_workloads[BENCH_WORKLOADS];

bench_work bench_pingpong_driver, bench_pingpong_partner;
bench_work bench_message_round_driver, bench_message_round_partner;
bench_work bench_futex_round_driver, bench_futex_round_partner;
bench_work bench_bell_round_driver, bench_bell_round_partner;
bench_work bench_memcpy_stream_driver, bench_memcpy_stream_partner;
bench_work bench_message_stream_driver, bench_message_stream_partner;
bench_work bench_memcpy_skew_driver, bench_memcpy_skew_partner;
bench_work bench_message_skew_driver, bench_message_skew_partner;
bench_work bench_memcpy, bench_copy_normal, bench_copy_device;
bench_work bench_compute_alone, bench_compute_driver, bench_compute_partner;

#define EXIT_TROUBLE 2 /* it could not be measured */

/* Ends the program with the sentence and status 2: a figure after an error is worth nothing. */
__attribute__((noreturn, format(printf, 1, 2))) void bench_fail(const char *format, ...);

/* bench_fail() if a call of the library did not succeed. */
static inline void bench_check(int result, const char *call)
{
	if (__builtin_expect(result != SHM_OK, 0))
		bench_fail("%s: %s", call, shm_strerror(result));
}

/* Relaxes the core between two looks. */
static inline void bench_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Until *word is value. Acquire: what the other side stored before is there. */
static inline void bench_await(const uint32_t *word, uint32_t value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
		bench_relax();
}

/* Release: what was stored before is there for who sees the value in bench_await(). */
static inline void bench_tell(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* The time that passes within turns. */
static inline uint64_t bench_clock(const struct bench_side *side)
{
	const struct bench_rest *rest = side->shared->rest;

	return shm_counter() - rest[0].ns - rest[1].ns;
}

/* Stores the time of turn i and starts the next, if turns are timed one by one. */
static inline void bench_sample(const struct bench_side *side, unsigned int i, uint64_t *since)
{
	uint64_t now;

	if (side->samples == NULL)
		return;
	now = bench_clock(side);
	side->samples[i] = (uint32_t)(now - *since);
	*since = now;
}

#endif
