/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuzzer of the library: one thread that plays both sides.
 *
 * fuzz_shm.c makes the calls, fuzz_peer.c is the hostile other side, fuzz_access.c,
 * fuzz_store.c and fuzz_result.c judge each access and each result, fuzz_memory.c holds what the
 * library may touch, fuzz_port.c is a port with a fake clock. The input, a string of bytes, drives
 * the first two; docs/fuzzing.md has its format.
 */
#ifndef FUZZ_SHM_H
#define FUZZ_SHM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shm_pub.h"

#define FUZZ_REGION_MIN 32u
#define FUZZ_REGION_MAX 160u
#define FUZZ_LEN_MAX 768u
#define FUZZ_PAUSE_US 10u
#define FUZZ_VM 1

/* The input. */
void fuzz_script_start(const uint8_t *bytes, size_t size);
bool fuzz_script_is_over(void);
unsigned int fuzz_script_byte(void); /* 0 behind the end */
unsigned int fuzz_script_word(void);

/* Memory: one region, one buffer of the caller, both between poisoned bytes. */
struct fuzz_memory {
	shm_info_s *shm;       /* region of region_size bytes */
	size_t region_size;    /* header included */
	bool is_device;        /* the library must access it as Device memory */
	unsigned char *buffer; /* the caller's, buffer_size bytes */
	size_t buffer_size;
};
extern struct fuzz_memory fuzz_memory;

void fuzz_memory_region(size_t size, unsigned int misalign);
/* Fills it with its pattern. */
void fuzz_memory_buffer(size_t size, unsigned int misalign);
bool fuzz_memory_is_untouched(size_t from);
/* Dies when a byte beside the region or the buffer was changed. */
void fuzz_memory_check(void);

/* The port. */
struct fuzz_port {
	uint64_t now;
	uint64_t hz;
	int init_result;
	int ring_result;
	unsigned int rings;
	unsigned int pauses;
	unsigned int clock_reads;
};
extern struct fuzz_port fuzz_port;

/* The peer. */
struct fuzz_peer {
	bool helps;         /* takes and supplies parts at each pause, as an honest peer */
	unsigned int limit; /* believed max_size of a region that is not attached, else 0 */
};
extern struct fuzz_peer fuzz_peer;

void fuzz_peer_call_begins(void);
void fuzz_peer_call_ends(void);
/* The library is about to access the region, to pause, to ring or to read the clock. */
void fuzz_peer_moment(void);
void fuzz_peer_pause(void);
/* Every change of the region that the library does not make. */
void fuzz_peer_stores(size_t offset, const void *bytes, size_t size);

/* The judge. */
enum fuzz_side { FUZZ_NO_SIDE, FUZZ_WRITER, FUZZ_READER, FUZZ_PEEKER };

struct fuzz_call {
	enum fuzz_side side;
	unsigned int len;
	int type;
	unsigned int wait_us;
	bool parameters_good;
};

void fuzz_take_shadow(void);
void fuzz_check_begin(const struct fuzz_call *call);
/* got_*: what shm_receive or shm_peek reported, NULL if not asked. */
void fuzz_check_end(int result, const unsigned int *got_len, const int *got_type);
void fuzz_check_pause(unsigned int round);
void fuzz_check_ring(struct cpu_info cpu);
/* The library's last store has been made; before anybody else changes the region. */
void fuzz_check_settle(void);
/* Ends the program: the library broke a promise. */
_Noreturn void fuzz_die(const char *promise);

/* The access hook, -DSHM_ACCESS_HOOK=fuzz_access. */
void fuzz_access(const volatile void *address, size_t size, int is_store);

#endif
