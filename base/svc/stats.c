/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/stats.h"

#include "lib/format.h"
#include "svc/console.h"
#include "svc/counter.h"
#include "svc/doorbell.h"
#include "vm/vm.h"

static const char *const kind_names[EXIT_KINDS] = {
	[EXIT_HVC] = "hvc",	[EXIT_SMC] = "smc",	       [EXIT_SYSREG] = "sysreg",
	[EXIT_GICD] = "gicd",	[EXIT_GICR] = "gicr",	       [EXIT_UART] = "uart",
	[EXIT_DENIED] = "denied", [EXIT_IRQ_TIMER] = "irq-timer", [EXIT_IRQ_KICK] = "irq-kick",
	[EXIT_IRQ_UART] = "irq-uart", [EXIT_IRQ_DEVICE] = "irq-device",
	[EXIT_IRQ_VGIC] = "irq-vgic",
	[EXIT_IRQ_ALARM] = "irq-alarm", [EXIT_OTHER] = "other",
};

static void print_core(const struct vcpu *v)
{
	char line[240];
	size_t n = 0;
	uint64_t total = 0;

	for (unsigned int k = 0; k < EXIT_KINDS; k++) {
		uint64_t count = counter_exits(v, k);

		if (count)
			n += format(line + n, sizeof(line) - n, " %s %lu", kind_names[k], (unsigned long)count);
		total += count;
	}
	line[n] = 0;
	base_print("exits VM %u core %u: total %lu%s", v->vm->id, v->vgic.index, (unsigned long)total, line);
}

static void print_exits(const struct vm *vm)
{
	uint64_t total = 0;
	char line[240];
	size_t n = 0;

	for (unsigned int k = 0; k < EXIT_KINDS; k++) {
		uint64_t sum = 0;

		for (uint32_t c = 0; c < vm->desc->cpu_count; c++)
			sum += counter_exits(&vm->vcpus[c], k);
		n += format(line + n, sizeof(line) - n, " %s %lu", kind_names[k], (unsigned long)sum);
		total += sum;
	}
	base_print("exits VM %u: total %lu%s", vm->id, (unsigned long)total, line);
	for (uint32_t c = 0; vm->desc->cpu_count > 1 && c < vm->desc->cpu_count; c++)
		print_core(&vm->vcpus[c]);
	base_print("life VM %u: starts %u restarts %u faults %u denied %u", vm->id,
		   __atomic_load_n(&vm->epoch, __ATOMIC_RELAXED), vm->restarts,
		   __atomic_load_n(&vm->faults, __ATOMIC_RELAXED), __atomic_load_n(&vm->denied, __ATOMIC_RELAXED));
}

void stats_print(void)
{
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		if (vms[id].desc)
			print_exits(&vms[id]);
	}
	doorbell_print();
}
