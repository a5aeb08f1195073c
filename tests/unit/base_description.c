/* SPDX-License-Identifier: Apache-2.0 */
#include "base_description.h"

#include <string.h>

#include "base_test.h"

#define LARGEST_PROPERTY 1024

static void sure(int error)
{
	if (error < 0)
		fail_msg("libfdt: %s", fdt_strerror(error));
}

static void set_cells(void *tree, int node, const struct edit *e)
{
	fdt32_t cells[LARGEST_PROPERTY / 4];
	uint32_t v;

	assert_true(e->count <= COUNT(cells));
	for (unsigned int n = 0; n < e->count; n++) {
		memcpy(&v, (const char *)e->data + n * sizeof(v), sizeof(v));
		cells[n] = cpu_to_fdt32(v);
	}
	sure(fdt_setprop(tree, node, e->property, cells, (int)(e->count * sizeof(cells[0]))));
}

void edit_tree(void *tree, const struct edit *e)
{
	int node = e->kind == EDIT_NONE ? 0 : fdt_path_offset(tree, e->node);

	sure(node);
	switch (e->kind) {
	case EDIT_CELLS:
		set_cells(tree, node, e);
		break;
	case EDIT_BYTES:
		sure(fdt_setprop(tree, node, e->property, e->data, (int)e->count));
		break;
	case EDIT_ERASE:
		sure(e->property ? fdt_delprop(tree, node, e->property) : fdt_del_node(tree, node));
		break;
	case EDIT_SUBNODE:
		sure(fdt_add_subnode(tree, node, e->property));
		break;
	default:
		break;
	}
}

static void edit_all(void *tree, const struct edit *edits, size_t count)
{
	sure(fdt_create_empty_tree(tree, TREE_SIZE));
	for (size_t n = 0; n < count; n++)
		edit_tree(tree, &edits[n]);
}

/* libfdt puts a new node before its older sisters: the last one added comes first. */
void good_description(void *tree)
{
	const struct edit edits[] = {
		TEXT("/", "compatible", "fusiondock,system"),
		TEXT("/", "model", "a test"),
		SET("/", "#address-cells", 2),
		SET("/", "#size-cells", 2),
		SUBNODE("/", "vms"),
		SET("/vms", "#address-cells", 1),
		SET("/vms", "#size-cells", 0),
		SUBNODE("/vms", "vm@1"),
		SET("/vms/vm@1", "phandle", VM1),
		SET("/vms/vm@1", "reg", 1),
		TEXT("/vms/vm@1", "label", "UniProton"),
		TEXT("/vms/vm@1", "guest", "flat"),
		SET("/vms/vm@1", "cpus", 2),
		SET("/vms/vm@1", "memory", 0, 0x2b000000, 0, 0x1000000),
		SET("/vms/vm@1", "gic-distributor", 0x7f, 0xff000000),
		SET("/vms/vm@1", "gic-redistributors", 0x7f, 0xff040000),
		SET("/vms/vm@1", "uart", 0, 0x82230000),
		SET("/vms/vm@1", "uart-intid", 203),
		SET("/vms/vm@1", "doorbell-intids", 10),
		SET("/vms/vm@1", "rings", VM0),
		TEXT("/vms/vm@1", "image", "uniproton"),
		SUBNODE("/vms", "vm@0"),
		SET("/vms/vm@0", "phandle", VM0),
		SET("/vms/vm@0", "reg", 0),
		TEXT("/vms/vm@0", "label", "openEuler-rt"),
		TEXT("/vms/vm@0", "guest", "linux"),
		SET("/vms/vm@0", "cpus", 0, 1),
		SET("/vms/vm@0", "memory", 0, 0x40000000, 0, 0x10000000),
		SET("/vms/vm@0", "gic-distributor", 0, 0x08000000),
		SET("/vms/vm@0", "gic-redistributors", 0, 0x080a0000),
		SET("/vms/vm@0", "uart", 0, 0x09000000),
		SET("/vms/vm@0", "uart-intid", 33),
		SET("/vms/vm@0", "doorbell-intids", 64, 65),
		SET("/vms/vm@0", "rings", VM1),
		TEXT("/vms/vm@0", "image", "linux"),
		TEXT("/vms/vm@0", "ramdisk", "rootfs"),
		TEXT("/vms/vm@0", "bootargs", "console=ttyAMA0"),
		SUBNODE("/", "regions"),
		SET("/regions", "#address-cells", 2),
		SET("/regions", "#size-cells", 2),
		SUBNODE("/regions", "region@2ac00000"),
		SET("/regions/region@2ac00000", "reg", 0, 0x2ac00000, 0, 0x400000),
		SET("/regions/region@2ac00000", "writer", VM1),
		SET("/regions/region@2ac00000", "reader", VM0),
		SET("/regions/region@2ac00000", "read-write", VM0, VM1),
		SUBNODE("/regions", "region@2a800000"),
		SET("/regions/region@2a800000", "reg", 0, 0x2a800000, 0, 0x400000),
		SET("/regions/region@2a800000", "writer", VM0),
		SET("/regions/region@2a800000", "reader", VM1),
		SET("/regions/region@2a800000", "read-write", VM0, VM1),
		SUBNODE("/", "views"),
		SET("/views", "#address-cells", 2),
		SET("/views", "#size-cells", 2),
		SUBNODE("/views", "trace@2a700000"),
		SET("/views/trace@2a700000", "reg", 0, 0x2a700000, 0, 0x40000),
		SET("/views/trace@2a700000", "read-only", VM0),
		SUBNODE("/views", "state@2a7ff000"),
		SET("/views/state@2a7ff000", "reg", 0, 0x2a7ff000, 0, 0x1000),
		SET("/views/state@2a7ff000", "read-only", VM0, VM1),
	};

	edit_all(tree, edits, COUNT(edits));
}

