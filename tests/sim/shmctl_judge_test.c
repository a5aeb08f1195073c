// SPDX-License-Identifier: Apache-2.0
/*
 * shmctl doctor: each fault of the field, made in the facts, is called by its name first and its
 * cure second; and without one nothing is called wrong. TAP.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <fusiondock/state.h>

#include "facts.h"
#include "platform.h"

#define SIZE 0x400000u

static struct facts healthy(void)
{
	struct facts facts = {
		.has_node = true,
		.has_module = true,
		.device_mode = 0660,
		.version = {.base = FUSIONDOCK_VERSION_MAJOR << 16 | FUSIONDOCK_VERSION_MINOR,
			    .driver = MCS_DRIVER_VERSION},
		.has_stats = true,
		.stats = {.doorbells = 7},
		.lines = 1,
		.has_port = true,
		.regions = 2,
		.vm_state = {FUSIONDOCK_VM_RUNNING, FUSIONDOCK_VM_RUNNING},
		.vm_epoch = {1, 1},
		.state_magic = FUSIONDOCK_STATE_MAGIC,
		.state_layout = FUSIONDOCK_STATE_LAYOUT,
		.watchdog = WATCHDOG_PROGRAM,
		.probe = PROBE_ANSWERED,
		.probe_vm = 1,
	};

	for (unsigned int i = 0; i < facts.regions; i++) {
		struct facts_region *region = &facts.region[i];

		region->region = (struct shm_region){
			.index = i,
			.flags = SHM_REGION_READ | SHM_REGION_WRITE |
				 (i == 0 ? SHM_REGION_IS_WRITER : SHM_REGION_IS_READER),
			.writer = i,
			.reader = 1 - i,
			.ipa = 0x2a800000u + i * SIZE,
			.size = SIZE,
		};
		region->is_mapped = true;
		region->memory = MEMORY_NORMAL;
		region->first.max_size = region->last.max_size = SIZE - SHM_HEADER_SIZE;
	}
	return facts;
}

static void no_base(struct facts *f)
{
	f->has_node = f->has_module = f->has_port = false;
	f->device_error = ENOENT;
}

static void no_module(struct facts *f)
{
	f->has_module = f->has_port = false;
	f->device_error = ENOENT;
}

static void not_bound(struct facts *f)
{
	f->has_port = false;
	f->device_error = ENOENT;
}

static void no_right_to_open(struct facts *f)
{
	f->open_error = EACCES;
}

static void other_driver(struct facts *f)
{
	f->version_error = ENOTTY;
}

static void other_driver_version(struct facts *f)
{
	f->version.driver = 9 << 16;
}

static void other_base_version(struct facts *f)
{
	f->version.base = 9 << 16 | 3;
}

static void no_region(struct facts *f)
{
	f->regions = 0;
}

static void not_mapped(struct facts *f)
{
	f->region[1].is_mapped = false;
	f->region[1].map_error = EACCES;
}

static void reader_may_not_write(struct facts *f)
{
	f->region[1].region.flags &= ~SHM_REGION_WRITE;
}

static void device_memory(struct facts *f)
{
	f->region[0].memory = MEMORY_DEVICE;
}

static void max_size_small(struct facts *f)
{
	f->region[0].last.max_size = 4096;
}

static void max_size_large(struct facts *f)
{
	f->region[1].last.max_size = SIZE;
}

static void no_state(struct facts *f)
{
	f->region[0].last.op_type = 77;
}

static void no_doorbell(struct facts *f)
{
	f->lines = 0;
}

static void message(struct facts_region *region)
{
	region->first.op_type = region->last.op_type = SHM_OP_READY_TO_READ;
}

static void unread_there(struct facts *f)
{
	message(&f->region[0]);
}

static void waits_here_without_doorbell(struct facts *f)
{
	message(&f->region[1]);
	f->stats.doorbells = 0;
}

static void peer_off(struct facts *f)
{
	f->vm_state[1] = FUSIONDOCK_VM_OFF;
}

static void peer_faulted(struct facts *f)
{
	f->vm_state[1] = FUSIONDOCK_VM_FAULTED;
}

static void peer_not_there(struct facts *f)
{
	f->vm_state[1] = VM_NOT_THERE;
}

static void probe_without_doorbell(struct facts *f)
{
	f->probe = PROBE_NO_DOORBELL;
}

static void probe_not_taken(struct facts *f)
{
	f->probe = PROBE_NOT_TAKEN;
}

static void probe_denied(struct facts *f)
{
	f->probe = PROBE_DENIED;
}

static void probe_down(struct facts *f)
{
	f->probe = PROBE_DOWN;
}

static void probe_failed(struct facts *f)
{
	f->probe = PROBE_FAILED;
	f->probe_result = SHM_E_HEADER;
}

static void other_state_layout(struct facts *f)
{
	f->state_layout = 9;
}

/* What is not wrong, and yet said. */
static void base_older(struct facts *f)
{
	f->version.base = FUSIONDOCK_VERSION_MAJOR << 16;
	f->state_error = EOPNOTSUPP;
}

