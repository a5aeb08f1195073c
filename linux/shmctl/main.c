// SPDX-License-Identifier: Apache-2.0
/* shmctl: looks at, tries and measures the regions and doorbells of this VM. */
#include "shmctl.h"

#include <stdarg.h>
#include <string.h>

static const struct command {
	const char *name, *summary;
	enum status (*run)(int argc, char **argv);
} commands[] = {
	{"info", "base, this VM, its regions and views, and all VMs", cmd_info},
	{"send", "send one message: text, number, hex, file or standard input", cmd_send},
	{"recv", "receive messages: shown, or to a file or standard output", cmd_recv},
	{"echo", "send every message back, so that another VM can ping this one", cmd_echo},
	{"watch", "show each change of the regions and doorbells as it happens", cmd_watch},
	{"dump", "a region's header and payload in hex, as it is", cmd_dump},
	{"ping", "round trip to a VM that echoes: percentiles and histogram", cmd_ping},
	{"vm", "list the VMs; stop, start and reset one", cmd_vm},
	{"trace", "what the base did last, as text or for Perfetto", cmd_trace},
	{"doctor", "what is wrong, and what to do about it", cmd_doctor},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

enum status complain(enum status status, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("shmctl: ", stderr);
	vfprintf(stderr, format, list);
	fputc('\n', stderr);
	va_end(list);
	return status;
}

enum status complain_result(const char *what, int result)
{
	enum status status = STATUS_FAILED;

	if (result == SHM_E_TIMEOUT || result == SHM_E_PEER_LOST)
		status = STATUS_TIMEOUT;
	else if (result == SHM_E_NO_PORT)
		status = STATUS_NO_PORT;
	return complain(status, "%s: %s", what, shm_strerror(result));
}

static enum status usage(FILE *to, enum status status)
{
	fputs("usage: shmctl COMMAND [OPTION]...\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fputs("`shmctl COMMAND --help` lists a command's options; shmctl(1) explains all.\n"
	      "Exit status: 0; 1 a call failed; 2 usage; 3 no base or driver, or no right to it;\n"
	      "4 the other VM did not write, read, answer, stop or start in time, or has ended;\n"
	      "5 doctor found a fault.\n",
	      to);
	return status;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2)
		return (int)usage(stderr, STATUS_USAGE);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return (int)usage(stdout, STATUS_OK);
	for (size_t i = 0; i < COMMANDS; i++) {
		enum status status;

		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		status = commands[i].run(argc - 1, argv + 1);
		if (fflush(stdout) != 0 && status == STATUS_OK)
			return (int)complain(STATUS_FAILED, "standard output could not be written");
		return (int)status;
	}
	complain(STATUS_USAGE, "'%s' is no command", argv[1]);
	return (int)usage(stderr, STATUS_USAGE);
}
