// SPDX-License-Identifier: Apache-2.0
#include "info.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "platform.h"

static const char *reason(int error)
{
	if (error == ENXIO)
		return "none in the system description";
	return error == EACCES ? "not shown to this VM" : strerror(error);
}

void info_views(void)
{
	static const char *const names[FUSIONDOCK_VIEW_COUNT] = {
		[FUSIONDOCK_VIEW_STATE] = "state",
		[FUSIONDOCK_VIEW_TRACE] = "trace",
	};

	for (unsigned int i = 0; i < FUSIONDOCK_VIEW_COUNT; i++) {
		struct mcs_view view = {.view = i};
		int error = platform_view(&view, NULL);

		if (error == EOPNOTSUPP)
			return;
		if (error == 0)
			printf("view      %s, 0x%" PRIx64 ", 0x%" PRIx64 " bytes\n", names[i],
			       (uint64_t)view.ipa, (uint64_t)view.size);
		else
			printf("view      %s: %s\n", names[i], reason(error));
	}
}

/* False: not to be had. */
static bool get(unsigned int vm, unsigned int counter, unsigned int which, uint64_t *value)
{
	struct mcs_counter ask = {
		.vm = vm, .counter = counter, .which = which, .core = FUSIONDOCK_COUNTER_ALL_CORES};

	if (platform_counter(&ask) != 0)
		return false;
	*value = ask.value;
	return true;
}

static void show_exits(unsigned int vm)
{
	static const char *const names[FUSIONDOCK_EXIT_KINDS] = {
		[FUSIONDOCK_EXIT_HVC] = "hvc",
		[FUSIONDOCK_EXIT_SMC] = "smc",
		[FUSIONDOCK_EXIT_SYSREG] = "sysreg",
		[FUSIONDOCK_EXIT_GICD] = "gicd",
		[FUSIONDOCK_EXIT_GICR] = "gicr",
		[FUSIONDOCK_EXIT_UART] = "uart",
		[FUSIONDOCK_EXIT_DENIED] = "denied",
		[FUSIONDOCK_EXIT_IRQ_TIMER] = "irq-timer",
		[FUSIONDOCK_EXIT_IRQ_KICK] = "irq-kick",
		[FUSIONDOCK_EXIT_IRQ_UART] = "irq-uart",
		[FUSIONDOCK_EXIT_IRQ_DEVICE] = "irq-device",
		[FUSIONDOCK_EXIT_IRQ_VGIC] = "irq-vgic",
		[FUSIONDOCK_EXIT_IRQ_ALARM] = "irq-alarm",
		[FUSIONDOCK_EXIT_OTHER] = "other",
	};
	uint64_t count;

	fputs("          exits", stdout);
	for (unsigned int kind = 0; kind < FUSIONDOCK_EXIT_KINDS; kind++) {
		if (get(vm, FUSIONDOCK_COUNTER_EXITS, kind, &count) && count > 0)
			printf(" %s %" PRIu64, names[kind], count);
	}
	putchar('\n');
}

/* Over all vectors. */
static uint64_t doorbells(unsigned int vm, unsigned int counter, unsigned int target)
{
	uint64_t sum = 0, count;

	for (unsigned int vector = 0; vector < FUSIONDOCK_VECTOR_MAX; vector++) {
		if (get(vm, counter, FUSIONDOCK_COUNTER_DOORBELL(target, vector), &count))
			sum += count;
	}
	return sum;
}

static void show_doorbells(unsigned int vm, unsigned int target)
{
	uint64_t raised = doorbells(vm, FUSIONDOCK_COUNTER_RAISED, target);
	uint64_t coalesced = doorbells(vm, FUSIONDOCK_COUNTER_COALESCED, target);
	uint64_t refused = doorbells(vm, FUSIONDOCK_COUNTER_REFUSED, target);

	if (raised + coalesced + refused > 0)
		printf("          doorbells to VM %u: raised %" PRIu64 ", coalesced %" PRIu64
		       ", refused %" PRIu64 "\n",
		       target, raised, coalesced, refused);
}

/* Nothing for a VM whose counters this one may not see. */
static void show_counters(unsigned int vm)
{
	uint64_t faults, denied = 0, restarts = 0;

	if (!get(vm, FUSIONDOCK_COUNTER_FAULTS, 0, &faults))
		return;
	get(vm, FUSIONDOCK_COUNTER_DENIED, 0, &denied);
	get(vm, FUSIONDOCK_COUNTER_RESTARTS, 0, &restarts);
	show_exits(vm);
	for (unsigned int target = 0; target < FUSIONDOCK_VM_MAX; target++)
		show_doorbells(vm, target);
	printf("          faults %" PRIu64 ", denied accesses %" PRIu64
	       ", restarts after a fault %" PRIu64 "\n",
	       faults, denied, restarts);
}

void info_vm(unsigned int vm, bool shares)
{
	static const char *const states[] = {"off", "running", "faulted: the base stopped it"};
	struct mcs_vm_life life = {.vm = vm};
	int state = platform_vm_state(vm);
	bool is_this = (int)vm == shm_vm_id();

	if (state < 0 && (is_this || !shares))
		return;
	printf("VM %-6u %s", vm,
	       state >= 0 && state <= FUSIONDOCK_VM_FAULTED ? states[state]
							    : "state not known here");
	if (platform_vm_life(&life) == 0)
		printf(", epoch %u", life.epoch);
	puts(is_this ? ", this VM" : shares ? "" : ", no region in common");
	if (state >= 0)
		show_counters(vm);
}
