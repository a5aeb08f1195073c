/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two arenas that are never freed; a run only moves the borders of what may be touched.
 * Outside, bytes are poisoned for the address sanitizer. Its shadow has one value for
 * eight bytes and cannot poison the first of them alone, so up to seven bytes in front of
 * a misaligned start are canaries instead.
 */
#include <string.h>

#include <sanitizer/asan_interface.h>

#include "fuzz_shm.h"

#define GRANULE 8u
#define FENCE 64u
#define CANARY 0xa5u

struct arena {
	unsigned char *bytes;
	size_t size;
	size_t start; /* what may be touched: start .. end */
	size_t end;
};

static _Alignas(64) unsigned char region_bytes[FUZZ_REGION_MAX + 2 * FENCE];
static _Alignas(64) unsigned char buffer_bytes[FUZZ_LEN_MAX + 2 * FENCE];
static unsigned char pattern[FUZZ_LEN_MAX];
static struct arena region = {.bytes = region_bytes, .size = sizeof(region_bytes)};
static struct arena buffer = {.bytes = buffer_bytes, .size = sizeof(buffer_bytes)};

struct fuzz_memory fuzz_memory;

static void open_arena(struct arena *arena, size_t size, unsigned int misalign)
{
	size_t start = FENCE + misalign;

	if (arena->start == start && arena->end == start + size)
		return;
	__asan_unpoison_memory_region(arena->bytes, arena->size);
	for (size_t i = start & ~(size_t)(GRANULE - 1); i < start; i++)
		arena->bytes[i] = CANARY;
	__asan_poison_memory_region(arena->bytes, start & ~(size_t)(GRANULE - 1));
	__asan_poison_memory_region(arena->bytes + start + size, arena->size - start - size);
	arena->start = start;
	arena->end = start + size;
}

void fuzz_memory_region(size_t size, unsigned int misalign)
{
	open_arena(&region, size, misalign);
	fuzz_memory.shm = (shm_info_s *)(void *)(region.bytes + region.start);
	fuzz_memory.region_size = size;
}

/* Filled before the first run. */
static void __attribute__((constructor)) make_pattern(void)
{
	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = (unsigned char)(i * 7u + 3u);
}

void fuzz_memory_buffer(size_t size, unsigned int misalign)
{
	open_arena(&buffer, size, misalign);
	fuzz_memory.buffer = buffer.bytes + buffer.start;
	fuzz_memory.buffer_size = size;
	memcpy(fuzz_memory.buffer, pattern, size);
}

bool fuzz_memory_is_untouched(size_t from)
{
	return memcmp(fuzz_memory.buffer + from, pattern + from, fuzz_memory.buffer_size - from) ==
	       0;
}

static void check_arena(const struct arena *arena)
{
	for (size_t i = arena->start & ~(size_t)(GRANULE - 1); i < arena->start; i++) {
		if (arena->bytes[i] != CANARY)
			fuzz_die("a byte in front of the region or the buffer was written");
	}
}

void fuzz_memory_check(void)
{
	check_arena(&region);
	check_arena(&buffer);
}
