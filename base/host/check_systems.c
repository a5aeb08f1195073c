/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check-systems MACHINE.dtb SYSTEM.dtb...
 *
 * Checks system descriptions on the development host with the base's own code: what it refuses here, the
 * base refuses there, in the same words. The images a description names are taken as present and small;
 * whether a kernel fits its VM shows at boot.
 *
 * Exit status: 0 all good, 1 a description or the machine is refused, 2 a file cannot be used.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "vm/place.h"
#include "vm/system.h"

#define ROOM 0x10000 /* for what is added to a tree */
#define BUNDLE_SIZE 0x1000u

static const char *current; /* file that reports are about */

static void report(const char *path, const char *property, const char *reason)
{
	printf("%s: %s: %s%s%s\n", current, path, property ? property : "", property ? ": " : "", reason);
}

static void die(const char *file, const char *why)
{
	fprintf(stderr, "check-systems: %s: %s\n", file, why);
	exit(2);
}

static void *read_blob(const char *file)
{
	FILE *in = fopen(file, "rb");
	char *blob;
	long size = 0;

	if (!in || fseek(in, 0, SEEK_END) || (size = ftell(in)) < 0 || fseek(in, 0, SEEK_SET))
		die(file, "cannot be read");
	blob = calloc(1, (size_t)size + ROOM);
	if (!blob || fread(blob, 1, (size_t)size, in) != (size_t)size)
		die(file, "cannot be read");
	fclose(in);
	if (fdt_check_full(blob, (size_t)size))
		die(file, "is no device tree blob");
	return blob;
}

/* A loader adds the bundle to the machine's tree; a tree without one gets it at the end of its memory. */
static void add_bundle(const char *file, void *fdt, const struct host *host)
{
	uint64_t end = host->ram[0].start + host->ram[0].size;
	int chosen = fdt_path_offset(fdt, "/chosen");

	if (chosen < 0)
		chosen = fdt_add_subnode(fdt, 0, "chosen");
	if (fdt_setprop_u64(fdt, chosen, "linux,initrd-start", end - BUNDLE_SIZE) ||
	    fdt_setprop_u64(fdt, chosen, "linux,initrd-end", end))
		die(file, "/chosen cannot be changed");
}

static void read_machine(const char *file, void *fdt, struct host *host)
{
	const char *wrong;

	if (fdt_open_into(fdt, fdt, (int)(fdt_totalsize(fdt) + ROOM / 2)))
		die(file, "cannot be read");
	wrong = host_read(fdt, host);
	if (wrong && host->ram_count && !host->bundle.size) {
		add_bundle(file, fdt, host);
		wrong = host_read(fdt, host);
	}
	if (wrong) {
		current = file;
		report("the machine's device tree", NULL, wrong);
		exit(1);
	}
}

/* One image of a FIT: /images/<name> with some data. Images that two VMs share are there once. */
static void add_image(void *fit, const char *name, const void *data, int size)
{
	int images = fdt_path_offset(fit, "/images");
	int node = images < 0 ? images : fdt_add_subnode(fit, images, name);

	if (node >= 0 && fdt_setprop(fit, node, "data", data, size))
		die(name, "does not fit a bundle");
}

/* The bundle that this description would come in. */
static void *make_bundle(const void *system, size_t *size)
{
	int images, conf, node, len;
	void *fit;

	*size = fdt_totalsize(system) + ROOM;
	fit = calloc(1, *size);
	if (!fit || fdt_create_empty_tree(fit, (int)*size))
		die("bundle", "cannot be made");
	images = fdt_add_subnode(fit, 0, "images");
	(void)images;
	add_image(fit, "system", system, (int)fdt_totalsize(system));
	conf = fdt_add_subnode(fit, 0, "configurations");
	fdt_setprop_string(fit, conf, "default", "conf");
	conf = fdt_add_subnode(fit, conf, "conf");
	fdt_setprop_string(fit, conf, "fdt", "system");
	fdt_for_each_subnode(node, system, fdt_path_offset(system, "/vms")) {
		const char *image = fdt_getprop(system, node, "image", &len);
		const char *ramdisk = fdt_getprop(system, node, "ramdisk", &len);

		if (image)
			add_image(fit, image, "image", 6);
		if (ramdisk)
			add_image(fit, ramdisk, "image", 6);
	}
	return fit;
}

static unsigned int check(const char *file, const struct host *machine)
{
	static struct system s;
	struct host host = *machine;
	void *system = read_blob(file);
	unsigned int mistakes;
	size_t size;
	void *fit = make_bundle(system, &size);

	current = file;
	host_reserve(&host, host.bundle.start, host.bundle.size);
	mistakes = system_read(&s, fit, size, &host, report);
	if (!mistakes)
		mistakes = system_place(&s, &host, report);
	if (!mistakes)
		printf("%s: good\n", file);
	free(fit);
	free(system);
	return mistakes;
}

int main(int argc, char **argv)
{
	unsigned int mistakes = 0;
	struct host host;
	void *machine;

	if (argc < 3) {
		fprintf(stderr, "usage: check-systems MACHINE.dtb SYSTEM.dtb...\n");
		return 2;
	}
	machine = read_blob(argv[1]);
	read_machine(argv[1], machine, &host);
	for (int n = 2; n < argc; n++)
		mistakes += check(argv[n], &host);
	free(machine);
	return mistakes != 0;
}
