/* SPDX-License-Identifier: Apache-2.0 */
/* Messages and memory as text. What came from the other VM never steers the terminal. */
#ifndef SHMCTL_SHOW_H
#define SHMCTL_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum show { SHOW_AUTO, SHOW_TEXT, SHOW_HEX };

/* "auto", "text", "hex". False: none of them. */
bool show_parse(const char *text, enum show *show);

/* SHOW_AUTO: by the type, as the demonstration does; hex for a type it does not know. */
void show_message(enum show show, const unsigned char *bytes, size_t size, int type);

/* Lines of 16 bytes; `at` is what the first one is called. */
void show_hex(const unsigned char *bytes, size_t size, uint64_t at);

#endif
