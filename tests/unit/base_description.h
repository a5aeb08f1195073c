/* SPDX-License-Identifier: Apache-2.0 */
/* Device trees of the tests: the good system, the good machine, and one edit at a time. */
#ifndef BASE_DESCRIPTION_H
#define BASE_DESCRIPTION_H

#include <libfdt.h>

#include "vm/host.h"
#include "vm/system.h"

#define TREE_SIZE 16384
#define VM0 1u /* phandles */
#define VM1 2u

enum edit_kind {
	EDIT_NONE,
	EDIT_CELLS,  /* data: count uint32_t */
	EDIT_BYTES,  /* data: count bytes, as they are */
	EDIT_ERASE,  /* the property, or without one the node */
	EDIT_SUBNODE /* a new node of this name (property) */
};

struct edit {
	enum edit_kind kind;
	const char *node, *property;
	const void *data;
	unsigned int count;
};

#define SET(node, property, ...)                                                                   \
	{                                                                                          \
		EDIT_CELLS, node, property, (const uint32_t[]){__VA_ARGS__},                       \
			sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)                 \
	}
#define TEXT(node, property, text)                                                                 \
	{                                                                                          \
		EDIT_BYTES, node, property, text, sizeof(text)                                     \
	}
#define BYTES(node, property, text)                                                                \
	{                                                                                          \
		EDIT_BYTES, node, property, text, sizeof(text) - 1                                 \
	}
#define EMPTY(node, property)                                                                      \
	{                                                                                          \
		EDIT_BYTES, node, property, "", 0                                                  \
	}
#define ERASE(node, property)                                                                      \
	{                                                                                          \
		EDIT_ERASE, node, property, NULL, 0                                                \
	}
#define SUBNODE(node, name)                                                                        \
	{                                                                                          \
		EDIT_SUBNODE, node, name, NULL, 0                                                  \
	}

/* Fails the test when the edit cannot be made. tree has TREE_SIZE bytes. */
void edit_tree(void *tree, const struct edit *e);

/* The system of systems/qemu-virt.dtsi. */
void good_description(void *tree);

/* A machine like QEMU's: four cores, 2 GiB, GICv3, PL011, bundle at 0x48000000 + 0x1000000. */
void good_machine(void *tree);

/* The same as host_read makes it of good_machine. */
struct host good_host(void);

/* What the bundle holds under these names. */
#define LINUX_BYTES 5000u
#define ROOTFS_BYTES 300u
#define UNIPROTON_BYTES 700u

/* A FIT image around a description of `length` bytes. tree has `size` bytes. */
void make_bundle(void *tree, int size, const void *description, int length);

#endif