static void driver_older(struct facts *f)
{
	f->version.driver = MCS_DRIVER_VERSION - 1;
}

static void no_state_view(struct facts *f)
{
	f->state_error = ENXIO;
}

static void state_not_shown(struct facts *f)
{
	f->state_error = EACCES;
}

static void peer_restarted(struct facts *f)
{
	f->vm_epoch[1] = 3;
}

static void this_vm_restarted(struct facts *f)
{
	f->vm_epoch[0] = 2;
}

static void no_watchdog(struct facts *f)
{
	f->watchdog = WATCHDOG_NONE;
}

static void kernel_feeds(struct facts *f)
{
	f->watchdog = WATCHDOG_KERNEL;
}

/* What is not wrong. */
static void nothing(struct facts *f)
{
	(void)f;
}

static void message_just_came(struct facts *f)
{
	f->region[1].last.op_type = SHM_OP_READY_TO_READ;
}

static void message_waits_here(struct facts *f)
{
	message(&f->region[1]);
}

static void probe_read_only(struct facts *f)
{
	f->probe = PROBE_TAKEN;
}

static void not_probed(struct facts *f)
{
	f->probe = PROBE_NOT_MADE;
}

struct test_case {
	const char *name;
	void (*make)(struct facts *facts);
	const char *fault, *cure; /* NULL: nothing is wrong */
};

static const struct test_case cases[] = {
	{"no base", no_base, "no base", "boot this kernel"},
	{"module not loaded", no_module, "mcs_km is not loaded", "insmod"},
	{"driver not bound", not_bound, "there is no /dev/mcs", "dmesg"},
	{"no right to open", no_right_to_open, "Permission denied; it has mode 0660", "udev"},
	{"another driver", other_driver, "another driver", "rmmod"},
	{"driver version", other_driver_version, "driver is 9.0", "one release"},
	{"base version", other_base_version, "interface 9.3", "one release"},
	{"no region", no_region, "no region", "system description"},
	{"region not mapped", not_mapped, "region 1 cannot be mapped: Permission", "read-write"},
	{"rights of a role", reader_may_not_write, "reader of region 1 but may not write",
	 "region@2ac00000"},
	{"memory type", device_memory, "region 0 is mapped as Device", "shm_map"},
	{"header size too small", max_size_small, "max_size says 4096", "devmem 0x2a800000"},
	{"header size too large", max_size_large, "SHM_E_HEADER", "devmem 0x2ac00000"},
	{"header state", no_state, "op_type 77", "dump --region 0"},
	{"no doorbell", no_doorbell, "no doorbell", "doorbell-intids"},
	{"peer silent", unread_there, "peer silent", "SGI 10"},
	{"interrupt never arrives", waits_here_without_doorbell, "interrupt never arrives",
	 "/proc/interrupts"},
	{"peer off", peer_off, "VM 1 is off", "console"},
	{"peer faulted", peer_faulted, "stopped VM 1", "[base] VM 1"},
	{"peer not there", peer_not_there, "no such VM", "one build"},
	{"probe: no doorbell", probe_without_doorbell, "interrupt never arrives", "`rings`"},
	{"probe: not taken", probe_not_taken, "peer silent", "SGI 10"},
	{"probe: denied", probe_denied, "wrong rights", "`rings`"},
	{"probe: down", probe_down, "does not run", "console"},
	{"probe: failed", probe_failed, "header cannot be", "mend"},
	{"state view of another layout", other_state_layout, "layout 9", "one release"},
	{"healthy", nothing, NULL, NULL},
	{"a message has just come", message_just_came, NULL, NULL},
	{"a message waits here, doorbells come", message_waits_here, NULL, NULL},
	{"probe: read, not echoed", probe_read_only, NULL, NULL},
	{"not probed", not_probed, NULL, NULL},
};

