/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for a message. Its pages come into the page table as the library touches them. */
#ifndef SHMCTL_BUFFER_H
#define SHMCTL_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* shm_write() takes no longer message. */
#define MESSAGE_MAX 0xfffffffeu

struct buffer {
	int fd; /* memfd */
	unsigned char *bytes;
	size_t size;
};

/* All of these: false, after saying why. Messages of 0 bytes have bytes, too. */
bool buffer_create(struct buffer *buffer);
bool buffer_append(struct buffer *buffer, const void *bytes, size_t size);
bool buffer_append_file(struct buffer *buffer, const char *path); /* "-": standard input */
bool buffer_map(struct buffer *buffer);
bool buffer_reserve(struct buffer *buffer, size_t size); /* create and map, zeros */
void buffer_free(struct buffer *buffer);

/* Bytes from the start whose pages have been touched through `bytes`, or -1: not known. */
long long buffer_touched(const struct buffer *buffer, int pagemap);

/* For buffer_touched(): a descriptor, or -1. */
int buffer_pagemap(void);

#endif
