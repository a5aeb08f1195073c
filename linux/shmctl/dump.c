// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>

#include "channel.h"
#include "options.h"
#include "show.h"

#define LENGTH_DEFAULT 256u
#define CHUNK 4096u

struct dump_options {
	unsigned int region;
	uint64_t offset, length;
	bool by_devmem, whole;
};

static void usage(void)
{
	puts("usage: shmctl dump [OPTION]...\n"
	     "The header of a region and the bytes behind it in hex, whatever its state is; takes "
	     "no\n"
	     "message. The other VM may change them meanwhile.\n"
	     "  --region INDEX    (0)\n"
	     "  --offset BYTES    from the start of the region; 0 is the header (16)\n"
	     "  --length BYTES    at most the rest of the region (256)\n"
	     "  --all             to the end of the region\n"
	     "  --devmem          map the region by /dev/mem");
}

static const struct option names[] = {
	{"region", required_argument, NULL, 'r'},
	{"offset", required_argument, NULL, 'o'},
	{"length", required_argument, NULL, 'l'},
	{"all", no_argument, NULL, 'a'},
	{"devmem", no_argument, NULL, 'd'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void take_option(struct dump_options *options, int option)
{
	if (option == 'r')
		options->region = (unsigned int)option_number("region", optarg, 0, 31);
	else if (option == 'o')
		options->offset = (uint64_t)option_number("offset", optarg, 0, INT64_MAX);
	else if (option == 'l')
		options->length = (uint64_t)option_number("length", optarg, 0, INT64_MAX);
	else if (option == 'a')
		options->whole = true;
	else if (option == 'd')
		options->by_devmem = true;
}

/* By words: /dev/mem is Device memory, where memcpy() may not go. The size is a multiple of 4. */
static void copy(uint32_t *to, const shm_info_s *shm, uint64_t offset, size_t words)
{
	const volatile uint32_t *from = (const volatile uint32_t *)(const volatile void *)shm;

	for (size_t i = 0; i < words; i++)
		to[i] = from[offset / sizeof(*from) + i];
}

static void show_payload(const struct channel *channel, uint64_t at, uint64_t end)
{
	uint32_t words[CHUNK / sizeof(uint32_t)];

	for (; at < end; at += CHUNK) {
		size_t size = end - at < CHUNK ? (size_t)(end - at) : CHUNK;

		copy(words, channel->shm, at, (size + 3) / sizeof(words[0]));
		show_hex((const unsigned char *)words, size, at);
	}
}

static enum status dump(const struct dump_options *options, const struct channel *channel)
{
	const struct shm_region *region = &channel->region;
	uint64_t rest = region->size - options->offset;
	struct header header;

	if (options->offset % sizeof(uint32_t) != 0 || options->offset > region->size)
		return complain(STATUS_USAGE,
				"--offset %" PRIu64 ": not a multiple of 4 up to %" PRIu64,
				options->offset, region->size);
	if (!channel_header(channel, &header))
		return complain(STATUS_FAILED, "VM %d may not read region %u", shm_vm_id(),
				region->index);
	printf("region %u: max_size %u, used_size %u, op_type %d (%s), resevered %d\n",
	       region->index, header.max_size, header.used_size, header.op_type,
	       state_name(header.op_type), header.type);
	if (!options->whole && rest > options->length)
		rest = options->length;
	show_payload(channel, options->offset, options->offset + rest);
	return STATUS_OK;
}

enum status cmd_dump(int argc, char **argv)
{
	struct dump_options options = {.offset = SHM_HEADER_SIZE, .length = LENGTH_DEFAULT};
	struct channel channel;
	enum status status;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("dump");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		take_option(&options, option);
	}
	option_no_more("dump", argc, argv);
	status = port_open();
	if (status == STATUS_OK)
		status = channel_open(&channel, 0, options.region, options.by_devmem);
	return status == STATUS_OK ? dump(&options, &channel) : status;
}