/* The line begins with "note:", and nothing is wrong. */
static const struct test_case notes[] = {
	{"an older base", base_older, "base 1.0 and driver", "one release"},
	{"an older driver", driver_older, "driver 1.0 are older", "one release"},
	{"no state view", no_state_view, "description has none", "/views"},
	{"state view not shown", state_not_shown, "not show it to this VM", "read-only"},
	{"peer restarted", peer_restarted, "VM 1 has been started 3 times", "[base] VM 1"},
	{"this VM restarted", this_vm_restarted, "VM 0, this one,", "[base] VM 0"},
	{"no watchdog", no_watchdog, "no watchdog", "restart-on-fault"},
	{"the kernel feeds the watchdog", kernel_feeds, "kernel feeds", "systemd"},
};

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))

static char text[8192]; /* judge()'s lines */

static unsigned int judged(const struct facts *facts)
{
	FILE *terminal = stdout;
	unsigned int wrongs;

	stdout = fmemopen(text, sizeof(text), "w");
	if (stdout == NULL)
		abort();
	wrongs = judge(facts);
	fclose(stdout);
	stdout = terminal;
	return wrongs;
}

/* One WRONG (or note) with the fault, and in the lines behind it the cure and the topic of the
 * guide. */
static bool is_right(unsigned int wrongs, const char *fault, const char *cure_, bool is_note)
{
	const char *line = strstr(text, is_note ? "note:" : "WRONG:");
	const char *next = line != NULL ? strchr(line, '\n') : NULL;
	const char *found = line != NULL ? strstr(line, fault != NULL ? fault : "") : NULL;

	if (fault == NULL)
		return wrongs == 0 && line == NULL;
	return wrongs == !is_note && next != NULL && found != NULL && found < next &&
	       strncmp(next, "\n   do:", 7) == 0 && strstr(next, cure_) != NULL &&
	       strstr(next, "\n  see:  guide, section 17: ") != NULL;
}

static bool is_case_right(size_t number, const struct test_case *test, bool is_note)
{
	struct facts facts = healthy();
	bool right;

	test->make(&facts);
	right = is_right(judged(&facts), test->fault, test->cure, is_note);
	printf("%sok %zu - %s\n", right ? "" : "not ", number, test->name);
	if (!right) {
		for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
			printf("# %s\n", line);
	}
	return right;
}

int main(void)
{
	bool right = true;

	printf("1..%zu\n", COUNT(cases) + COUNT(notes));
	for (size_t i = 0; i < COUNT(cases); i++)
		right = is_case_right(i + 1, &cases[i], false) && right;
	for (size_t i = 0; i < COUNT(notes); i++)
		right = is_case_right(COUNT(cases) + i + 1, &notes[i], true) && right;
	return right ? 0 : 1;
}