#define CPU(n, mpidr)                                                                              \
	SUBNODE("/cpus", "cpu@" n), TEXT("/cpus/cpu@" n, "device_type", "cpu"),                    \
		SET("/cpus/cpu@" n, "reg", mpidr)

void good_machine(void *tree)
{
	const struct edit edits[] = {
		SET("/", "#address-cells", 2),
		SET("/", "#size-cells", 2),
		SUBNODE("/", "memory@40000000"),
		TEXT("/memory@40000000", "device_type", "memory"),
		SET("/memory@40000000", "reg", 0, 0x40000000, 0, 0x80000000),
		SUBNODE("/", "cpus"),
		SET("/cpus", "#address-cells", 1),
		SET("/cpus", "#size-cells", 0),
		CPU("3", 3),
		CPU("2", 2),
		CPU("1", 1),
		CPU("0", 0),
		SUBNODE("/", "intc@8000000"),
		TEXT("/intc@8000000", "compatible", "arm,gic-v3"),
		SET("/intc@8000000", "reg", 0, 0x08000000, 0, 0x10000, 0, 0x080a0000, 0, 0xf60000),
		SUBNODE("/", "pl011@9000000"),
		TEXT("/pl011@9000000", "compatible", "arm,pl011\0arm,primecell"),
		SET("/pl011@9000000", "reg", 0, 0x09000000, 0, 0x1000),
		SET("/pl011@9000000", "interrupts", 0, 1, 4),
		SUBNODE("/", "chosen"),
		TEXT("/chosen", "stdout-path", "/pl011@9000000"),
		TEXT("/chosen", "bootargs", "color interactive"),
		SET("/chosen", "linux,initrd-start", 0x48000000),
		SET("/chosen", "linux,initrd-end", 0x49000000),
	};

	edit_all(tree, edits, COUNT(edits));
}

struct host good_host(void)
{
	struct host h = {
		.cpu_count = 4,
		.cpus = {0, 1, 2, 3},
		.ram_count = 1,
		.ram = {{0x40000000, 0x80000000}},
		.gicd = 0x08000000,
		.gicr = 0x080a0000,
		.gicr_size = 0xf60000,
		.uart = 0x09000000,
		.uart_intid = 33,
		.bundle = {0x48000000, 0x1000000},
		.bootargs = "color interactive",
	};

	return h;
}

static void image(void *tree, int images, const char *name, const void *data, size_t size)
{
	int node = fdt_add_subnode(tree, images, name);

	sure(node);
	sure(fdt_setprop_string(tree, node, "compression", "none"));
	sure(fdt_setprop(tree, node, "data", data, (int)size));
}

void make_bundle(void *tree, int size, const void *description, int length)
{
	static const char filler[LINUX_BYTES] = "image";
	int images, configurations, conf;

	sure(fdt_create_empty_tree(tree, size));
	images = fdt_add_subnode(tree, 0, "images");
	sure(images);
	image(tree, images, "uniproton", filler, UNIPROTON_BYTES);
	image(tree, images, "rootfs", filler, ROOTFS_BYTES);
	image(tree, images, "linux", filler, LINUX_BYTES);
	image(tree, images, "system", description, (size_t)length);
	configurations = fdt_add_subnode(tree, 0, "configurations");
	sure(configurations);
	sure(fdt_setprop_string(tree, configurations, "default", "conf"));
	conf = fdt_add_subnode(tree, configurations, "conf");
	sure(conf);
	sure(fdt_setprop_string(tree, conf, "fdt", "system"));
}
