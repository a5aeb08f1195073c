/* SPDX-License-Identifier: Apache-2.0 */
/* What writer.c and reader.c share. */
#ifndef END_H
#define END_H

#include "stress.h"

#define END_ALIGNMENTS 8u

/* For the longest message and one byte more, at any alignment. */
struct end_buffer {
	unsigned char *bytes;
	size_t size;
};

void end_make_buffer(const struct stress_end *end, struct end_buffer *buffer);
void end_add(uint64_t *counter, uint64_t amount);
void end_count_message(struct stress_end *end, unsigned int len);
/* Sets how the next calls wait. */
void end_draw_wait(const struct stress_end *end, struct stress_random *random, uint64_t number);
/* Whether the result asks for another try. */
bool end_try_again(struct stress_end *end, int result);

#endif
