// SPDX-License-Identifier: Apache-2.0
#include "buffer.h"
#include "channel.h"
#include "options.h"

#define PART_WAIT_US (5 * US_PER_S)
#define LENGTH_MAX 0x10000000u

struct echo {
	struct channel in, out;
	unsigned int count; /* 0: no limit */
	unsigned int timeout_us;
};

static void usage(void)
{
	puts("usage: shmctl echo [OPTION]...\n"
	     "Sends every message back as it came, in the region to the VM that sent it.\n"
	     "  --count N         end after so many (never)\n"
	     "  --timeout SECONDS end when none comes for so long (never)\n"
	     "  --region INDEX    where messages come (the first in which this VM is the reader)");
}

/* The first region by which this VM sends to the one that sends in echo->in. */
static enum status open_back(struct echo *echo)
{
	struct shm_region region;

	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		if ((region.flags & SHM_REGION_IS_WRITER) &&
		    region.reader == echo->in.region.writer)
			return channel_open(&echo->out, SHM_REGION_IS_WRITER, i, false);
	}
	return complain(STATUS_FAILED, "the system description has no region from VM %d to VM %u",
			shm_vm_id(), echo->in.region.writer);
}

static int send_back(const struct echo *echo, unsigned int len)
{
	struct buffer message;
	int result, type;

	if (len > LENGTH_MAX)
		return SHM_E_TOO_LONG;
	if (!buffer_reserve(&message, len))
		return SHM_E_PARAM;
	result = shm_receive(echo->in.shm, message.bytes, len, &len, &type);
	if (result == SHM_OK)
		result = shm_write(message.bytes, len, type, echo->out.shm,
				   (int)echo->out.region.reader);
	buffer_free(&message);
	return result;
}

static enum status serve(const struct echo *echo)
{
	unsigned int done = 0;

	while (echo->count == 0 || done < echo->count) {
		unsigned int len = 0;
		int result = channel_wait(&echo->in, echo->timeout_us, NULL);

		if (result == SHM_OK)
			result = shm_peek(echo->in.shm, &len, NULL);
		if (result == SHM_OK)
			result = send_back(echo, len);
		if (result != SHM_OK) {
			printf("echoed %u\n", done);
			return complain_result("echo", result);
		}
		done++;
	}
	printf("echoed %u\n", done);
	return STATUS_OK;
}

static enum status run(struct echo *echo, unsigned int index)
{
	enum status status = port_open();

	if (status == STATUS_OK)
		status = channel_open(&echo->in, SHM_REGION_IS_READER, index, false);
	if (status == STATUS_OK)
		status = open_back(echo);
	if (status != STATUS_OK)
		return status;
	shm_set_wait(echo->in.shm, PART_WAIT_US);
	shm_set_wait(echo->out.shm, PART_WAIT_US);
	return serve(echo);
}

enum status cmd_echo(int argc, char **argv)
{
	static const struct option names[] = {{"count", required_argument, NULL, 'c'},
					      {"timeout", required_argument, NULL, 'w'},
					      {"region", required_argument, NULL, 'r'},
					      {"help", no_argument, NULL, 'h'},
					      {NULL, 0, NULL, 0}};
	struct echo echo = {.timeout_us = SHM_WAIT_FOREVER};
	unsigned int index = NO_REGION;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("echo");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		if (option == 'c')
			echo.count = (unsigned int)option_number("count", optarg, 1, 1000000000);
		else if (option == 'w')
			echo.timeout_us = option_seconds("timeout", optarg);
		else
			index = (unsigned int)option_number("region", optarg, 0, 31);
	}
	option_no_more("echo", argc, argv);
	return run(&echo, index);
}
