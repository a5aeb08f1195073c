/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes, the affinity of the interrupt, and who may open the device. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fusiondock/hypercall.h"
#include "peer.h"

#define TEXT(macro) TEXT_OF(macro)
#define TEXT_OF(text) #text
#define ROOM "/sys/class/misc/mcs/"
#define GROUP 4242u
#define USER 1000u

static const struct {
	const char *name, *value;
} constant[] = {
	{"vm_id", "0"},
	{"base_version", TEXT(FUSIONDOCK_VERSION_MAJOR) "." TEXT(FUSIONDOCK_VERSION_MINOR)},
	{"driver_version", "1.1"},
	{"region0/ipa", "0x2a800000"},
	{"region0/size", "0x400000"},
	{"region0/writer", "0"},
	{"region0/reader", "1"},
	{"region0/access", "rw"},
	{"region1/writer", "1"},
	{"region2/ipa", "0x30000000"},
	{"region2/size", "0x1000"},
	{"region2/access", "r"},
	{"region3/ipa", ""},
	{"view_state/ipa", "0x2a7ff000"},
	{"view_state/size", "0x1000"},
	{"view_state/access", ""},
	{"view_trace/ipa", ""},
};

static const char *value(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), ROOM "%s", name);
	return check_read_file(path);
}

static void attributes(void)
{
	for (size_t i = 0; i < sizeof(constant) / sizeof(constant[0]); i++)
		if (!CHECK(strcmp(value(constant[i].name), constant[i].value) == 0))
			printf("#   %s is '%s'\n", constant[i].name, value(constant[i].name));
	FAILS(check_write_file(ROOM "vm_id", "1"), EACCES);
}

static void counters_count(void)
{
	unsigned long long doorbells = strtoull(value("doorbells"), NULL, 10);
	unsigned long long rung = strtoull(value("rung"), NULL, 10);
	unsigned long long refused = strtoull(value("refused"), NULL, 10);
	struct mcs_ring ring = {.vm = 7};
	struct mcs_stats stats;
	int fd = check_open(O_RDWR);

	CHECK(peer_ring_once());
	FAILS(ioctl(fd, MCS_IOC_RING, &ring), ENODEV);
	CHECK(strtoull(value("doorbells"), NULL, 10) == doorbells + 1);
	CHECK(strtoull(value("rung"), NULL, 10) == rung + 1);
	CHECK(strtoull(value("refused"), NULL, 10) == refused + 1);
	CHECK(ioctl(fd, MCS_IOC_STATS, &stats) == 0 && stats.refused == refused + 1 &&
	      stats.rung == rung + 1 && stats.doorbells == doorbells + 1);
	close(fd);
}

/* Of this interrupt on this core so far, by /proc/interrupts. */
static unsigned long count_on(long irq, unsigned int core)
{
	FILE *file = fopen("/proc/interrupts", "re");
	unsigned long on[2] = {0, 0};
	char line[256];
	long number;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%ld: %lu %lu", &number, &on[0], &on[1]) == 3 && number == irq)
			break;
	if (file)
		fclose(file);
	return on[core];
}

static void the_affinity_can_be_set(void)
{
	long irq = strtol(value("doorbell_irqs"), NULL, 10);
	char path[64];

	CHECK(irq > 0);
	snprintf(path, sizeof(path), "/proc/irq/%ld/smp_affinity_list", irq);
	for (unsigned int turn = 0; turn < 4; turn++) {
		unsigned int core = turn % 2;
		unsigned long before;

		CHECK(check_write_file(path, core ? "1" : "0") == 0);
		/* The first one may still go where the line was before. */
		CHECK(peer_ring_once());
		before = count_on(irq, core);
		for (int i = 0; i < 5; i++)
			CHECK(peer_ring_once());
		CHECK(count_on(irq, core) == before + 5);
	}
	CHECK(check_write_file(path, "0-1") == 0);
}

/* As a user without any capability, in that group or another. */
static int opens_as(unsigned int group, int flags)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		struct mcs_version version;
		int fd;

		if (setgroups(0, NULL) != 0 || setgid(group) != 0 || setuid(USER) != 0)
			_exit(200);
		fd = open(MCS_DEVICE, flags);
		if (fd < 0)
			_exit(errno);
		_exit(ioctl(fd, MCS_IOC_VERSION, &version) == 0 ? 0 : 201);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void mode_and_group_decide(void)
{
	struct stat st;

	CHECK(stat(MCS_DEVICE, &st) == 0 && (st.st_mode & 07777) == 0660 && S_ISCHR(st.st_mode));
	CHECK(opens_as(GROUP, O_RDWR) == EACCES);
	CHECK(chown(MCS_DEVICE, 0, GROUP) == 0);
	CHECK(opens_as(GROUP, O_RDWR) == 0);
	CHECK(opens_as(GROUP + 1, O_RDWR) == EACCES);
	CHECK(chmod(MCS_DEVICE, 0640) == 0);
	CHECK(opens_as(GROUP, O_RDONLY) == 0 && opens_as(GROUP, O_RDWR) == EACCES);
	CHECK(chmod(MCS_DEVICE, 0660) == 0 && chown(MCS_DEVICE, 0, 0) == 0);
}

void check_sysfs(void)
{
	attributes();
	counters_count();
	the_affinity_can_be_set();
	mode_and_group_decide();
}
