// SPDX-License-Identifier: Apache-2.0
/*
 * The demonstration, VM 0's side: a second thread sends integers, a string and time stamps
 * in the region where this VM is the writer, the main thread receives what the other VM
 * sends in the region where this VM is the reader. Which those are, and who is told, comes
 * from the base; the program knows no address.
 */
#define _POSIX_C_SOURCE 200809L

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "linux_shm.h"
#include "shm_pub.h"

#define FIRST_MESSAGE_MS 15000u /* how long to wait for the first message */
#define WRITE_WAIT_US 15000000u /* for the other VM to read the previous message */
#define PART_WAIT_US 1000000u   /* for the next part of a long message */
#define STEP_US 100000u         /* between two looks at whether it is time to end */
#define STAMPS_PER_PERIOD 5u
#define MESSAGE_MAX 0x400000u /* bytes, longer ones are refused */

struct options {
	bool devmem;
	unsigned int ints;
	unsigned int stamps;
	unsigned int idle_s;
	unsigned int period_ms;
};

struct channel {
	struct shm_region region;
	shm_info_s *shm;
};

struct sender {
	const struct options *options;
	const struct channel *channel;
};

static atomic_uint sent;
static atomic_bool sending_is_over;
static atomic_bool failed;

/* --- What both threads use */

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u;
}

static void sleep_ms(unsigned int ms)
{
	struct timespec rest = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};

	while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
		;
}

static bool fail(const char *what, const char *why)
{
	printf("[linux] demo: %s: %s\n", what, why);
	atomic_store(&failed, true);
	return false;
}

/* --- Sending */

static bool send(const struct channel *channel, void *data, unsigned int len, int type)
{
	int result = shm_write(data, len, type, channel->shm, (int)channel->region.reader);

	if (result != SHM_OK)
		return fail("shm_write", shm_strerror(result));
	atomic_fetch_add(&sent, 1);
	return true;
}

static bool send_ints(const struct channel *channel, const struct options *options)
{
	for (int i = 0; i < (int)options->ints; i++) {
		if (!send(channel, &i, sizeof(i), SHM_DATA_INT))
			return false;
		printf("[linux] write to shm int: %d\n", i);
		sleep_ms(options->period_ms);
	}
	return true;
}

static bool send_string(const struct channel *channel, const struct options *options)
{
	char text[] = "Hello UniProton";

	if (!send(channel, text, sizeof(text), SHM_DATA_STRING))
		return false;
	printf("[linux] write to shm string: %s\n", text);
	sleep_ms(options->period_ms);
	return true;
}

static bool send_stamps(const struct channel *channel, const struct options *options)
{
	for (unsigned int i = 0; i < options->stamps; i++) {
		uint64_t ticks = shm_counter();

		if (!send(channel, &ticks, sizeof(ticks), SHM_DATA_TIME))
			return false;
		printf("[linux] write to shm time: %" PRIu64 "\n", ticks);
		sleep_ms(options->period_ms / STAMPS_PER_PERIOD);
	}
	return true;
}

static void *send_all(void *arg)
{
	const struct sender *sender = arg;
	const struct channel *channel = sender->channel;
	const struct options *options = sender->options;

	if (send_ints(channel, options) && send_string(channel, options) &&
	    send_stamps(channel, options))
		atomic_store(&sending_is_over, true);
	return NULL;
}

/* --- Receiving */

/* Up to the first 0. What would steer a terminal is shown as a point. */
static void print_string(const char *text, unsigned int len)
{
	flockfile(stdout); /* one line is not torn by the other thread's */
	printf("[linux] read len: 0x%x, st: ", len);
	for (unsigned int i = 0; i < len && text[i] != '\0'; i++)
		putchar(iscntrl((unsigned char)text[i]) ? '.' : text[i]);
	putchar('\n');
	funlockfile(stdout);
}

