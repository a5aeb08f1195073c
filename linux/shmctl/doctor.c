// SPDX-License-Identifier: Apache-2.0
#include "facts.h"
#include "options.h"

static void usage(void)
{
	puts("usage: shmctl doctor [OPTION]...\n"
	     "Looks for what goes wrong in the field: says what is wrong, then what to do. "
	     "Changes\n"
	     "nothing without --probe.\n"
	     "  --probe           also sends a message of 8 bytes, type 0x50494e47, to the first "
	     "VM\n"
	     "                    that this one can send to, and waits for it to come back\n"
	     "  --timeout SECONDS for that (2)");
}

enum status cmd_doctor(int argc, char **argv)
{
	static const struct option names[] = {{"probe", no_argument, NULL, 'p'},
					      {"timeout", required_argument, NULL, 'w'},
					      {"help", no_argument, NULL, 'h'},
					      {NULL, 0, NULL, 0}};
	static struct facts facts;
	unsigned int timeout_us = 2 * US_PER_S, wrongs;
	bool probe = false;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("doctor");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		if (option == 'p')
			probe = true;
		else
			timeout_us = option_seconds("timeout", optarg);
	}
	option_no_more("doctor", argc, argv);
	facts_gather(&facts, probe, timeout_us);
	wrongs = judge(&facts);
	if (wrongs == 0) {
		puts("nothing wrong was found");
		return STATUS_OK;
	}
	printf("%u %s wrong; begin with the first\n", wrongs,
	       wrongs == 1 ? "thing is" : "things are");
	return STATUS_FOUND;
}
