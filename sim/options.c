/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE

#include <getopt.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault_parse.h"
#include "launcher.h"
#include "objects.h"
#include "shm_pub.h"

#define REGION_MIN 32u
#define REGION_MAX 0x40000000u
#define USAGE_STATUS 2

/* Values of getopt_long(): the faults count from FAULT, the programs from VM. */
enum { FAULT = 0x100, VM = 0x200, REGION, SEED, TIMEOUT, WAIT_ALL, STEPS, RESTART, HELP };

static const struct option names[] = {
	{"drop-doorbell", required_argument, NULL, FAULT + SIM_FAULT_DROP},
	{"delay-doorbell", required_argument, NULL, FAULT + SIM_FAULT_DELAY},
	{"duplicate-doorbell", required_argument, NULL, FAULT + SIM_FAULT_DUPLICATE},
	{"freeze", required_argument, NULL, FAULT + SIM_FAULT_FREEZE},
	{"kill", required_argument, NULL, FAULT + SIM_FAULT_KILL},
	{"scribble", required_argument, NULL, FAULT + SIM_FAULT_SCRIBBLE},
	{"vm", required_argument, NULL, VM},
	{"vm0", required_argument, NULL, '0'},
	{"vm1", required_argument, NULL, '1'},
	{"region", required_argument, NULL, REGION},
	{"seed", required_argument, NULL, SEED},
	{"timeout", required_argument, NULL, TIMEOUT},
	{"wait-all", no_argument, NULL, WAIT_ALL},
	{"restart", required_argument, NULL, RESTART},
	{"steps", no_argument, NULL, STEPS},
	{"help", no_argument, NULL, HELP},
	{NULL, 0, NULL, 0},
};

static char *programs[FUSIONDOCK_VM_MAX];

static void usage(FILE *to)
{
	fputs("usage: fusiondock_sim [OPTION]... [-- ARGUMENTS OF VM 0 [-- OF VM 1]...]\n"
	      "Runs programs linked with the simulation's port in the place of VMs; the two\n"
	      "demonstrations if not said otherwise. Ends when VM 0's program ends, with its exit\n"
	      "status; 128 + n after signal n.\n"
	      "  --vm0 PROGRAM, --vm1 PROGRAM\n"
	      "  --vm N=PROGRAM                 also for more VMs, up to 7\n"
	      "  --region WRITER:READER:SIZE    regions in the place of the default two\n"
	      "  --wait-all                     ends when all have ended, or are frozen for good\n"
	      "  --restart VM[=TIMES]           starts VM again when a signal has ended it\n"
	      "  --timeout SECONDS              ends then, status 124\n"
	      "Faults; each can be given several times:\n"
	      "  --drop-doorbell VM[#WHEN]          VM rings, and nothing arrives\n"
	      "  --delay-doorbell VM[#WHEN]=MS      it arrives later\n"
	      "  --duplicate-doorbell VM[#WHEN]     it arrives a second time, 20 ms later\n"
	      "  --freeze VM@STEP[#WHEN][=MS]       VM stops there, for good or for MS\n"
	      "  --kill VM@STEP[#WHEN]              VM ends there\n"
	      "  --scribble VM@STEP[#WHEN]=PLACE    a word of a region changes there,\n"
	      "  --scribble MSms=PLACE              or at that time after the start\n"
	      "  WHEN: N (the Nth time), P% (by chance; --seed NUMBER) or all\n"
	      "  STEP: --steps lists them       PLACE: REGION.FIELD:VALUE\n"
	      "docs/simulation.md explains all of it.\n",
	      to);
}

__attribute__((format(printf, 1, 2))) static int refuse(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs("sim: ", stderr);
	vfprintf(stderr, format, list);
	fputs("; fusiondock_sim --help\n", stderr);
	va_end(list);
	return USAGE_STATUS;
}

static int add_fault(struct launch *launch, enum sim_fault_kind kind, const char *text)
{
	struct sim_control *plan = &launch->plan;
	const char *wrong;

	if (plan->fault_count == SIM_FAULT_MAX)
		return refuse("%s: more than %d faults", text, SIM_FAULT_MAX);
	wrong = fault_parse(kind, text, &plan->fault[plan->fault_count]);
	if (wrong != NULL)
		return refuse("--%s %s: %s", names[kind].name, text, wrong);
	plan->fault_count++;
	return -1;
}

static int add_region(struct launch *launch, const char *text, bool is_first)
{
	unsigned int writer, reader;
	char rest[2];
	char size_text[32], *end;
	uint64_t size;

	if (is_first)
		launch->plan.region_count = 0;
	if (sscanf(text, "%u:%u:%31[0-9a-fA-Fx]%1s", &writer, &reader, size_text, rest) != 3)
		return refuse("--region %s: not WRITER:READER:SIZE such as 0:1:0x400000", text);
	size = strtoull(size_text, &end, 0);
	if (*end != '\0' || size < REGION_MIN || size > REGION_MAX || size % 4 != 0)
		return refuse("--region %s: the size is %u to 0x%x bytes, a multiple of 4", text,
			      REGION_MIN, REGION_MAX);
	if (!objects_add_region(&launch->plan, writer, reader, size))
		return refuse("--region %s: more than %d regions", text, FUSIONDOCK_REGION_MAX);
	return -1;
}

static int set_program(struct launch *launch, char *text)
{
	char *end;
	unsigned long vm = strtoul(text, &end, 10);

	if (end == text || *end != '=' || vm >= FUSIONDOCK_VM_MAX)
		return refuse("--vm %s: not N=PROGRAM with N from 0 to %d", text,
			      FUSIONDOCK_VM_MAX - 1);
	programs[vm] = end + 1;
	if (vm >= launch->plan.vm_count)
		launch->plan.vm_count = (uint32_t)vm + 1;
	return -1;
}

