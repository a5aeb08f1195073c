// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE

#include "trace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "channel.h"
#include "options.h"
#include "platform.h"

#define LOOK_NS 10000000L
/* Events of several cores are put in order if they are that old: one is stored just after its time.
 */
#define SETTLED_NS 1000000u
#define TRACE_ANY_VM UINT32_MAX

static void usage(void)
{
	puts("usage: shmctl trace [OPTION]...\n"
	     "The events that the base has kept of each core, in the order of their times.\n"
	     "  --follow          those that come from now on, until Ctrl-C\n"
	     "  --count N         the last N; with --follow the first N\n"
	     "  --seconds SECONDS ends --follow\n"
	     "  --kind NAME,...   only such as raised,inject\n"
	     "  --vm ID           only those of a core of VM ID\n"
	     "  --json            for chrome://tracing and https://ui.perfetto.dev\n"
	     "  --save FILE       writes the trace itself, to be shown by --file elsewhere\n"
	     "  --file FILE       shows a saved trace");
}

static enum status take_kinds(struct trace_options *options, char *names)
{
	options->kinds = 0;
	for (char *name = strtok(names, ","); name != NULL; name = strtok(NULL, ",")) {
		unsigned int kind = trace_kind(name);

		if (kind == FUSIONDOCK_TRACE_NONE) {
			complain(STATUS_USAGE, "--kind %s: none of", name);
			for (kind = 1; kind < FUSIONDOCK_TRACE_KINDS; kind++)
				fprintf(stderr, "%s%s", kind > 1 ? ", " : "        ",
					trace_kind_name(kind));
			fputc('\n', stderr);
			return STATUS_USAGE;
		}
		options->kinds |= UINT64_C(1) << kind;
	}
	return STATUS_OK;
}

static enum status save(struct trace_view *view, const char *path, uint64_t end)
{
	FILE *file = fopen(path, "we");
	bool good = file != NULL && trace_save(view, file, end);
	int error = errno;

	if (file != NULL && fclose(file) != 0 && good) {
		good = false;
		error = errno;
	}
	return good ? STATUS_OK : complain(STATUS_FAILED, "%s: %s", path, strerror(error));
}

static enum status no_view(int error)
{
	if (error == ENXIO)
		return complain(STATUS_FAILED,
				"the system description has no trace: a node "
				"trace@ADDRESS in /views makes one (docs/systems.md)");
	if (error == EACCES)
		return complain(STATUS_FAILED,
				"the trace is not shown to VM %d: name it in `read-only` of "
				"trace@ADDRESS in the system description",
				shm_vm_id());
	if (error == EOPNOTSUPP)
		return complain(STATUS_FAILED, "the %s has no trace; --file shows a saved one",
				platform_name);
	return complain(STATUS_FAILED, "the trace cannot be mapped: %s", strerror(error));
}

static enum status find_live(const void **at, uint64_t *size)
{
	struct mcs_view view = {.view = FUSIONDOCK_VIEW_TRACE};
	enum status status = port_open();
	int error;

	if (status != STATUS_OK)
		return status;
	error = platform_view(&view, at);
	*size = view.size;
	return error == 0 ? STATUS_OK : no_view(error);
}

static enum status find_file(const char *path, const void **at, uint64_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat stat;

	if (fd < 0 || fstat(fd, &stat) != 0)
		return complain(STATUS_FAILED, "%s: %s", path, strerror(errno));
	*size = (uint64_t)stat.st_size;
	*at = mmap(NULL, *size > 0 ? *size : 1, PROT_READ, MAP_PRIVATE, fd, 0);
	if (*at == MAP_FAILED)
		return complain(STATUS_FAILED, "%s: %s", path, strerror(errno));
	close(fd);
	return STATUS_OK;
}

static enum status run(const struct trace_options *options)
{
	static struct trace_view view;
	const void *at = NULL;
	const char *wrong;
	uint64_t size = 0;
	enum status status = options->file != NULL ? find_file(options->file, &at, &size)
						   : find_live(&at, &size);

	if (status != STATUS_OK)
		return status;
	wrong = trace_open(&view, at, size);
	if (wrong != NULL)
		return complain(STATUS_FAILED, "%s is no trace: %s",
				options->file != NULL ? options->file : "the trace view", wrong);
	return options->save != NULL ? save(&view, options->save, trace_now(options))
				     : trace_show(&view, options);
}

static const struct option names[] = {
	{"follow", no_argument, NULL, 'f'},        {"count", required_argument, NULL, 'c'},
	{"seconds", required_argument, NULL, 's'}, {"kind", required_argument, NULL, 'k'},
	{"vm", required_argument, NULL, 'v'},      {"json", no_argument, NULL, 'j'},
	{"save", required_argument, NULL, 'w'},    {"file", required_argument, NULL, 'r'},
	{"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
};

static enum status take_option(struct trace_options *options, int option)
{
	if (option == 'k')
		return take_kinds(options, optarg);
	if (option == 'f')
		options->follow = true;
	else if (option == 'j')
		options->json = true;
	else if (option == 'c')
		options->count = (uint64_t)option_number("count", optarg, 1, INT64_MAX);
	else if (option == 's')
		options->seconds_us = option_seconds("seconds", optarg);
	else if (option == 'v')
		options->vm = (unsigned int)option_number("vm", optarg, 0, FUSIONDOCK_VM_MAX - 1);
	else if (option == 'w')
		options->save = optarg;
	else if (option == 'r')
		options->file = optarg;
	return STATUS_OK;
}

enum status cmd_trace(int argc, char **argv)
{
	struct trace_options options = {
		.kinds = UINT64_MAX, .vm = TRACE_ANY_VM, .seconds_us = SHM_WAIT_FOREVER};
	enum status status = STATUS_OK;
	int option;

	while (status == STATUS_OK && (option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (option == '?')
			option_unknown("trace");
		if (option == 'h') {
			usage();
			return STATUS_OK;
		}
		status = take_option(&options, option);
	}
	if (status != STATUS_OK)
		return status;
	option_no_more("trace", argc, argv);
	if (options.follow && (options.file != NULL || options.save != NULL))
		return complain(STATUS_USAGE, "trace: --follow is of the base's trace, not with "
					      "--file or --save");
	if (options.seconds_us != SHM_WAIT_FOREVER && !options.follow)
		return complain(STATUS_USAGE, "trace: --seconds ends --follow, which is not there");
	return run(&options);
}
