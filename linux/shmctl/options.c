// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "shmctl.h"

#define SECONDS_MAX 4000.0

/* dashes: "--", or "" for an argument that is no option's. */
static int64_t number(const char *dashes, const char *name, const char *text, int64_t least,
		      int64_t most)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 0);
	if (end == text || *end != '\0' || errno != 0 || value < least || value > most)
		exit((int)complain(STATUS_USAGE,
				   "%s%s %s: not a number from %" PRId64 " to %" PRId64, dashes,
				   name, text, least, most));
	return value;
}

int64_t option_number(const char *option, const char *text, int64_t least, int64_t most)
{
	return number("--", option, text, least, most);
}

int64_t argument_number(const char *what, const char *text, int64_t least, int64_t most)
{
	return number("", what, text, least, most);
}

unsigned int option_seconds(const char *option, const char *text)
{
	char *end;
	double value = strtod(text, &end);

	/* Written so that a NaN is refused. */
	if (end == text || *end != '\0' || !(value >= 0.000001 && value <= SECONDS_MAX))
		exit((int)complain(STATUS_USAGE, "--%s %s: not seconds from 0.000001 to %.0f",
				   option, text, SECONDS_MAX));
	return (unsigned int)(value * US_PER_S);
}

void option_unknown(const char *command)
{
	exit((int)complain(STATUS_USAGE, "`shmctl %s --help` lists the options", command));
}

void option_no_more(const char *command, int argc, char **argv)
{
	if (optind < argc)
		exit((int)complain(STATUS_USAGE, "%s: '%s' is not an option; `shmctl %s --help`",
				   command, argv[optind], command));
}
