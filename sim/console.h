/* SPDX-License-Identifier: Apache-2.0 */
/* A VM's output, line by line with the VM's name before it. */
#ifndef SIM_CONSOLE_H
#define SIM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_LINE 4096

struct console {
	int fd; /* read end, non-blocking; -1 after the end */
	unsigned int vm;
	bool colour;
	size_t used;
	char line[CONSOLE_LINE]; /* not yet ended; a longer line is printed in pieces */
};

void console_init(struct console *console, int fd, unsigned int vm);

/* Prints the lines that are there; closes fd at its end. */
void console_read(struct console *console);

/* Prints what is left, also a line that never ended, and closes. */
void console_finish(struct console *console);

#endif
