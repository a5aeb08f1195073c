/* SPDX-License-Identifier: Apache-2.0 */
/* Views: memory of the base that VMs may read, `/views` of the description. Reading it is pure. */
#ifndef BASE_VM_VIEW_H
#define BASE_VM_VIEW_H

#include "vm/check.h"

/* Reads /views into s->views and complains. There may be none. */
void read_views(struct check *c, struct system *s);

/* Whether this VM may map the view. */
static inline bool view_readable(const struct view_desc *v, uint32_t vm)
{
	return v->used && v->read_only >> vm & 1;
}

#endif
