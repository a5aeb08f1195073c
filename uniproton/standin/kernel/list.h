/* SPDX-License-Identifier: Apache-2.0 */
/* Circular doubly linked list; a node that is in no list points to itself. */
#ifndef KERNEL_LIST_H
#define KERNEL_LIST_H

#include "prt_typedef.h"

struct list {
	struct list *next, *prev;
};

#define container_of(pointer, type, member)                                                        \
	((type *)(void *)((char *)(pointer)-offsetof(type, member)))

static inline void list_init(struct list *node)
{
	node->next = node->prev = node;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_append(struct list *head, struct list *node)
{
	node->next = head;
	node->prev = head->prev;
	head->prev->next = node;
	head->prev = node;
}

static inline void list_remove(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

#endif