static int set_number(const char *name, const char *text, unsigned int *number)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || value > INT_MAX / 1000)
		return refuse("--%s %s: not a number", name, text);
	*number = (unsigned int)value;
	return -1;
}

static int set_restarts(struct launch *launch, const char *text)
{
	char *end;
	unsigned long vm = strtoul(text, &end, 10), times = 1;
	bool is_good = end != text && vm < FUSIONDOCK_VM_MAX;

	if (is_good && *end == '=') {
		times = strtoul(end + 1, &end, 10);
		is_good = times > 0 && times <= INT_MAX;
	}
	if (!is_good || *end != '\0')
		return refuse("--restart %s: not VM or VM=TIMES with a VM from 0 to %d", text,
			      FUSIONDOCK_VM_MAX - 1);
	launch->restarts[vm] = (unsigned int)times;
	return -1;
}

static int print_steps(void)
{
	for (int i = SIM_STEP_NONE + 1; i < SIM_STEPS; i++)
		puts(sim_step_name((enum sim_step)i));
	return 0;
}

static int take_option(struct launch *launch, int option)
{
	static bool has_region;
	int status;

	if (option >= FAULT && option < FAULT + SIM_FAULT_KINDS)
		return add_fault(launch, (enum sim_fault_kind)(option - FAULT), optarg);
	switch (option) {
	case '0':
	case '1':
		programs[option - '0'] = optarg;
		return -1;
	case VM:
		return set_program(launch, optarg);
	case REGION:
		status = add_region(launch, optarg, !has_region);
		has_region = true;
		return status;
	case SEED:
		return set_number("seed", optarg, &launch->plan.seed);
	case TIMEOUT:
		return set_number("timeout", optarg, &launch->timeout_s);
	case WAIT_ALL:
		launch->waits_for_all = true;
		return -1;
	case RESTART:
		return set_restarts(launch, optarg);
	case STEPS:
		return print_steps();
	default:
		usage(option == HELP ? stdout : stderr);
		return option == HELP ? 0 : USAGE_STATUS;
	}
}

/* The programs beside this one, built with it. */
static char *beside(const char *name)
{
	char self[PATH_MAX], *path;
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (length < 0)
		return NULL;
	self[length] = '\0';
	return asprintf(&path, "%s/%s", dirname(self), name) < 0 ? NULL : path;
}

static int check_fault(const struct sim_control *plan, const struct sim_fault *fault)
{
	if (fault->step != SIM_STEP_NONE && fault->vm >= plan->vm_count)
		return refuse("a fault is for VM %u, and there are only %u VMs", fault->vm,
			      plan->vm_count);
	if (fault->kind != SIM_FAULT_SCRIBBLE)
		return -1;
	if (fault->region >= plan->region_count)
		return refuse("a scribble is for region %u, and there are only %u", fault->region,
			      plan->region_count);
	if (fault->offset % 4 != 0 || fault->offset > plan->region[fault->region].size - 4)
		return refuse("a scribble at data+%u: it must be aligned to 4 and in the region",
			      fault->offset - SHM_HEADER_SIZE);
	return -1;
}

static int check(const struct launch *launch)
{
	const struct sim_control *plan = &launch->plan;
	int status = -1;

	for (unsigned int i = 0; i < plan->region_count; i++) {
		if (plan->region[i].writer >= plan->vm_count ||
		    plan->region[i].reader >= plan->vm_count)
			return refuse("region %u is for a VM that does not exist", i);
	}
	for (unsigned int i = 0; i < plan->vm_count; i++) {
		if (programs[i] == NULL)
			return refuse("VM %u has no program: --vm %u=PROGRAM", i, i);
	}
	for (unsigned int i = plan->vm_count; i < FUSIONDOCK_VM_MAX; i++) {
		if (launch->restarts[i] > 0)
			return refuse("--restart %u: there are only %u VMs", i, plan->vm_count);
	}
	for (unsigned int i = 0; i < plan->fault_count && status < 0; i++)
		status = check_fault(plan, &plan->fault[i]);
	return status;
}

/* The rest of the line: each VM's arguments, with its program put before them. */
static int take_arguments(struct launch *launch, int argc, char **argv)
{
	char **all = calloc((size_t)argc + 2 * FUSIONDOCK_VM_MAX, sizeof(*all));
	int next = 0;

	if (all == NULL)
		return refuse("no memory");
	for (unsigned int vm = 0; vm < launch->plan.vm_count; vm++) {
		launch->argv[vm] = all;
		*all++ = programs[vm];
		while (next < argc && strcmp(argv[next], "--") != 0)
			*all++ = argv[next++];
		*all++ = NULL;
		next++; /* the "--" */
	}
	return next < argc
		       ? refuse("there are arguments for more VMs than %u", launch->plan.vm_count)
		       : -1;
}

int options_parse(struct launch *launch, int argc, char **argv)
{
	int status = -1, option;

	objects_default(&launch->plan);
	programs[0] = beside("linux_shm_demo");
	programs[1] = beside("uniproton_shm_demo");
	while (status < 0 && (option = getopt_long(argc, argv, "+", names, NULL)) != -1)
		status = take_option(launch, option);
	if (status < 0)
		status = check(launch);
	if (status < 0)
		status = take_arguments(launch, argc - optind, argv + optind);
	return status;
}
