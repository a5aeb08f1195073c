/* SPDX-License-Identifier: Apache-2.0 */
#include "fault_parse.h"

#include <stdlib.h>
#include <string.h>

#include "shm_pub.h"

#define DUPLICATE_MS 20 /* later, or the two would be one: a pending doorbell is joined */

static const struct {
	const char *name;
	uint32_t offset;
} fields[] = {
	{"max_size", offsetof(shm_info_s, max_size)},
	{"used_size", offsetof(shm_info_s, used_size)},
	{"op_type", offsetof(shm_info_s, op_type)},
	{"resevered", offsetof(shm_info_s, resevered)},
	{"data+", offsetof(shm_info_s, data)},
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Takes a number off *text: decimal, 0x..., also negative. */
static bool take_number(const char **text, uint32_t *value)
{
	char *end;
	long long number = strtoll(*text, &end, 0);

	if (end == *text || number < INT32_MIN || number > UINT32_MAX)
		return false;
	*value = (uint32_t)number;
	*text = end;
	return true;
}

static bool take(const char **text, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*text, word, length) != 0)
		return false;
	*text += length;
	return true;
}

/* The longest name that fits: none begins another, but read the whole word anyway. */
static bool take_step(const char **text, uint32_t *step)
{
	size_t length = strcspn(*text, "#=");

	for (uint32_t i = SIM_STEP_NONE + 1; i < SIM_STEPS; i++) {
		const char *name = sim_step_name((enum sim_step)i);

		if (strlen(name) == length && strncmp(*text, name, length) == 0) {
			*text += length;
			*step = i;
			return true;
		}
	}
	return false;
}

static const char *take_when(const char **text, struct sim_fault *fault)
{
	if (!take(text, "#"))
		return NULL;
	fault->nth = 0;
	if (take(text, "all"))
		return NULL;
	if (!take_number(text, &fault->nth) || fault->nth == 0)
		return "after # comes a number from 1, a number with %, or all";
	if (take(text, "%")) {
		fault->percent = fault->nth;
		fault->nth = 0;
		if (fault->percent > 100)
			return "a probability is 1% to 100%";
	}
	return NULL;
}

static const char *take_place(const char **text, struct sim_fault *fault)
{
	if (!take_number(text, &fault->region) || !take(text, "."))
		return "after = comes REGION.FIELD:VALUE, such as 0.op_type:99";
	for (size_t i = 0; i < FIELDS; i++) {
		if (!take(text, fields[i].name))
			continue;
		fault->offset = fields[i].offset;
		if (fault->offset == offsetof(shm_info_s, data)) {
			uint32_t more;

			if (!take_number(text, &more) || more > UINT32_MAX - fault->offset)
				return "after data+ comes an offset";
			fault->offset += more;
		}
		return take(text, ":") && take_number(text, &fault->value)
			       ? NULL
			       : "after FIELD comes :VALUE";
	}
	return "the field is max_size, used_size, op_type, resevered or data+OFFSET";
}

static const char *take_what(const char **text, struct sim_fault *fault)
{
	bool is_given = take(text, "=");

	switch (fault->kind) {
	case SIM_FAULT_SCRIBBLE:
		return is_given ? take_place(text, fault)
				: "what is written is missing: =REGION.FIELD:VALUE";
	case SIM_FAULT_DELAY:
		if (!is_given)
			return "how long is missing: =MS";
		break;
	case SIM_FAULT_FREEZE:
		break;
	default:
		return is_given ? "this fault takes no =" : NULL;
	}
	if (is_given && !take_number(text, &fault->ms))
		return "after = comes a number of milliseconds";
	return NULL;
}

static const char *take_where(const char **text, struct sim_fault *fault)
{
	bool is_doorbell = fault->kind <= SIM_FAULT_DUPLICATE;

	if (!take_number(text, &fault->vm))
		return "it begins with the number of a VM";
	if (fault->kind == SIM_FAULT_SCRIBBLE && take(text, "ms")) {
		fault->ms = fault->vm;
		return NULL;
	}
	fault->step = SIM_STEP_RING;
	if (!is_doorbell && !(take(text, "@") && take_step(text, &fault->step)))
		return "after the VM comes @STEP; fusiondock_sim --steps lists them";
	fault->nth = is_doorbell ? 0 : 1;
	return take_when(text, fault);
}

const char *fault_parse(enum sim_fault_kind kind, const char *text, struct sim_fault *fault)
{
	const char *wrong;

	*fault = (struct sim_fault){.kind = kind};
	if (kind == SIM_FAULT_DUPLICATE)
		fault->ms = DUPLICATE_MS;
	wrong = take_where(&text, fault);
	if (wrong == NULL)
		wrong = take_what(&text, fault);
	if (wrong == NULL && *text != '\0')
		wrong = "something is left over at its end";
	return wrong;
}
