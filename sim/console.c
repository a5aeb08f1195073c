/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include "console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const colours[] = {"\033[36m", "\033[33m"};

void console_init(struct console *console, int fd, unsigned int vm)
{
	*console = (struct console){
		.fd = fd,
		.vm = vm,
		.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
	};
}

/* One stdio call and one flush a line: nothing comes between. */
static void print_line(struct console *console)
{
	if (console->colour)
		printf("%s[VM %u]\033[0m %.*s\n", colours[console->vm % 2], console->vm,
		       (int)console->used, console->line);
	else
		printf("[VM %u] %.*s\n", console->vm, (int)console->used, console->line);
	fflush(stdout);
	console->used = 0;
}

static void take(struct console *console, char c)
{
	if (c == '\n' || console->used == CONSOLE_LINE)
		print_line(console);
	if (c != '\n' && c != '\r')
		console->line[console->used++] = c;
}

void console_read(struct console *console)
{
	char buffer[CONSOLE_LINE];
	ssize_t got;

	while (console->fd >= 0) {
		got = read(console->fd, buffer, sizeof(buffer));
		for (ssize_t i = 0; i < got; i++)
			take(console, buffer[i]);
		if (got > 0 || (got < 0 && errno == EINTR))
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		close(console->fd);
		console->fd = -1;
	}
}

void console_finish(struct console *console)
{
	console_read(console);
	if (console->used > 0)
		print_line(console);
	if (console->fd >= 0)
		close(console->fd);
	console->fd = -1;
}
