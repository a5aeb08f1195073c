// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>
#include <string.h>

#include "channel.h"
#include "options.h"
#include "platform.h"

struct watched {
	struct channel channel;
	struct header header;
};

static void usage(void)
{
	puts("usage: shmctl watch [OPTION]...\n"
	     "A line for each change of a region's header or of the doorbells, with the seconds "
	     "since\n"
	     "the start. Takes no message. What changes twice between two looks is seen once.\n"
	     "  --interval SECONDS  between two looks (0.01)\n"
	     "  --seconds SECONDS   end then (at Ctrl-C)");
}

static void show_time(uint64_t start)
{
	uint64_t past = shm_counter() - start, hz = shm_counter_frequency();

	printf("%5" PRIu64 ".%03" PRIu64 "  ", past / hz, past % hz * 1000 / hz);
}

static void show_header(const struct watched *region, uint64_t start)
{
	const struct header *header = &region->header;

	show_time(start);
	printf("region %u, VM %u to VM %u: %s, type %d, %u bytes, max_size %u\n",
	       region->channel.region.index, region->channel.region.writer,
	       region->channel.region.reader, state_name(header->op_type), header->type,
	       header->used_size, header->max_size);
}

static void look_at_regions(struct watched *regions, unsigned int count, uint64_t start, bool first)
{
	for (unsigned int i = 0; i < count; i++) {
		struct header now;

		if (!channel_header(&regions[i].channel, &now))
			continue;
		if (!first && memcmp(&now, &regions[i].header, sizeof(now)) == 0)
			continue;
		regions[i].header = now;
		show_header(&regions[i], start);
	}
}

/* doorbells: those that this program has waited for, where the driver counts none. */
static void look_at_doorbells(uint64_t doorbells, uint64_t start, bool first)
{
	static struct mcs_stats last;
	struct mcs_stats now = {.doorbells = doorbells};

	platform_stats(&now);
	if (!first && now.doorbells == last.doorbells && now.rung == last.rung &&
	    now.refused == last.refused)
		return;
	show_time(start);
	printf("doorbells: %" PRIu64 " arrived (+%" PRIu64 "), %" PRIu64 " rung, %" PRIu64
	       " refused\n",
	       (uint64_t)now.doorbells, (uint64_t)(now.doorbells - last.doorbells),
	       (uint64_t)now.rung, (uint64_t)now.refused);
	last = now;
}

static enum status watch(struct watched *regions, unsigned int count, unsigned int interval_us,
			 unsigned int seconds_us)
{
	uint64_t start = shm_counter(), hz = shm_counter_frequency();
	uint64_t end = seconds_us / US_PER_S * hz + seconds_us % US_PER_S * hz / US_PER_S;
	uint64_t doorbells = 0;
	bool first = true;

	do {
		int result;

		look_at_regions(regions, count, start, first);
		look_at_doorbells(doorbells, start, first);
		first = false;
		result = shm_wait_ipi(interval_us);
		if (result == SHM_OK)
			doorbells++;
		else if (result != SHM_E_TIMEOUT)
			return complain_result("shm_wait_ipi", result);
	} while (seconds_us == SHM_WAIT_FOREVER || shm_counter() - start < end);
	return STATUS_OK;
}

static enum status open_all(struct watched *regions, unsigned int *count)
{
	enum status status = port_open();
	struct shm_region region;

	for (*count = 0; status == STATUS_OK && *count < FUSIONDOCK_REGION_MAX &&
			 shm_region_info(*count, &region) == SHM_OK;
	     (*count)++)
		status = channel_open(&regions[*count].channel, 0, *count, false);
	return status;
}

enum status cmd_watch(int argc, char **argv)
{
	static const struct option names[] = {{"interval", required_argument, NULL, 'i'},
					      {"seconds", required_argument, NULL, 's'},
					      {"help", no_argument, NULL, 'h'},
					      {NULL, 0, NULL, 0}};
	static struct watched regions[FUSIONDOCK_REGION_MAX];
	unsigned int interval_us = 10000, seconds_us = SHM_WAIT_FOREVER, count;
	enum status status;
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("watch");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		*(option == 'i' ? &interval_us : &seconds_us) =
			option_seconds(option == 'i' ? "interval" : "seconds", optarg);
	}
	option_no_more("watch", argc, argv);
	status = open_all(regions, &count);
	return status == STATUS_OK ? watch(regions, count, interval_us, seconds_us) : status;
}
