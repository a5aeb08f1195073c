/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/stats.h"

#include "lib/format.h"
#include "svc/console.h"
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

/* The short way of arch/vectors.S counts for itself. */
static uint64_t exits(const struct vcpu *v, unsigned int kind)
{
	return v->exits[kind] + (kind == EXIT_HVC	  ? v->vgic.exits_hvc
				 : kind == EXIT_IRQ_KICK ? v->vgic.exits_kick
							 : 0);
}

static void print_exits(const struct vm *vm)
{
	uint64_t total = 0;
	char line[240];
	size_t n = 0;

	for (unsigned int k = 0; k < EXIT_KINDS; k++) {
		uint64_t sum = 0;

		for (uint32_t c = 0; c < vm->desc->cpu_count; c++)
			sum += exits(&vm->vcpus[c], k);
		n += format(line + n, sizeof(line) - n, " %s %lu", kind_names[k], (unsigned long)sum);
		total += sum;
	}
	base_print("exits VM %u: total %lu%s", vm->id, (unsigned long)total, line);
}

void stats_print(void)
{
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		if (vms[id].desc)
			print_exits(&vms[id]);
	}
	doorbell_print();
}
