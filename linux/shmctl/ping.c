// SPDX-License-Identifier: Apache-2.0
#include "ping.h"

#include <stdlib.h>
#include <time.h>

#include "options.h"

static void usage(void)
{
	puts("usage: shmctl ping [OPTION]...\n"
	     "Sends messages to a VM that sends them back, one at a time, and shows how long that "
	     "took.\n"
	     "  --count N         round trips, 1 to 1000000 (1000)\n"
	     "  --length BYTES    of a message, 16 to 1048576 (16)\n"
	     "  --interval SECONDS between two (none)\n"
	     "  --timeout SECONDS for an answer (2)\n"
	     "  --type NUMBER     of the messages (0x50494e47)\n"
	     "  --region INDEX    to send in (the first in which this VM is the writer)\n"
	     "  --discard         throw away messages that are no answer, and go on\n"
	     "  --json            one JSON object, times in ns\n"
	     "  --svg             a drawing of the histogram");
}

static const struct option names[] = {
	{"count", required_argument, NULL, 'c'},
	{"length", required_argument, NULL, 'l'},
	{"interval", required_argument, NULL, 'i'},
	{"timeout", required_argument, NULL, 'w'},
	{"type", required_argument, NULL, 'T'},
	{"region", required_argument, NULL, 'r'},
	{"discard", no_argument, NULL, 'd'},
	{"json", no_argument, NULL, 'j'},
	{"svg", no_argument, NULL, 's'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void take_option(struct ping *ping, unsigned int *index, int option)
{
	if (option == 'c')
		ping->count = (unsigned int)option_number("count", optarg, 1, 1000000);
	else if (option == 'l')
		ping->length = (unsigned int)option_number("length", optarg, PING_LENGTH_MIN,
							   PING_LENGTH_MAX);
	else if (option == 'i')
		ping->interval_us = option_seconds("interval", optarg);
	else if (option == 'w')
		ping->timeout_us = option_seconds("timeout", optarg);
	else if (option == 'T')
		ping->type = (int)option_number("type", optarg, INT32_MIN, INT32_MAX);
	else if (option == 'r')
		*index = (unsigned int)option_number("region", optarg, 0, 31);
	else if (option == 'd')
		ping->discard = true;
}

static enum status open_both(struct ping *ping, unsigned int index)
{
	enum status status = port_open();
	struct shm_region region;

	if (status == STATUS_OK)
		status = channel_open(&ping->out, SHM_REGION_IS_WRITER, index, false);
	if (status != STATUS_OK)
		return status;
	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		if ((region.flags & SHM_REGION_IS_READER) &&
		    region.writer == ping->out.region.reader)
			return channel_open(&ping->in, SHM_REGION_IS_READER, i, false);
	}
	return complain(STATUS_FAILED, "the system description has no region from VM %u to VM %d",
			ping->out.region.reader, shm_vm_id());
}

static void rest(unsigned int us)
{
	const struct timespec time = {.tv_sec = us / US_PER_S,
				      .tv_nsec = (long)(us % US_PER_S) * 1000};

	if (us > 0)
		nanosleep(&time, NULL);
}

static enum status run(struct ping *ping)
{
	enum status status = STATUS_OK;

	ping->session = shm_counter();
	ping->message = calloc(1, ping->length);
	ping->answer = malloc(PING_LENGTH_MAX);
	ping->ticks = calloc(ping->count, sizeof(ping->ticks[0]));
	if (!ping->message || !ping->answer || !ping->ticks)
		return complain(STATUS_FAILED, "no memory for %u round trips", ping->count);
	shm_set_wait(ping->out.shm, ping->timeout_us);
	shm_set_wait(ping->in.shm, ping->timeout_us);
	while (ping->done < ping->count && status == STATUS_OK) {
		status = ping_round(ping);
		if (ping->done < ping->count && status == STATUS_OK)
			rest(ping->interval_us);
	}
	return status;
}

enum status cmd_ping(int argc, char **argv)
{
	struct ping ping = {.count = 1000,
			    .length = PING_LENGTH_MIN,
			    .timeout_us = 2 * US_PER_S,
			    .type = PING_TYPE};
	unsigned int index = NO_REGION;
	enum ping_form form = PING_TEXT;
	enum status status;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("ping");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		if (option == 'j' || option == 's')
			form = option == 'j' ? PING_JSON : PING_SVG;
		take_option(&ping, &index, option);
	}
	option_no_more("ping", argc, argv);
	status = open_both(&ping, index);
	if (status == STATUS_OK)
		status = run(&ping);
	if (ping.sent > 0)
		ping_report(&ping, form);
	free(ping.message);
	free(ping.answer);
	free(ping.ticks);
	return status;
}
