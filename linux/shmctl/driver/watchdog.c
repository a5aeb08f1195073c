// SPDX-License-Identifier: Apache-2.0
/* The watchdog device that mcs_km registers, found by its identity. */
#define _GNU_SOURCE

#include <dirent.h>
#include <string.h>

#include "platform.h"

#define ROOM "/sys/class/watchdog"

/* First line of a file of the device; "" when it cannot be read. */
static void read_line(const char *device, const char *name, char *line, size_t size)
{
	char path[sizeof(ROOM) + 256 + 32];
	FILE *file;

	line[0] = '\0';
	snprintf(path, sizeof(path), ROOM "/%s/%s", device, name);
	file = fopen(path, "re");
	if (file == NULL)
		return;
	if (fgets(line, (int)size, file) == NULL)
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	fclose(file);
}

enum watchdog platform_watchdog(void)
{
	enum watchdog watchdog = WATCHDOG_NONE;
	DIR *room = opendir(ROOM);
	struct dirent *entry;
	char line[32];

	if (room == NULL)
		return WATCHDOG_NONE;
	while (watchdog == WATCHDOG_NONE && (entry = readdir(room)) != NULL) {
		read_line(entry->d_name, "identity", line, sizeof(line));
		if (strcmp(line, "fusiondock") != 0)
			continue;
		read_line(entry->d_name, "state", line, sizeof(line));
		watchdog = strcmp(line, "active") == 0 ? WATCHDOG_PROGRAM : WATCHDOG_KERNEL;
	}
	closedir(room);
	return watchdog;
}