/* Hundredths of a microsecond; seconds and the rest apart, as the product would overflow. */
static uint64_t centi_us(uint64_t ticks)
{
	const uint64_t per_s = 100000000u;
	uint64_t hz = shm_counter_frequency();

	return ticks / hz * per_s + ticks % hz * per_s / hz;
}

static void print_time(uint64_t then, uint64_t now)
{
	uint64_t past = centi_us(now >= then ? now - then : then - now);

	printf("[linux] read time: %" PRIu64 ", one way %s%" PRIu64 ".%02" PRIu64 " us\n", then,
	       now >= then ? "" : "-", past / 100, past % 100);
}

static void print_message(const void *data, unsigned int len, int type, uint64_t now)
{
	if (type == SHM_DATA_INT && len == sizeof(int)) {
		int value;

		memcpy(&value, data, sizeof(value));
		printf("[linux] read from shm: %d\n", value);
	} else if (type == SHM_DATA_STRING) {
		print_string(data, len);
	} else if (type == SHM_DATA_TIME && len == sizeof(uint64_t)) {
		uint64_t then;

		memcpy(&then, data, sizeof(then));
		print_time(then, now);
	} else {
		printf("[linux] read type %d, len 0x%x\n", type, len);
	}
}

/* Reads what is there. False when a call failed, here or in the sender. */
static bool drain(const struct channel *channel, unsigned int *received)
{
	static char buffer[MESSAGE_MAX];

	while (!atomic_load(&failed)) {
		unsigned int len = 0;
		int type = 0;
		int result = shm_peek(channel->shm, NULL, NULL);
		uint64_t now = shm_counter();

		if (result == SHM_E_EMPTY)
			return true;
		if (result == SHM_OK)
			result = shm_receive(channel->shm, buffer, sizeof(buffer), &len, &type);
		if (result == SHM_E_PEER_LOST)
			continue; /* what its next life sends comes */
		if (result != SHM_OK)
			return fail("shm_receive", shm_strerror(result));
		print_message(buffer, len, type, now);
		(*received)++;
	}
	return false;
}

static bool time_to_end(const struct options *options, unsigned int received, uint64_t quiet_ms,
			uint64_t past_ms)
{
	if (received > 0)
		return atomic_load(&sending_is_over) && quiet_ms >= options->idle_s * 1000u;
	if (past_ms < FIRST_MESSAGE_MS)
		return false;
	fail("receive", "nothing came within 15 s");
	return true;
}

static unsigned int receive_all(const struct options *options, const struct channel *channel)
{
	uint64_t start = now_ms();
	uint64_t busy = start; /* last time something was sent or received */
	unsigned int received = 0;

	while (!atomic_load(&failed)) {
		unsigned int before = received;
		int result;

		if (!drain(channel, &received))
			break;
		if (received != before || !atomic_load(&sending_is_over))
			busy = now_ms();
		if (time_to_end(options, received, now_ms() - busy, now_ms() - start))
			break;
		result = shm_wait_ipi(STEP_US);
		if (result != SHM_OK && result != SHM_E_TIMEOUT)
			fail("shm_wait_ipi", shm_strerror(result));
	}
	return received;
}

/* --- Preparing */

static bool find_region(unsigned int flag, struct shm_region *region)
{
	for (unsigned int i = 0; shm_region_info(i, region) == SHM_OK; i++) {
		if (region->flags & flag)
			return true;
	}
	return false;
}

static bool open_channel(struct channel *channel, const char *role, unsigned int flag, bool devmem)
{
	int result = SHM_OK;

	if (!find_region(flag, &channel->region)) {
		printf("[linux] demo: the system description has no region in which VM %d is the "
		       "%s\n",
		       shm_vm_id(), flag == SHM_REGION_IS_WRITER ? "writer" : "reader");
		return false;
	}
	printf("[linux] map %s region 0x%" PRIx64 " size 0x%" PRIx64 "\n", role,
	       channel->region.ipa, channel->region.size);
	errno = 0;
	channel->shm = devmem ? linux_shm_map_devmem(&channel->region, &result)
			      : shm_map(&channel->region, &result);
	if (channel->shm)
		return true;
	printf("[linux] demo: cannot map it%s: %s", devmem ? " by /dev/mem" : "",
	       shm_strerror(result));
	if (errno != 0)
		printf(" (%s)", strerror(errno));
	putchar('\n');
	return false;
}

