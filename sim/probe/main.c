/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe.h"

static void usage(FILE *to)
{
	fputs("usage: shm_probe [--send N] [--receive N] [--length BYTES] [--wait-ms MS]\n"
	      "                 [--idle-ms MS] [--gap-ms MS]\n"
	      "For fusiondock_sim: sends, then receives, checks what came, and prints what the\n"
	      "calls reported. Exit status 0 when all went well, 1 otherwise.\n",
	      to);
}

shm_info_s *probe_open(unsigned int role, int *reader)
{
	struct shm_region region;
	shm_info_s *shm;
	int result = SHM_E_PARAM;

	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		if ((region.flags & role) == 0)
			continue;
		shm = shm_map(&region, &result);
		if (shm != NULL && reader != NULL)
			*reader = (int)region.reader;
		if (shm != NULL)
			return shm;
	}
	printf("probe: no region to %s: %s\n", role == SHM_REGION_IS_WRITER ? "write" : "read",
	       shm_strerror(result));
	return NULL;
}

static unsigned int number(const char *name, const char *text, unsigned int least,
			   unsigned int most)
{
	char *end;
	unsigned long value = strtoul(text, &end, 0);

	if (end == text || *end != '\0' || value < least || value > most) {
		fprintf(stderr, "shm_probe: --%s %s: not a number from %u to %u\n", name, text,
			least, most);
		exit(2);
	}
	return (unsigned int)value;
}

static struct probe_options parse(int argc, char **argv)
{
	struct probe_options options = {.length = 64, .wait_ms = 500, .idle_ms = 800};
	const struct {
		struct option name;
		unsigned int *value, least, most;
	} all[] = {
		{{"send", required_argument, NULL, 0}, &options.send, 0, 1000000},
		{{"receive", required_argument, NULL, 0}, &options.receive, 0, 1000000},
		{{"length", required_argument, NULL, 0},
		 &options.length,
		 PROBE_LENGTH_MIN,
		 PROBE_LENGTH_MAX},
		{{"wait-ms", required_argument, NULL, 0}, &options.wait_ms, 1, 1000000},
		{{"idle-ms", required_argument, NULL, 0}, &options.idle_ms, 1, 1000000},
		{{"gap-ms", required_argument, NULL, 0}, &options.gap_ms, 0, 1000000},
	};
	const size_t count = sizeof(all) / sizeof(all[0]);
	struct option names[sizeof(all) / sizeof(all[0]) + 2] = {
		[sizeof(all) / sizeof(all[0])] = {"help", no_argument, NULL, 'h'}};
	int option, i;

	for (size_t n = 0; n < count; n++)
		names[n] = all[n].name;
	while ((option = getopt_long(argc, argv, "", names, &i)) != -1) {
		if (option != 0) {
			usage(option == 'h' ? stdout : stderr);
			exit(option == 'h' ? 0 : 2);
		}
		*all[i].value = number(all[i].name.name, optarg, all[i].least, all[i].most);
	}
	return options;
}

int main(int argc, char **argv)
{
	struct probe_options options = parse(argc, argv);
	bool is_good = true;

	shm_ipi_init();
	if (shm_ipi_status() != SHM_OK) {
		printf("probe: %s\n", shm_strerror(shm_ipi_status()));
		return 1;
	}
	if (options.send > 0)
		is_good = probe_send(&options);
	if (options.receive > 0)
		is_good = probe_receive(&options) && is_good;
	return is_good ? 0 : 1;
}
