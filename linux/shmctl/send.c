// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>
#include <string.h>

#include "channel.h"
#include "options.h"
#include "progress.h"

#define NO_TYPE INT64_MIN

struct send_options {
	unsigned int region, timeout_us;
	enum progress progress;
	bool by_devmem;
	int64_t type;
	unsigned int sources; /* how many were named */
	struct buffer message;
};

static void usage(void)
{
	puts("usage: shmctl send [OPTION]... ONE OF:\n"
	     "  --text TEXT       characters and the ending 0, type 1\n"
	     "  --int NUMBER      an int of 4 bytes, type 0\n"
	     "  --time            the counter now, 8 bytes, type 2\n"
	     "  --hex DIGITS      bytes such as 0a1b or '0a 1b'\n"
	     "  --file PATH       the file's contents; -: standard input\n"
	     "options:\n"
	     "  --type NUMBER     type of the message; --hex and --file need it\n"
	     "  --region INDEX    (the first in which this VM is the writer)\n"
	     "  --timeout SECONDS for the other VM to read the message before this one, and each\n"
	     "                    part of a long message (5)\n"
	     "  --progress, --quiet  how far it is, on standard error: always, or never\n"
	     "                    (from 1 MiB on, if that is a terminal)\n"
	     "  --devmem          map the region by /dev/mem");
}

static int nibble(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = strchr(digits, tolower((unsigned char)digit));

	return digit != '\0' && found != NULL ? (int)(found - digits) : -1;
}

static bool append_hex(struct buffer *message, const char *text)
{
	for (const char *at = text; *at != '\0';) {
		int high, low;
		unsigned char byte;

		if (isspace((unsigned char)*at) || *at == ':') {
			at++;
			continue;
		}
		high = nibble(at[0]);
		low = high >= 0 ? nibble(at[1]) : -1;
		if (low < 0) {
			complain(STATUS_USAGE, "--hex: no two hex digits at position %td: '%.2s'",
				 at - text + 1, at);
			return false;
		}
		byte = (unsigned char)(high << 4 | low);
		if (!buffer_append(message, &byte, 1))
			return false;
		at += 2;
	}
	return true;
}

static void default_type(struct send_options *options, int type)
{
	if (options->type == NO_TYPE)
		options->type = type;
}

static bool add_source(struct send_options *options, int option, const char *argument)
{
	struct buffer *message = &options->message;
	uint64_t now = shm_counter();
	int value;

	if (options->sources++ > 0)
		return true; /* refused later */
	switch (option) {
	case 't':
		default_type(options, SHM_DATA_STRING);
		return buffer_append(message, argument, strlen(argument) + 1);
	case 'i':
		default_type(options, SHM_DATA_INT);
		value = (int)option_number("int", argument, INT32_MIN, INT32_MAX);
		return buffer_append(message, &value, sizeof(value));
	case 'c':
		default_type(options, SHM_DATA_TIME);
		return buffer_append(message, &now, sizeof(now));
	case 'x':
		return append_hex(message, argument);
	default:
		return buffer_append_file(message, argument);
	}
}

static enum status take_option(struct send_options *options, int option)
{
	if (option == 'T')
		options->type = option_number("type", optarg, INT32_MIN, INT32_MAX);
	else if (option == 'r')
		options->region = (unsigned int)option_number("region", optarg, 0, 31);
	else if (option == 'w')
		options->timeout_us = option_seconds("timeout", optarg);
	else if (option == 'p' || option == 'q')
		options->progress = option == 'p' ? PROGRESS_ON : PROGRESS_OFF;
	else if (option == 'd')
		options->by_devmem = true;
	else if (!add_source(options, option, optarg))
		return option == 'x' ? STATUS_USAGE : STATUS_FAILED;
	return STATUS_OK;
}

static const struct option names[] = {
	{"text", required_argument, NULL, 't'},
	{"int", required_argument, NULL, 'i'},
	{"time", no_argument, NULL, 'c'},
	{"hex", required_argument, NULL, 'x'},
	{"file", required_argument, NULL, 'f'},
	{"type", required_argument, NULL, 'T'},
	{"region", required_argument, NULL, 'r'},
	{"timeout", required_argument, NULL, 'w'},
	{"progress", no_argument, NULL, 'p'},
	{"quiet", no_argument, NULL, 'q'},
	{"devmem", no_argument, NULL, 'd'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* STATUS_OK: go on with a mapped message. *done: there was --help. */
static enum status parse(int argc, char **argv, struct send_options *options, bool *done)
{
	enum status status = STATUS_OK;
	int option;

	while (status == STATUS_OK && (option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("send");
		*done = option == 'h';
		if (*done) {
			usage();
			return STATUS_OK;
		}
		status = take_option(options, option);
	}
	if (status != STATUS_OK)
		return status;
	option_no_more("send", argc, argv);
	if (options->sources != 1)
		return complain(STATUS_USAGE, "send: give one of --text, --int, --time, --hex and "
					      "--file");
	if (options->type == NO_TYPE)
		return complain(STATUS_USAGE, "send: --hex and --file need a --type");
	return buffer_map(&options->message) ? STATUS_OK : STATUS_FAILED;
}

static enum status write_message(const struct send_options *options, const struct channel *channel)
{
	const struct buffer *message = &options->message;
	unsigned int reader = channel->region.reader;
	int result;

	shm_set_wait(channel->shm, options->timeout_us);
	progress_start(options->progress, message, "sent");
	result = shm_write(message->bytes, (unsigned int)message->size, (int)options->type,
			   channel->shm, (int)reader);
	progress_stop(result == SHM_OK);
	if (result == SHM_OK)
		return STATUS_OK;
	if (result == SHM_E_TIMEOUT)
		return complain(STATUS_TIMEOUT,
				"VM %u has not read the message before this one within %u.%03u s; "
				"nothing was sent",
				reader, options->timeout_us / US_PER_S,
				options->timeout_us % US_PER_S / 1000);
	return complain_result("shm_write", result);
}

enum status cmd_send(int argc, char **argv)
{
	struct send_options options = {
		.region = NO_REGION, .timeout_us = 5 * US_PER_S, .type = NO_TYPE};
	struct channel channel;
	enum status status;
	bool done = false;

	if (!buffer_create(&options.message))
		return STATUS_FAILED;
	status = parse(argc, argv, &options, &done);
	if (status == STATUS_OK && !done)
		status = port_open();
	if (status == STATUS_OK && !done)
		status = channel_open(&channel, SHM_REGION_IS_WRITER, options.region,
				      options.by_devmem);
	if (status == STATUS_OK && !done)
		status = write_message(&options, &channel);
	buffer_free(&options.message);
	return status;
}
