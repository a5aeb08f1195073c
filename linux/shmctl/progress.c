// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#define STEP_NS 100000000

static struct {
	const struct buffer *buffer;
	const char *what;
	int pagemap;
	bool on, thread_runs, terminal;
	atomic_bool over;
	uint64_t start; /* counter */
	pthread_t thread;
} progress;

static void show(unsigned long long done)
{
	unsigned long long size = progress.buffer->size;

	fprintf(stderr, "%sshmctl: %s %llu of %llu bytes (%llu %%)%s",
		progress.terminal ? "\r" : "", progress.what, done, size,
		size > 0 ? done * 100 / size : 100, progress.terminal ? "" : "\n");
}

static void *look(void *unused)
{
	const struct timespec step = {.tv_nsec = STEP_NS};
	long long shown = -1;

	while (nanosleep(&step, NULL) == 0 && !atomic_load(&progress.over)) {
		long long done = buffer_touched(progress.buffer, progress.pagemap);

		if (done < 0)
			break;
		if (done != shown)
			show((unsigned long long)done);
		shown = done;
	}
	return unused;
}

void progress_start(enum progress wish, const struct buffer *buffer, const char *what)
{
	progress.terminal = isatty(STDERR_FILENO) == 1;
	progress.on = wish == PROGRESS_ON ||
		      (wish == PROGRESS_AUTO && progress.terminal && buffer->size >= PROGRESS_FROM);
	if (!progress.on)
		return;
	progress.buffer = buffer;
	progress.what = what;
	progress.start = shm_counter();
	atomic_store(&progress.over, false);
	progress.pagemap = buffer_pagemap();
	progress.thread_runs =
		progress.pagemap >= 0 && pthread_create(&progress.thread, NULL, look, NULL) == 0;
}

/* In thousands of bytes a second, without overflow for a message of 4 GiB. */
static uint64_t rate(size_t size, uint64_t ticks)
{
	uint64_t us = ticks / shm_counter_frequency() * US_PER_S +
		      ticks % shm_counter_frequency() * US_PER_S / shm_counter_frequency();

	return us > 0 ? size * 1000u / us : 0;
}

void progress_stop(bool moved)
{
	uint64_t ticks;

	if (!progress.on)
		return;
	ticks = shm_counter() - progress.start;
	atomic_store(&progress.over, true);
	if (progress.thread_runs)
		pthread_join(progress.thread, NULL);
	if (progress.pagemap >= 0)
		close(progress.pagemap);
	if (moved)
		show(progress.buffer->size);
	if (progress.terminal)
		fputc('\n', stderr);
	if (moved)
		fprintf(stderr, "shmctl: %llu kB/s\n",
			(unsigned long long)rate(progress.buffer->size, ticks));
}
