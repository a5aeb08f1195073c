// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE

#include "buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shmctl.h"

#define PRESENT (1ull << 63) /* Documentation/admin-guide/mm/pagemap.rst */
#define CHUNK 0x10000u

static bool failed(const char *what)
{
	complain(STATUS_FAILED, "%s: %s", what, strerror(errno));
	return false;
}

bool buffer_create(struct buffer *buffer)
{
	*buffer = (struct buffer){.fd = memfd_create("shmctl", MFD_CLOEXEC)};
	return buffer->fd >= 0 || failed("memfd_create");
}

bool buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
	const char *from = bytes;

	if (size > MESSAGE_MAX - buffer->size) {
		complain(STATUS_FAILED, "longer than a message can be (%u bytes)", MESSAGE_MAX);
		return false;
	}
	while (size > 0) {
		ssize_t done = write(buffer->fd, from, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return failed("memory for the message");
		from += done;
		size -= (size_t)done;
		buffer->size += (size_t)done;
	}
	return true;
}

bool buffer_append_file(struct buffer *buffer, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	static char chunk[CHUNK];
	bool good = true;
	ssize_t got;

	if (fd < 0)
		return failed(path);
	while (good && (got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		good = got < 0 ? failed(path) : buffer_append(buffer, chunk, (size_t)got);
	}
	close(fd);
	return good;
}

bool buffer_map(struct buffer *buffer)
{
	size_t size = buffer->size > 0 ? buffer->size : 1;
	void *bytes;

	if (buffer->size == 0 && ftruncate(buffer->fd, 1) != 0)
		return failed("memory for the message");
	bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, buffer->fd, 0);
	if (bytes == MAP_FAILED)
		return failed("memory for the message");
	buffer->bytes = bytes;
	return true;
}

bool buffer_reserve(struct buffer *buffer, size_t size)
{
	if (!buffer_create(buffer))
		return false;
	if (ftruncate(buffer->fd, (off_t)size) != 0) {
		close(buffer->fd);
		return failed("memory for the message");
	}
	buffer->size = size;
	if (buffer_map(buffer))
		return true;
	close(buffer->fd);
	return false;
}

void buffer_free(struct buffer *buffer)
{
	if (buffer->bytes != NULL)
		munmap(buffer->bytes, buffer->size > 0 ? buffer->size : 1);
	close(buffer->fd);
}

int buffer_pagemap(void)
{
	return open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
}

/* The library copies upwards, so the pages that it has touched are the first ones. */
long long buffer_touched(const struct buffer *buffer, int pagemap)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t touched = 0, beyond = (buffer->size + page - 1) / page;

	while (touched < beyond) {
		size_t middle = touched + (beyond - touched) / 2;
		size_t number = (uintptr_t)buffer->bytes / page + middle;
		uint64_t entry;

		if (pread(pagemap, &entry, sizeof(entry), (off_t)(number * sizeof(entry))) !=
		    (ssize_t)sizeof(entry))
			return -1;
		if (entry & PRESENT)
			touched = middle + 1;
		else
			beyond = middle;
	}
	return (long long)(touched * page < buffer->size ? touched * page : buffer->size);
}
