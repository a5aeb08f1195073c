/* SPDX-License-Identifier: Apache-2.0 */
/* What the guests of several.dts agree on: tests/system/rootfs/share.c and
 * tests/system/guests/several.c. */
#ifndef TESTS_SYSTEM_ROOTFS_SEVERAL_H
#define TESTS_SYSTEM_ROOTFS_SEVERAL_H

#include <stdint.h>

#define SEVERAL_REGIONS 5
#define SEVERAL_VMS 4
#define SEVERAL_PLAYERS 3 /* VMs that may do anything at all */

/* Regions by their index, and where the description puts them: a VM without a right tries that
 * address. */
#define SEVERAL_0_TO_1 0
#define SEVERAL_1_TO_2 1
#define SEVERAL_2_TO_0 2
#define SEVERAL_BOARD 3
#define SEVERAL_SHOWN 4 /* VM 2 writes, VM 0 may only read */
#define SEVERAL_ADDRESSES                                                                          \
	{                                                                                          \
		0x31000000, 0x30100000, 0x30200000, 0x30500000, 0x30600000                         \
	}
#define SEVERAL_TOUCH 0xff8 /* a word that nobody uses, in the first page of each */

/*
 * A number goes round: VM 0 sends it, VM 1 adds 1 and sends it on, VM 2 adds 1 and sends it to VM
 * 0; the first word of data of SEVERAL_SHOWN is the last one VM 2 has sent.
 *
 * And every pair plays ball on the board, by doorbells alone. VM i has a line there that nobody
 * else writes; ball[j] is how often it has played to VM j. The lower of two has the first ball; who
 * is rung and is one behind plays back.
 */
#define SEVERAL_TURNS 100

struct several_line {
	uint64_t ball[SEVERAL_VMS];
};

/* The move VM `self` owes VM `other`, or 0. */
static inline uint64_t several_move(const volatile struct several_line *board, unsigned int self,
				    unsigned int other)
{
	uint64_t mine = board[self].ball[other], theirs = board[other].ball[self];

	if (self < other)
		return mine == theirs && mine < SEVERAL_TURNS ? mine + 1 : 0;
	return theirs == mine + 1 ? theirs : 0;
}

/* Doorbell vector by which VM `from` rings VM `to`. VM 0 has one for each of the others. */
static inline unsigned int several_vector(unsigned int from, unsigned int to)
{
	return to == 0 ? from - 1 : from;
}

#endif
