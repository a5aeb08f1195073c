// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "channel.h"
#include "options.h"
#include "progress.h"
#include "show.h"

#define PART_WAIT_US (5 * US_PER_S)
#define MAX_DEFAULT 0x10000000u

struct recv_options {
	unsigned int region, timeout_us, count, max;
	enum progress progress;
	bool by_devmem;
	enum show show;
	const char *output; /* NULL: shown */
};

static void usage(void)
{
	puts("usage: shmctl recv [OPTION]...\n"
	     "Waits for messages and shows them, each with a line of type and length before it.\n"
	     "  --as auto|text|hex  how (auto: by the type)\n"
	     "  --output FILE     writes their bytes to FILE instead; -: to standard output\n"
	     "  --count N         messages to receive (1)\n"
	     "  --timeout SECONDS for each of them (no limit); for a part of a long one 5 s\n"
	     "  --max BYTES       longest message to take (0x10000000); a longer one stays\n"
	     "  --region INDEX    (the first in which this VM is the reader)\n"
	     "  --progress, --quiet  how far it is, on standard error: always, or never\n"
	     "                    (from 1 MiB on, if that is a terminal)\n"
	     "  --devmem          map the region by /dev/mem");
}

static const struct option names[] = {
	{"as", required_argument, NULL, 'a'},
	{"output", required_argument, NULL, 'o'},
	{"count", required_argument, NULL, 'c'},
	{"timeout", required_argument, NULL, 'w'},
	{"max", required_argument, NULL, 'm'},
	{"region", required_argument, NULL, 'r'},
	{"progress", no_argument, NULL, 'p'},
	{"quiet", no_argument, NULL, 'q'},
	{"devmem", no_argument, NULL, 'd'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static enum status take_option(struct recv_options *options, int option)
{
	if (option == 'a' && !show_parse(optarg, &options->show))
		return complain(STATUS_USAGE, "--as %s: none of auto, text, hex", optarg);
	if (option == 'o')
		options->output = optarg;
	else if (option == 'c')
		options->count = (unsigned int)option_number("count", optarg, 1, 1000000000);
	else if (option == 'w')
		options->timeout_us = option_seconds("timeout", optarg);
	else if (option == 'm')
		options->max = (unsigned int)option_number("max", optarg, 0, MESSAGE_MAX);
	else if (option == 'r')
		options->region = (unsigned int)option_number("region", optarg, 0, 31);
	else if (option == 'p' || option == 'q')
		options->progress = option == 'p' ? PROGRESS_ON : PROGRESS_OFF;
	else if (option == 'd')
		options->by_devmem = true;
	return STATUS_OK;
}

static enum status deliver(const struct recv_options *options, FILE *output,
			   const struct buffer *message, unsigned int len, int type)
{
	fprintf(output == stdout ? stderr : stdout, "type %d, %u bytes\n", type, len);
	if (output == NULL) {
		show_message(options->show, message->bytes, len, type);
		return STATUS_OK;
	}
	if (fwrite(message->bytes, 1, len, output) == len && fflush(output) == 0)
		return STATUS_OK;
	return complain(STATUS_FAILED, "%s: %s", options->output, strerror(errno));
}

/* The message that waits. Its length is the peer's word: memory is taken as bytes come. */
static enum status take(const struct recv_options *options, const struct channel *channel,
			FILE *output)
{
	unsigned int len = 0;
	int type = 0, result = shm_peek(channel->shm, &len, &type);
	struct buffer message;
	enum status status;

	if (result != SHM_OK)
		return complain_result("shm_peek", result);
	if (len > options->max)
		return complain(STATUS_FAILED,
				"a message of %u bytes waits, --max is %u; it stays there", len,
				options->max);
	if (!buffer_reserve(&message, len))
		return STATUS_FAILED;
	progress_start(options->progress, &message, "received");
	result = shm_receive(channel->shm, message.bytes, len, &len, &type);
	progress_stop(result == SHM_OK);
	status = result == SHM_OK ? deliver(options, output, &message, len, type)
				  : complain_result("shm_receive", result);
	buffer_free(&message);
	return status;
}

static enum status take_all(const struct recv_options *options, const struct channel *channel,
			    FILE *output)
{
	enum status status = STATUS_OK;

	shm_set_wait(channel->shm, PART_WAIT_US);
	for (unsigned int n = 0; n < options->count && status == STATUS_OK; n++) {
		int result = channel_wait(channel, options->timeout_us, NULL);

		if (result == SHM_E_TIMEOUT)
			return complain(
				STATUS_TIMEOUT,
				"no message came from VM %u in region %u; %u of %u received",
				channel->region.writer, channel->region.index, n, options->count);
		status = result == SHM_OK ? take(options, channel, output)
					  : complain_result("shm_peek", result);
	}
	return status;
}

static enum status receive(const struct recv_options *options)
{
	enum status status = port_open();
	struct channel channel;
	FILE *output = NULL;

	if (status == STATUS_OK)
		status = channel_open(&channel, SHM_REGION_IS_READER, options->region,
				      options->by_devmem);
	if (status != STATUS_OK)
		return status;
	if (options->output != NULL)
		output = strcmp(options->output, "-") == 0 ? stdout : fopen(options->output, "we");
	if (options->output != NULL && output == NULL)
		return complain(STATUS_FAILED, "%s: %s", options->output, strerror(errno));
	status = take_all(options, &channel, output);
	if (output != NULL && output != stdout && fclose(output) != 0 && status == STATUS_OK)
		status = complain(STATUS_FAILED, "%s: %s", options->output, strerror(errno));
	return status;
}

enum status cmd_recv(int argc, char **argv)
{
	struct recv_options options = {.region = NO_REGION,
				       .timeout_us = SHM_WAIT_FOREVER,
				       .count = 1,
				       .max = MAX_DEFAULT};
	enum status status = STATUS_OK;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("recv");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		status = take_option(&options, option);
		if (status != STATUS_OK)
			return status;
	}
	option_no_more("recv", argc, argv);
	return receive(&options);
}
