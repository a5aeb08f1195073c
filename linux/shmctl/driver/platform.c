// SPDX-License-Identifier: Apache-2.0
#define _GNU_SOURCE

#include "platform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linux_shm.h"

#define TREE "/proc/device-tree"
#define MODULE "/sys/module/mcs_km"
#define COMPATIBLE "fusiondock,mcs"

const char *const platform_name = "fusiondock base";

static bool ask(unsigned long call, void *argument)
{
	int fd = linux_shm_fd();

	return fd >= 0 && ioctl(fd, call, argument) == 0;
}

bool platform_version(struct mcs_version *version)
{
	return ask(MCS_IOC_VERSION, version);
}

bool platform_stats(struct mcs_stats *stats)
{
	return ask(MCS_IOC_STATS, stats);
}

int platform_vm_state(unsigned int vm)
{
	struct mcs_vm_state state = {.vm = vm};

	if (ask(MCS_IOC_VM_STATE, &state))
		return (int)state.state;
	return errno == ENODEV ? VM_NOT_THERE : VM_UNKNOWN;
}

/* A driver that does not know the call says ENOTTY. */
static int ask_newer(unsigned long call, void *argument)
{
	if (ask(call, argument))
		return 0;
	return errno == ENOTTY ? EOPNOTSUPP : errno;
}

int platform_vm_life(struct mcs_vm_life *life)
{
	return ask_newer(MCS_IOC_VM_LIFE, life);
}

int platform_vm_control(unsigned int vm, unsigned int operation)
{
	struct mcs_vm_control control = {.vm = vm, .operation = operation};

	return ask_newer(MCS_IOC_VM_CONTROL, &control);
}

int platform_counter(struct mcs_counter *counter)
{
	return ask_newer(MCS_IOC_COUNTER, counter);
}

int platform_view(struct mcs_view *view, const void **at)
{
	int error = ask_newer(MCS_IOC_VIEW, view);

	if (error != 0 || at == NULL)
		return error;
	*at = mmap(NULL, view->size, PROT_READ, MAP_SHARED, linux_shm_fd(), (off_t)view->ipa);
	return *at == MAP_FAILED ? errno : 0;
}

/* compatible is a list; the base's node has one entry. */
static bool is_ours(const char *node)
{
	char path[sizeof(TREE) + 256 + sizeof("/compatible")];
	char text[sizeof(COMPATIBLE)] = "";
	FILE *file;
	bool found;

	snprintf(path, sizeof(path), TREE "/%s/compatible", node);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	found = fread(text, 1, sizeof(text), file) == sizeof(text) &&
		memcmp(text, COMPATIBLE, sizeof(text)) == 0;
	fclose(file);
	return found;
}

static bool tree_has_node(void)
{
	DIR *tree = opendir(TREE);
	struct dirent *entry;
	bool found = false;

	if (tree == NULL)
		return false;
	while (!found && (entry = readdir(tree)) != NULL)
		found = is_ours(entry->d_name);
	closedir(tree);
	return found;
}

/* Lines "mcs.N" of /proc/interrupts. */
static unsigned int count_lines(void)
{
	FILE *file = fopen("/proc/interrupts", "re");
	unsigned int count = 0;
	char line[512];

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		count += strstr(line, " mcs.") != NULL;
	fclose(file);
	return count;
}

static void look_at_device(struct facts *facts)
{
	struct stat stat_;

	if (stat(MCS_DEVICE, &stat_) != 0) {
		facts->device_error = errno;
		return;
	}
	facts->device_mode = stat_.st_mode & 07777;
	facts->device_uid = stat_.st_uid;
	facts->device_gid = stat_.st_gid;
}

static void open_device(struct facts *facts)
{
	int fd = open(MCS_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		facts->open_error = errno;
		return;
	}
	if (ioctl(fd, MCS_IOC_VERSION, &facts->version) != 0)
		facts->version_error = errno;
	close(fd);
}

void platform_facts(struct facts *facts)
{
	facts->has_node = tree_has_node();
	facts->has_module = access(MODULE, F_OK) == 0;
	facts->lines = count_lines();
	look_at_device(facts);
	if (facts->device_error == 0)
		open_device(facts);
}
