/* SPDX-License-Identifier: Apache-2.0 */
/* The messages between the test program ring (VM 0) and the test guest answer (VM 1). */
#ifndef TESTS_SYSTEM_ROOTFS_ANSWER_H
#define TESTS_SYSTEM_ROOTFS_ANSWER_H

#include <stdint.h>

#define ANSWER_ECHO 16   /* two words; the answer has the same two */
#define ANSWER_COUNTS 17 /* two words, unused; the answer is a struct answer_counts */
#define ANSWER_BURST 18  /* rings, unused; no answer but so many doorbells, without a pause */

/* Of the guest's life, at the moment of the answer: this question is counted, this answer's ring is
 * not. */
struct answer_counts {
	uint64_t doorbells; /* taken */
	uint64_t messages;  /* read */
	uint64_t rings;     /* made */
	uint64_t dropped;   /* answers, because the one before had not been read */
	uint64_t refused;   /* rings, by the base */
};

/* While a burst lasts, this word of the answer region's data is the number of the newest ring. */
#define ANSWER_BURST_WORD 512

#endif
