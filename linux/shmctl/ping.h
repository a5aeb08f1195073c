/* SPDX-License-Identifier: Apache-2.0 */
/* Round trips: how they are made (ping_round.c) and told (ping_report.c). */
#ifndef SHMCTL_PING_H
#define SHMCTL_PING_H

#include "channel.h"

#define PING_LENGTH_MIN 16u /* struct ping_head */
#define PING_LENGTH_MAX 0x100000u

struct ping {
	struct channel out, in;
	unsigned int count, length, timeout_us, interval_us;
	int type;
	bool discard; /* a message that is no answer is thrown away, not a reason to end */
	unsigned char *message, *answer;
	uint64_t session; /* in each message, so that an earlier run's answer is none of ours */
	/* What came of it. */
	uint64_t *ticks; /* of each round, `done` of them */
	unsigned int sent, done, silent, strangers;
};

/* STATUS_OK: the answer came, ticks[done++] is the time. Otherwise it has said why. */
enum status ping_round(struct ping *ping);

enum ping_form { PING_TEXT, PING_JSON, PING_SVG };

/* Sorts ticks. */
void ping_report(struct ping *ping, enum ping_form form);

#define PING_BUCKETS 64u /* bucket n: times from 2^n ns up to 2^(n+1) */

/* The smallest time, in ns, that so many per mille of the rounds did not exceed; ticks are sorted.
 */
uint64_t ping_percentile(const struct ping *ping, uint64_t permille);

/* In ping_svg.c. */
void ping_svg(const struct ping *ping, const unsigned int *counts);

#endif
