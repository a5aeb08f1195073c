/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HVC with any registers, from any core of any VM, one call after the other. A call changes what its ABI
 * names and nothing else; another VM's cores are never started or stopped by it.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/smccc.h"
#include "base_fakes.h"
#include "svc/doorbell.h"
#include "svc/hypercall.h"

#define VMS 3u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cpu cores[VMS * 2];

static void make_vm(uint32_t id, uint32_t rings, uint32_t interval)
{
	struct vm_desc *d = &the_system.vms[id];
	struct vm *vm = &vms[id];

	memset(vm, 0, sizeof(*vm));
	*d = (struct vm_desc){.used = true,
			      .cpu_count = 2,
			      .memory = ipa(0x40000000),
			      .memory_size = 0x1000000,
			      .rings = rings,
			      .doorbell_count = 2,
			      .doorbell_interval = interval};
	vm->id = id;
	vm->desc = d;
	vm->state = FUSIONDOCK_VM_RUNNING;
	vm->vgic.doorbell = VGIC_NO_DOORBELL;
	for (uint32_t n = 0; n < 2; n++) {
		cores[id * 2 + n].mpidr = id * 2 + n;
		cores[id * 2 + n].vcpu = &vm->vcpus[n];
		vm->vcpus[n].vm = vm;
		vm->vcpus[n].cpu = &cores[id * 2 + n];
		vgic_add_cpu(&vm->vgic, &vm->vcpus[n].vgic, id * 2 + n);
	}
	vgic_reset(&vm->vgic);
	vm->vcpus[0].state = VCPU_ON;
	vgic_cpu_start(&vm->vcpus[0].vgic);
}

static void make_system(void)
{
	memset(&the_system, 0, sizeof(the_system));
	make_vm(0, 1u << 1, 0);
	make_vm(1, 1u << 0 | 1u << 2, 0);
	make_vm(2, 1u << 0, 100);
	the_system.vms[1].controls = 1u << 0;
	the_system.vms[2].watchdog_ms = 100;
	the_system.region_count = 2;
	the_system.regions[0] = (struct region_desc){
		.at = ipa(0x2a800000), .size = 0x400000, .writer = 0, .reader = 1, .read_write = 3};
	the_system.regions[1] = (struct region_desc){.at = ipa(0x2ac00000),
						     .size = 0x400000,
						     .writer = 1,
						     .reader = 0,
						     .read_write = 3,
						     .read_only = 1u << 2};
	doorbell_init();
}

/* Functions that exist are worth more than random numbers. */
static uint64_t function(uint8_t choice, uint64_t raw)
{
	static const uint64_t known[] = {
		FUSIONDOCK_ORIGINAL_RING, FUSIONDOCK_CALL_UID, FUSIONDOCK_CALL_REVISION,
		FUSIONDOCK_CALL_VERSION, FUSIONDOCK_CALL_VM_ID, FUSIONDOCK_CALL_RING,
		FUSIONDOCK_CALL_REGION_INFO, FUSIONDOCK_CALL_VM_STATE, PSCI_VERSION,
		PSCI_CPU_ON_32, PSCI_CPU_ON_64, PSCI_AFFINITY_INFO_64, PSCI_FEATURES,
		PSCI_MIGRATE_INFO_TYPE, PSCI_CPU_SUSPEND_64, SMCCC_ARCH_FEATURES,
		FUSIONDOCK_CALL_VM_CONTROL, FUSIONDOCK_CALL_VIEW, FUSIONDOCK_CALL_WATCHDOG,
		PSCI_CPU_OFF, PSCI_SYSTEM_OFF, PSCI_SYSTEM_RESET, FUSIONDOCK_CALL_COUNTER};

	return choice < 2 * sizeof(known) / sizeof(known[0]) ? known[choice / 2] : raw;
}

static uint64_t argument(const uint8_t *p)
{
	uint64_t raw;

	memcpy(&raw, p, sizeof(raw));
	return p[7] & 0x80 ? raw : raw & 0xf;
}

/* What a VM may not do to another: only VM 1 controls one, VM 0. */
static void check_life(const struct vm *caller, const uint32_t *ends, const uint32_t *starts)
{
	for (uint32_t id = 0; id < VMS; id++) {
		bool changed = vms[id].end != ends[id] || vms[id].start_wanted != starts[id];

		if (changed && id != caller->id && !(caller->id == 1 && id == 0))
			abort();
	}
}

static void call(const uint8_t *p)
{
	uint32_t ends[VMS], starts[VMS];
	struct vcpu *v = &vms[p[0] % VMS].vcpus[p[0] >> 4 & 1];
	struct guest_regs regs, before;

	for (unsigned int n = 0; n < 31; n++)
		regs.x[n] = 0xa5a5000000000000ull + n;
	regs.elr = regs.spsr = regs.unused = 0x1234;
	regs.x[1] = argument(p + 4);
	regs.x[2] = argument(p + 8);
	regs.x[3] = argument(p + 16);
	regs.x[4] = p[3] & 0x80 ? FUSIONDOCK_COUNTER_ALL_CORES : p[3];
	regs.x[0] = function(p[1], argument(p + 4));
	before = regs;
	for (uint32_t id = 0; id < VMS; id++) {
		ends[id] = vms[id].end;
		starts[id] = vms[id].start_wanted;
	}
	fake_core = (unsigned int)v->cpu->mpidr;
	fake_started = NULL;
	hypercall(v, &regs, p[2] & 0x80 ? p[3] : 0);
	if (memcmp(&regs.x[4], &before.x[4], sizeof(regs) - 4 * sizeof(regs.x[0])))
		abort();
	if (fake_started && fake_started->vm != v->vm)
		abort();
	check_life(v->vm, ends, starts);
	if (regs.x[0] == (uint64_t)PSCI_NOT_SUPPORTED &&
	    memcmp(&regs.x[1], &before.x[1], 3 * sizeof(regs.x[0])))
		abort();
	doorbell_retry(v);
	fake_now += p[3];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 24 * 64)
		return 0;
	fakes_reset(NULL);
	make_system();
	for (; size >= 24; data += 24, size -= 24)
		call(data);
	/* Nobody was rung whom the description does not let ring. */
	if (vms[2].vcpus[0].rings[1].raised || vms[0].vcpus[0].rings[2].raised)
		abort();
	return 0;
}
