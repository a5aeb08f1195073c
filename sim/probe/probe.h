/* SPDX-License-Identifier: Apache-2.0 */
/* A program for the simulation that sends or receives, checks, and says what calls reported. */
#ifndef SIM_PROBE_H
#define SIM_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "shm_pub.h"

#define PROBE_TYPE 77
#define PROBE_LENGTH_MIN 16u /* bytes: what stands before the pattern */
#define PROBE_LENGTH_MAX 0x1000000u

struct probe_options {
	unsigned int send, receive; /* messages */
	unsigned int length;        /* bytes of a message */
	unsigned int wait_ms;       /* bound of the library's waits */
	unsigned int idle_ms;       /* how long the receiver waits for a doorbell */
	unsigned int gap_ms;        /* between two sends */
};

/* Fills a message of this number, with the time. */
void probe_fill(unsigned char *message, unsigned int length, uint32_t number);

/* NULL, or what is wrong with a message that should be this one. */
const char *probe_check(const unsigned char *message, unsigned int length, uint32_t number);

/* Milliseconds since the message was filled. */
unsigned int probe_age_ms(const unsigned char *message);

/* "SHM_E_TIMEOUT" and the like. */
const char *probe_result(int result);

/* Both print one line, and return whether all messages went or came as they should. */
bool probe_send(const struct probe_options *options);
bool probe_receive(const struct probe_options *options);

/* The first region in which this VM has the role SHM_REGION_IS_*; *reader is its reader. */
shm_info_s *probe_open(unsigned int role, int *reader);

#endif