static bool open_port(void)
{
	shm_ipi_init();
	if (shm_ipi_status() != SHM_OK)
		return fail("shm_ipi_init", shm_strerror(shm_ipi_status()));
	if (shm_counter_frequency() == 0)
		return fail("shm_counter_frequency", "CNTFRQ_EL0 is 0, set it in the firmware");
	return true;
}

static bool run(const struct options *options)
{
	struct channel out;
	struct channel in;
	struct sender sender = {.options = options, .channel = &out};
	unsigned int received;
	pthread_t thread;

	if (!open_port() || !open_channel(&out, "write", SHM_REGION_IS_WRITER, options->devmem) ||
	    !open_channel(&in, "read", SHM_REGION_IS_READER, options->devmem))
		return false;
	shm_set_wait(out.shm, WRITE_WAIT_US);
	shm_set_wait(in.shm, PART_WAIT_US);
	errno = pthread_create(&thread, NULL, send_all, &sender);
	if (errno != 0)
		return fail("pthread_create", strerror(errno));
	received = receive_all(options, &in);
	if (atomic_load(&failed))
		exit(1); /* the sender may be asleep and still needs what is on this stack */
	pthread_join(thread, NULL);
	printf("[linux] demo: sent %u, received %u\n", atomic_load(&sent), received);
	return true;
}

/* --- The command line */

static void usage(FILE *to)
{
	fputs("usage: linux_shm_demo [options]\n"
	      "Sends to the other VM and shows what it sends.\n"
	      "  --devmem              map the regions by /dev/mem, as the specification does\n"
	      "  --ints N              integers to send, 0 to 1000000 (5)\n"
	      "  --stamps N            time stamps to send, 0 to 1000000 (5)\n"
	      "  --idle SECONDS        end when nothing has come for so long, 1 to 3600 (3)\n"
	      "  --period MILLISECONDS between two integers, 5 to 60000 (1000); time stamps\n"
	      "                        follow five times as fast\n"
	      "  --help                this text\n"
	      "Exit status: 0, or 1 when nothing came within 15 s or a call failed, 2 for a\n"
	      "wrong option.\n",
	      to);
}

static unsigned int number(const char *option, const char *text, unsigned int min, unsigned int max)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end != '\0' || errno || value < min || value > max) {
		fprintf(stderr, "linux_shm_demo: --%s '%s' is not a number from %u to %u\n", option,
			text, min, max);
		exit(2);
	}
	return (unsigned int)value;
}

static void parse(int argc, char **argv, struct options *options)
{
	static const struct option table[] = {
		{"devmem", no_argument, NULL, 'd'},
		{"ints", required_argument, NULL, 'n'},
		{"stamps", required_argument, NULL, 's'},
		{"idle", required_argument, NULL, 'i'},
		{"period", required_argument, NULL, 'p'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (option == 'd') {
			options->devmem = true;
		} else if (option == 'n') {
			options->ints = number("ints", optarg, 0, 1000000);
		} else if (option == 's') {
			options->stamps = number("stamps", optarg, 0, 1000000);
		} else if (option == 'i') {
			options->idle_s = number("idle", optarg, 1, 3600);
		} else if (option == 'p') {
			options->period_ms = number("period", optarg, 5, 60000);
		} else {
			usage(option == 'h' ? stdout : stderr);
			exit(option == 'h' ? 0 : 2);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "linux_shm_demo: '%s' is not an option\n", argv[optind]);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct options options = {.ints = 5, .stamps = 5, .idle_s = 3, .period_ms = 1000};

	setvbuf(stdout, NULL, _IOLBF, 0);
	parse(argc, argv, &options);
	return run(&options) ? 0 : 1;
}
