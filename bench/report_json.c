/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/utsname.h>

#include "report.h"

#define CPUINFO_LINE 256

/* Printable ASCII without what JSON would have to escape. */
static void put_string(FILE *to, const char *name, const char *text)
{
	fprintf(to, "\"%s\": \"", name);
	for (; *text != '\0'; text++) {
		if (*text >= ' ' && *text < 0x7f && *text != '"' && *text != '\\')
			fputc(*text, to);
	}
	fputc('"', to);
}

/* The value of the first line of /proc/cpuinfo with this name, or "unknown". */
static void read_processor(char value[CPUINFO_LINE])
{
	char line[CPUINFO_LINE];
	FILE *info = fopen("/proc/cpuinfo", "r");

	strcpy(value, "unknown");
	while (info != NULL && fgets(line, sizeof(line), info) != NULL) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
			snprintf(value, CPUINFO_LINE, "%s", colon + 1 + strspn(colon + 1, " "));
			break;
		}
	}
	if (info != NULL)
		fclose(info);
}

static void put_machine(FILE *to, const struct bench_options *options)
{
	char processor[CPUINFO_LINE];
	struct utsname name;

	read_processor(processor);
	fputs("  \"machine\": {", to);
	put_string(to, "processor", processor);
	if (uname(&name) == 0) {
		fputs(", ", to);
		put_string(to, "kernel", name.release);
		fputs(", ", to);
		put_string(to, "architecture", name.machine);
	}
	fprintf(to, ", \"cores\": [%d, %d]},\n", options->cores[0], options->cores[1]);
}

static void put_floor(FILE *to, const struct bench_case *which, const struct bench_result *result)
{
	if (which->floor == BENCH_NO_FLOOR)
		fputs("\"floor\": null, \"pass\": null", to);
	else
		fprintf(to, "\"floor\": {\"%s\": %.2f}, \"pass\": %s",
			which->floor == BENCH_AT_LEAST ? "at_least" : "at_most", which->limit,
			result->is_reached ? "true" : "false");
}

static void put_case(FILE *to, const struct bench_case *which, const struct bench_result *result)
{
	fputs("    {", to);
	put_string(to, "group", which->group);
	fputs(", ", to);
	put_string(to, "subject", bench_workloads[which->subject].name);
	fputs(", ", to);
	put_string(to, "baseline", bench_workloads[which->baseline].name);
	fprintf(to,
		", \"bytes\": %u, \"subject_ns\": %.2f, \"baseline_ns\": %.2f, "
		"\"ratio\": %.4f, \"ratio_least\": %.4f, \"ratio_most\": %.4f, ",
		which->size, result->subject_ns, result->baseline_ns, result->ratio,
		result->ratio_least, result->ratio_most);
	put_floor(to, which, result);
	fputs("}", to);
}

void report_json(FILE *to, const struct bench_options *options, const struct bench_case *cases,
		 const struct bench_result *results, unsigned int count)
{
	bool pass = true;

	fputs("{\n", to);
	put_machine(to, options);
	fprintf(to, "  \"runs\": %u,\n  \"batches_a_run\": %u,\n  \"cases\": [\n", options->runs,
		options->batches);
	for (unsigned int i = 0; i < count; i++) {
		put_case(to, &cases[i], &results[i]);
		fputs(i + 1 < count ? ",\n" : "\n", to);
		pass = pass && results[i].is_reached;
	}
	fprintf(to, "  ],\n  \"pass\": %s\n}\n", pass ? "true" : "false");
}
