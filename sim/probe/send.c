/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "probe.h"

static void rest(unsigned int ms)
{
	const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	nanosleep(&time, NULL);
}

/* A message that was given up half way, or whose reader was lost, can be written again; after others it is over. */
static bool send_one(const struct probe_options *options, shm_info_s *shm, int reader,
		     unsigned char *message, uint32_t number)
{
	int result;

	probe_fill(message, options->length, number);
	result = shm_write(message, options->length, PROBE_TYPE, shm, reader);
	if (result == SHM_E_PARTIAL || result == SHM_E_PEER_LOST) {
		printf(" %s, again:", probe_result(result));
		probe_fill(message, options->length, number);
		result = shm_write(message, options->length, PROBE_TYPE, shm, reader);
	}
	if (result != SHM_OK)
		printf(" %s,", probe_result(result));
	return result == SHM_OK;
}

bool probe_send(const struct probe_options *options)
{
	unsigned char *message = malloc(options->length);
	unsigned int sent = 0;
	int reader;
	shm_info_s *shm = probe_open(SHM_REGION_IS_WRITER, &reader);

	if (message == NULL || shm == NULL)
		return false;
	printf("probe: write:");
	shm_set_wait(shm, options->wait_ms * 1000u);
	while (sent < options->send && send_one(options, shm, reader, message, sent)) {
		sent++;
		rest(options->gap_ms);
	}
	printf(" sent %u of %u\n", sent, options->send);
	free(message);
	return sent == options->send;
}
