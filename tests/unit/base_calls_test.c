/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of a guest: include/fusiondock/hypercall.h and PSCI (Arm DEN0022), register by
 * register. */
#include "base_test.h"

#include <stdlib.h>
#include <string.h>

#include "arch/smccc.h"
#include "shm_pub.h"
#include "svc/doorbell.h"
#include "svc/hypercall.h"
#include "svc/region.h"

#define FILLER 0xa5a5000000000000ull

static struct cpu cores[4];
static struct guest_regs regs;

static void make_vm(uint32_t id, uint32_t cpus, uint32_t rings, uint32_t doorbells)
{
	struct vm_desc *d = &the_system.vms[id];
	static uint32_t core;

	d->used = true;
	d->cpu_count = cpus;
	d->memory = ipa(0x40000000 + 0x10000000ull * id);
	d->memory_size = 0x1000000;
	d->rings = rings;
	d->doorbell_count = doorbells;
	vms[id].id = id;
	vms[id].desc = d;
	vms[id].state = FUSIONDOCK_VM_RUNNING;
	vms[id].vgic.doorbell = VGIC_NO_DOORBELL;
	for (uint32_t n = 0; n < cpus; n++) {
		struct cpu *cpu = &cores[core++ % COUNT(cores)];

		cpu->mpidr = (uint64_t)(cpu - cores);
		vms[id].vcpus[n].vm = &vms[id];
		vms[id].vcpus[n].cpu = cpu;
		vgic_add_cpu(&vms[id].vgic, &vms[id].vcpus[n].vgic, cpu->mpidr);
	}
	vgic_reset(&vms[id].vgic);
	vms[id].vcpus[0].state = VCPU_ON;
	vgic_cpu_start(&vms[id].vcpus[0].vgic);
}

/* VM 0 may ring VM 1; VM 1 may ring VM 0 and VM 4; VM 4 nobody. VM 4 sees region 0 alone,
 * read-only. */
static int three_vms(void **state)
{
	fakes_reset(state);
	make_vm(0, 2, 1u << 1, 3);
	make_vm(1, 1, 1u << 0 | 1u << 4, 1);
	make_vm(4, 1, 0, 1);
	the_system.region_count = 2;
	the_system.regions[0] = (struct region_desc){.at = ipa(0x2a800000),
						     .size = 0x400000,
						     .writer = 0,
						     .reader = 1,
						     .read_write = 3,
						     .read_only = 1u << 4};
	the_system.regions[1] = (struct region_desc){.at = ipa(0x12ac00000),
						     .size = 0x801000,
						     .writer = 1,
						     .reader = 0,
						     .read_write = 3};
	for (unsigned int n = 0; n < 31; n++)
		regs.x[n] = FILLER + n;
	regs.elr = 0x1000;
	regs.spsr = 0x5;
	return 0;
}

/* Makes the call and fails when anything beyond x0 .. x(outputs - 1) changed. */
static uint64_t call_of(uint32_t vm, unsigned int outputs, uint32_t imm, uint64_t x0, uint64_t x1,
			uint64_t x2, uint64_t x3)
{
	struct guest_regs before;

	regs.x[0] = x0;
	regs.x[1] = x1;
	regs.x[2] = x2;
	regs.x[3] = x3;
	before = regs;
	hypercall(&vms[vm].vcpus[0], &regs, imm);
	assert_memory_equal(&regs.x[outputs], &before.x[outputs], sizeof(regs) - 8 * outputs);
	return regs.x[0];
}

static uint64_t call(uint64_t x0, uint64_t x1, uint64_t x2, uint64_t x3)
{
	return call_of(0, 1, 0, x0, x1, x2, x3);
}

static uint64_t error(int64_t code)
{
	return (uint64_t)code;
}

/* The original call */

static uint64_t original(uint32_t vm, uint64_t ipi, uint64_t target)
{
	return call_of(vm, 1, 0, FUSIONDOCK_ORIGINAL_RING, ipi, target, FILLER);
}

static void the_original_call_rings(void **state)
{
	(void)state;
	assert_int_equal(original(1, 10, 0), 0);
	assert_int_equal(vms[0].posted, 1);
	assert_int_equal(fake_cores[vms[0].vcpus[0].cpu->mpidr].kicks, 1);
	assert_int_equal(vms[1].posted, 0);
}

static void the_original_call_takes_ipi_10_alone(void **state)
{
	(void)state;
	for (uint64_t ipi = 0; ipi < 2048; ipi++) {
		if (ipi != 10)
			assert_int_not_equal(original(1, ipi, 0), 0);
	}
	assert_int_not_equal(original(1, 10 | 1ull << 32, 0), 0);
	assert_int_equal(vms[0].posted, 0);
}

/* w0 is what the caller looks at: non-zero there, and nothing above it. */
static void original_errors_fit_w0(void **state)
{
	(void)state;
	assert_int_equal(original(0, 10, 4), (uint32_t)FUSIONDOCK_E_DENIED);
	assert_int_equal(original(0, 10, 7), (uint32_t)FUSIONDOCK_E_INVALID);
	assert_int_equal(original(0, 9, 1), (uint32_t)FUSIONDOCK_E_INVALID);
	vms[1].state = FUSIONDOCK_VM_OFF;
	assert_int_equal(original(0, 10, 1), (uint32_t)FUSIONDOCK_E_STOPPED);
}

static void the_original_call_is_known_by_all_64_bits(void **state)
{
	(void)state;
	assert_int_equal(call(FUSIONDOCK_ORIGINAL_RING | 1ull << 32, 10, 1, 0), error(-1));
	assert_int_equal(vms[1].posted, 0);
}

/* The new calls */

static void identification_is_ours(void **state)
{
	(void)state;
	call_of(0, 4, 0, FUSIONDOCK_CALL_UID, FILLER, FILLER, FILLER);
	assert_int_equal(regs.x[0], FUSIONDOCK_UID_0);
	assert_int_equal(regs.x[1], FUSIONDOCK_UID_1);
	assert_int_equal(regs.x[2], FUSIONDOCK_UID_2);
	assert_int_equal(regs.x[3], FUSIONDOCK_UID_3);
	call_of(0, 2, 0, FUSIONDOCK_CALL_REVISION, FILLER, FILLER, FILLER);
	assert_int_equal(regs.x[0], FUSIONDOCK_VERSION_MAJOR);
	assert_int_equal(regs.x[1], FUSIONDOCK_VERSION_MINOR);
	assert_int_equal(call(FUSIONDOCK_CALL_VERSION, 0, 0, 0),
			 FUSIONDOCK_VERSION_MAJOR << 16 | FUSIONDOCK_VERSION_MINOR);
}

static void a_vm_learns_its_own_id(void **state)
{
	(void)state;
	assert_int_equal(call_of(0, 1, 0, FUSIONDOCK_CALL_VM_ID, 0, 0, 0), 0);
	assert_int_equal(call_of(4, 1, 0, FUSIONDOCK_CALL_VM_ID, 0, 0, 0), 4);
}

static void a_ring_posts_the_vector_to_the_target(void **state)
{
	(void)state;
	assert_int_equal(call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, 2, FILLER), 0);
	assert_int_equal(vms[0].posted, 1u << 2);
	assert_int_equal(call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, 0, FILLER), 0);
	assert_int_equal(vms[0].posted, 1u << 2 | 1u << 0);
}

static void a_ring_still_pending_is_not_raised_twice(void **state)
{
	const unsigned int *kicks;

	(void)state;
	kicks = &fake_cores[vms[1].vcpus[0].cpu->mpidr].kicks;
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 0, 0), 0);
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 0, 0), 0);
	assert_int_equal(*kicks, 1);
	vms[1].posted = 0;
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 0, 0), 0);
	assert_int_equal(*kicks, 2);
}

static void a_ring_kicks_a_core_that_is_on(void **state)
{
	(void)state;
	vgic_cpu_start(&vms[0].vcpus[1].vgic);
	vgic_cpu_stop(&vms[0].vcpus[0].vgic);
	fake_cores[vms[0].vcpus[1].cpu->mpidr].kicks = 0;
	assert_int_equal(call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, 0, 0), 0);
	assert_int_equal(fake_cores[vms[0].vcpus[1].cpu->mpidr].kicks, 1);
	assert_int_equal(fake_cores[vms[0].vcpus[0].cpu->mpidr].kicks, 0);
}

static void bad_rings_are_told_why(void **state)
{
	static const uint64_t nobody[] = {2, 7, 8, 63, 64, 1ull << 32, 1ull << 32 | 1, ~0ull};

	(void)state;
	for (size_t n = 0; n < COUNT(nobody); n++)
		assert_int_equal(call(FUSIONDOCK_CALL_RING, nobody[n], 0, 0),
				 error(FUSIONDOCK_E_INVALID));
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 4, 0, 0), error(FUSIONDOCK_E_DENIED));
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 0, 0, 0), error(FUSIONDOCK_E_DENIED));
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 1, 0), error(FUSIONDOCK_E_INVALID));
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 1ull << 32, 0), error(FUSIONDOCK_E_INVALID));
	vms[1].state = FUSIONDOCK_VM_FAULTED;
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 0, 0), error(FUSIONDOCK_E_STOPPED));
	assert_int_equal(vms[0].posted | vms[1].posted | vms[4].posted, 0);
}

static void a_vm_without_doorbells_cannot_be_rung(void **state)
{
	(void)state;
	the_system.vms[1].doorbell_count = 0;
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 0, 0), error(FUSIONDOCK_E_INVALID));
	assert_int_not_equal(original(0, 10, 1), 0);
}

static void region_info_tells_place_and_rights(void **state)
{
	(void)state;
	assert_int_equal(call_of(0, 4, 0, FUSIONDOCK_CALL_REGION_INFO, 0, 0, 0), 0);
	assert_int_equal(regs.x[1], 0x2a800000);
	assert_int_equal(regs.x[2], 0x400000);
	assert_int_equal(regs.x[3], FUSIONDOCK_REGION_READ | FUSIONDOCK_REGION_WRITE |
					    FUSIONDOCK_REGION_IS_WRITER |
					    1u << FUSIONDOCK_REGION_READER_SHIFT);
	assert_int_equal(call_of(0, 4, 0, FUSIONDOCK_CALL_REGION_INFO, 1, 0, 0), 0);
	assert_int_equal(regs.x[1], 0x12ac00000);
	assert_int_equal(regs.x[2], 0x801000);
	assert_int_equal(regs.x[3], FUSIONDOCK_REGION_READ | FUSIONDOCK_REGION_WRITE |
					    FUSIONDOCK_REGION_IS_READER |
					    1u << FUSIONDOCK_REGION_WRITER_SHIFT);
	assert_int_equal(call_of(4, 4, 0, FUSIONDOCK_CALL_REGION_INFO, 0, 0, 0), 0);
	assert_int_equal(regs.x[3], FUSIONDOCK_REGION_READ | 1u << FUSIONDOCK_REGION_READER_SHIFT);
}

static void region_info_refuses_without_touching_more(void **state)
{
	(void)state;
	assert_int_equal(call(FUSIONDOCK_CALL_REGION_INFO, 2, FILLER, FILLER),
			 error(FUSIONDOCK_E_INVALID));
	assert_int_equal(call(FUSIONDOCK_CALL_REGION_INFO, 1ull << 32, FILLER, FILLER),
			 error(FUSIONDOCK_E_INVALID));
	assert_int_equal(call(FUSIONDOCK_CALL_REGION_INFO, ~0ull, FILLER, FILLER),
			 error(FUSIONDOCK_E_INVALID));
	assert_int_equal(call_of(4, 1, 0, FUSIONDOCK_CALL_REGION_INFO, 1, FILLER, FILLER),
			 error(FUSIONDOCK_E_DENIED));
}

static void everybody_may_ask_for_a_state(void **state)
{
	(void)state;
	vms[1].state = FUSIONDOCK_VM_FAULTED;
	vms[1].epoch = 7;
	vms[4].state = FUSIONDOCK_VM_OFF;
	assert_int_equal(call_of(0, 2, 0, FUSIONDOCK_CALL_VM_STATE, 0, 0, 0), FUSIONDOCK_VM_RUNNING);
	assert_int_equal(call_of(0, 2, 0, FUSIONDOCK_CALL_VM_STATE, 1, 0, 0), FUSIONDOCK_VM_FAULTED);
	assert_int_equal(regs.x[1], 7);
	assert_int_equal(call_of(4, 2, 0, FUSIONDOCK_CALL_VM_STATE, 4, 0, 0), FUSIONDOCK_VM_OFF);
	assert_int_equal(call(FUSIONDOCK_CALL_VM_STATE, 2, 0, 0), error(FUSIONDOCK_E_INVALID));
	assert_int_equal(call(FUSIONDOCK_CALL_VM_STATE, 8, 0, 0), error(FUSIONDOCK_E_INVALID));
	assert_int_equal(call(FUSIONDOCK_CALL_VM_STATE, 1ull << 63, 0, 0),
			 error(FUSIONDOCK_E_INVALID));
}

static int64_t control(uint32_t vm, uint64_t target, uint64_t operation)
{
	return (int64_t)call_of(vm, 1, 0, FUSIONDOCK_CALL_VM_CONTROL, target, operation, FILLER);
}

static void control_needs_the_right(void **state)
{
	(void)state;
	the_system.vms[0].controls = 1u << 1;
	assert_int_equal(control(1, 0, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_E_DENIED);
	assert_int_equal(control(0, 0, FUSIONDOCK_CONTROL_RESET), FUSIONDOCK_E_DENIED);
	assert_int_equal(control(0, 4, FUSIONDOCK_CONTROL_START), FUSIONDOCK_E_DENIED);
	assert_int_equal(control(0, 2, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_E_INVALID);
	assert_int_equal(control(0, 1, FUSIONDOCK_CONTROL_RESET + 1), FUSIONDOCK_E_INVALID);
	assert_int_equal(vms[1].end, VM_END_NONE);
}

static void control_stops_starts_and_resets(void **state)
{
	(void)state;
	the_system.vms[0].controls = 1u << 1;
	assert_int_equal(control(0, 1, FUSIONDOCK_CONTROL_START), FUSIONDOCK_E_RUNNING);
	assert_int_equal(control(0, 1, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_OK);
	assert_int_equal(vms[1].end, VM_END_OFF);
	vms[1].end = VM_END_NONE;
	assert_int_equal(control(0, 1, FUSIONDOCK_CONTROL_RESET), FUSIONDOCK_OK);
	assert_int_equal(vms[1].end, VM_END_RESET);
	vms[1].state = FUSIONDOCK_VM_FAULTED;
	assert_int_equal(control(0, 1, FUSIONDOCK_CONTROL_STOP), FUSIONDOCK_E_STOPPED);
	assert_int_equal(vms[1].start_wanted, 0);
	assert_int_equal(control(0, 1, FUSIONDOCK_CONTROL_START), FUSIONDOCK_OK);
	assert_int_equal(vms[1].start_wanted, 1);
}

static int64_t counter(uint32_t vm, uint64_t of, uint64_t kind, uint64_t which, uint64_t core)
{
	regs.x[4] = core;
	return (int64_t)call_of(vm, 2, 0, FUSIONDOCK_CALL_COUNTER, of, kind, which);
}

static uint64_t own(uint32_t vm, uint64_t kind, uint64_t which)
{
	assert_int_equal(counter(vm, vm, kind, which, FUSIONDOCK_COUNTER_ALL_CORES), FUSIONDOCK_OK);
	return regs.x[1];
}

static void exits_are_counted_by_core_and_reason(void **state)
{
	(void)state;
	vms[0].vcpus[0].exits[EXIT_GICD] = 5;
	vms[0].vcpus[1].exits[EXIT_GICD] = 1ull << 40;
	/* The short way of arch/vectors.S counts for itself. */
	vms[0].vcpus[1].vgic.exits_hvc = 7;
	vms[0].vcpus[1].exits[EXIT_HVC] = 3;
	vms[0].vcpus[0].vgic.exits_kick = 9;
	assert_int_equal(own(0, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_GICD), (1ull << 40) + 5);
	assert_int_equal(own(0, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_IRQ_KICK), 9);
	assert_int_equal(counter(0, 0, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_GICD, 0), 0);
	assert_int_equal(regs.x[1], 5);
	assert_int_equal(counter(0, 0, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_HVC, 1), 0);
	assert_int_equal(regs.x[1], 10);
}

static uint64_t bells(uint32_t from, uint64_t kind, uint64_t target, uint64_t vector)
{
	return own(from, kind, FUSIONDOCK_COUNTER_DOORBELL(target, vector));
}

static void doorbells_are_counted_by_target_and_vector(void **state)
{
	(void)state;
	call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, 2, 0);
	call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, 2, 0);
	call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, 0, 0);
	call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, 3, 0);
	call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 0, ~0ull, 0);
	call_of(0, 1, 0, FUSIONDOCK_CALL_RING, 4, 0, 0);
	assert_int_equal(bells(1, FUSIONDOCK_COUNTER_RAISED, 0, 2), 1);
	assert_int_equal(bells(1, FUSIONDOCK_COUNTER_COALESCED, 0, 2), 1);
	assert_int_equal(bells(1, FUSIONDOCK_COUNTER_RAISED, 0, 0), 1);
	assert_int_equal(bells(1, FUSIONDOCK_COUNTER_REFUSED, 0, 3), 1);
	assert_int_equal(bells(1, FUSIONDOCK_COUNTER_REFUSED, 0, FUSIONDOCK_VECTOR_MAX - 1), 1);
	assert_int_equal(bells(1, FUSIONDOCK_COUNTER_RAISED, 4, 0), 0);
	assert_int_equal(bells(0, FUSIONDOCK_COUNTER_REFUSED, 4, 0), 1);
}

/* What vector a ring has decides where it is counted, never whether a neighbour's count is touched. */
static void every_vector_has_its_own_count(void **state)
{
	(void)state;
	the_system.vms[1].doorbell_count = FUSIONDOCK_VECTOR_MAX;
	for (uint64_t n = 0; n < FUSIONDOCK_VECTOR_MAX; n++)
		assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, n, 0), 0);
	for (uint64_t n = 0; n < FUSIONDOCK_VECTOR_MAX; n++) {
		assert_int_equal(bells(0, FUSIONDOCK_COUNTER_RAISED, 1, n), 1);
		assert_int_equal(bells(0, FUSIONDOCK_COUNTER_COALESCED, 1, n), 0);
		assert_int_equal(bells(0, FUSIONDOCK_COUNTER_REFUSED, 1, n), 0);
	}
}

static void the_life_of_a_vm_is_counted(void **state)
{
	(void)state;
	vms[1].denied = 3;
	vms[1].restarts = 2;
	vms[1].epoch = 4;
	vm_stop(&vms[1], VM_END_FAULT);
	vm_stop(&vms[1], VM_END_FAULT); /* ends already */
	assert_int_equal(own(1, FUSIONDOCK_COUNTER_FAULTS, 0), 1);
	assert_int_equal(own(1, FUSIONDOCK_COUNTER_DENIED, 0), 3);
	assert_int_equal(own(1, FUSIONDOCK_COUNTER_RESTARTS, 0), 2);
	assert_int_equal(own(1, FUSIONDOCK_COUNTER_STARTS, 0), 4);
	vm_stop(&vms[0], VM_END_RESET);
	assert_int_equal(own(0, FUSIONDOCK_COUNTER_FAULTS, 0), 0);
}

static void counters_of_others_need_the_right(void **state)
{
	const uint64_t all = FUSIONDOCK_COUNTER_ALL_CORES;

	(void)state;
	regs.x[4] = all;
	assert_int_equal(call(FUSIONDOCK_CALL_COUNTER, 1, FUSIONDOCK_COUNTER_STARTS, 0), error(FUSIONDOCK_E_DENIED));
	the_system.vms[0].observes = 1u << 1;
	assert_int_equal(counter(0, 1, FUSIONDOCK_COUNTER_STARTS, 0, all), FUSIONDOCK_OK);
	assert_int_equal(counter(1, 0, FUSIONDOCK_COUNTER_STARTS, 0, all), FUSIONDOCK_E_DENIED);
	assert_int_equal(counter(0, 4, FUSIONDOCK_COUNTER_STARTS, 0, all), FUSIONDOCK_E_DENIED);
	the_system.vms[0].controls = 1u << 4;
	assert_int_equal(counter(0, 4, FUSIONDOCK_COUNTER_STARTS, 0, all), FUSIONDOCK_OK);
}

static void counters_that_are_not_there_are_invalid(void **state)
{
	const uint64_t all = FUSIONDOCK_COUNTER_ALL_CORES, bell = FUSIONDOCK_COUNTER_RAISED;
	const uint64_t bad[][4] = {
		{2, FUSIONDOCK_COUNTER_STARTS, 0, all},
		{8, FUSIONDOCK_COUNTER_STARTS, 0, all},
		{1ull << 32, FUSIONDOCK_COUNTER_STARTS, 0, all},
		{0, FUSIONDOCK_COUNTER_STARTS + 1, 0, all},
		{0, ~0ull, 0, all},
		{0, FUSIONDOCK_COUNTER_STARTS, 1, all},
		{0, FUSIONDOCK_COUNTER_STARTS, 0, 0},
		{0, FUSIONDOCK_COUNTER_EXITS, FUSIONDOCK_EXIT_KINDS, all},
		{0, FUSIONDOCK_COUNTER_EXITS, ~0ull, all},
		{0, FUSIONDOCK_COUNTER_EXITS, 0, 2},
		{0, FUSIONDOCK_COUNTER_EXITS, 0, ~0ull},
		{0, bell, FUSIONDOCK_COUNTER_DOORBELL(2, 0), all},
		{0, bell, FUSIONDOCK_COUNTER_DOORBELL(255, 0), all},
		{0, bell, FUSIONDOCK_COUNTER_DOORBELL(1, FUSIONDOCK_VECTOR_MAX), all},
		{0, bell, ~0ull, all},
		{0, bell, FUSIONDOCK_COUNTER_DOORBELL(1, 0), 0},
	};

	(void)state;
	for (size_t n = 0; n < COUNT(bad); n++) {
		regs.x[4] = bad[n][3];
		assert_int_equal(call(FUSIONDOCK_CALL_COUNTER, bad[n][0], bad[n][1], bad[n][2]),
				 error(FUSIONDOCK_E_INVALID));
	}
}

static void unknown_calls_are_not_supported(void **state)
{
	static const uint64_t unknown[] = {
		0,          1,          1022,       1024,       0xc6000fff, 0x86000000, 0x8600ff00,
		0x8600ff02, 0x80000002, 0x80008000, 0x84000020, 0xc4000020, 0xc4000008, ~0ull};

	(void)state;
	for (size_t n = 0; n < COUNT(unknown); n++)
		assert_int_equal(call(unknown[n], FILLER, FILLER, FILLER), error(-1));
}

static void another_immediate_is_no_call_of_ours(void **state)
{
	static const uint64_t known[] = {FUSIONDOCK_ORIGINAL_RING, FUSIONDOCK_CALL_RING,
					 FUSIONDOCK_CALL_UID,      PSCI_VERSION,
					 PSCI_SYSTEM_OFF,          PSCI_CPU_OFF};

	(void)state;
	for (size_t n = 0; n < COUNT(known); n++) {
		assert_int_equal(call_of(0, 1, 1, known[n], 10, 1, 0), error(-1));
		assert_int_equal(call_of(0, 1, 0xffff, known[n], 10, 1, 0), error(-1));
	}
	assert_int_equal(vms[1].posted, 0);
	assert_int_equal(vms[0].end, VM_END_NONE);
	assert_null(fake_offed);
}

/* Limit on doorbells */

static void rings_too_close_are_put_off_and_not_lost(void **state)
{
	(void)state;
	the_system.vms[1].doorbell_interval = 1000;
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 0, 0), 0);
	assert_int_equal(vms[1].posted, 1);
	assert_int_equal(fake_alarm_us, 0);
	vms[1].posted = 0;
	fake_now += 999;
	assert_int_equal(call(FUSIONDOCK_CALL_RING, 1, 0, 0), 0);
	assert_int_equal(vms[1].posted, 0);
	assert_int_equal(fake_alarm_us, 1000);
	fake_now += 1;
	doorbell_retry(&vms[0].vcpus[0]);
	assert_int_equal(vms[1].posted, 1);
	vms[1].posted = 0;
	fake_now += 5000;
	doorbell_retry(&vms[0].vcpus[0]);
	assert_int_equal(vms[1].posted, 0);
}

static void a_retry_too_early_waits_again(void **state)
{
	(void)state;
	the_system.vms[1].doorbell_interval = 1000;
	call(FUSIONDOCK_CALL_RING, 1, 0, 0);
	call(FUSIONDOCK_CALL_RING, 1, 0, 0);
	vms[1].posted = 0;
	fake_alarm_us = 0;
	fake_now += 10;
	doorbell_retry(&vms[0].vcpus[0]);
	assert_int_equal(vms[1].posted, 0);
	assert_int_not_equal(fake_alarm_us, 0);
	fake_now += 1000;
	doorbell_retry(&vms[0].vcpus[0]);
	assert_int_equal(vms[1].posted, 1);
}

static void the_limit_of_one_sender_is_not_anothers(void **state)
{
	(void)state;
	the_system.vms[4].rings = 1u << 1;
	the_system.vms[1].doorbell_interval = 1000;
	call(FUSIONDOCK_CALL_RING, 1, 0, 0);
	vms[1].posted = 0;
	assert_int_equal(call_of(4, 1, 0, FUSIONDOCK_CALL_RING, 1, 0, 0), 0);
	assert_int_equal(vms[1].posted, 1);
}

static void counters_are_printed_for_pairs_that_rang(void **state)
{
	(void)state;
	call_of(1, 1, 0, FUSIONDOCK_CALL_RING, 4, 0, 0);
	doorbell_print();
	assert_non_null(strstr(fake_printed, "doorbells VM 1 -> VM 4: raised "));
	assert_null(strstr(fake_printed, "VM 4 -> VM 0"));
}

/* Regions at boot */

static void regions_start_empty_with_their_capacity(void **state)
{
	unsigned char *memory = aligned_alloc(4096, 0x2000);
	const shm_info_s *header = (const shm_info_s *)(const void *)memory;

	(void)state;
	assert_non_null(memory);
	memset(memory, 0x77, 0x2000);
	the_system.region_count = 1;
	the_system.regions[0].pa = ptr_pa(memory);
	the_system.regions[0].size = 0x2000;
	regions_init();
	assert_int_equal(header->max_size, 0x2000 - 16);
	assert_int_equal(header->used_size, 0);
	assert_int_equal(header->op_type, SHM_OP_START);
	assert_int_equal(header->resevered, 0);
	for (unsigned int n = 16; n < 0x2000; n++)
		assert_int_equal(memory[n], 0);
	/* Written back for a guest without caches. */
	assert_ptr_equal(fake_cleaned, memory);
	assert_int_equal(fake_cleaned_size, 0x2000);
	free(memory);
}

/* PSCI */

static void psci_is_1_1_over_smccc_1_1(void **state)
{
	(void)state;
	assert_int_equal(call(PSCI_VERSION, 0, 0, 0), 0x10001);
	assert_int_equal(call(SMCCC_VERSION_CALL, 0, 0, 0), 0x10001);
	assert_int_equal(call(SMCCC_ARCH_FEATURES, SMCCC_VERSION_CALL, 0, 0), 0);
	assert_int_equal(call(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0), 0);
	assert_int_equal(call(SMCCC_ARCH_FEATURES, 0x80008000, 0, 0), error(-1));
	/* No trusted OS: migration is not needed. */
	assert_int_equal(call(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0), 2);
}

static void psci_features_names_what_there_is(void **state)
{
	static const uint32_t have[] = {
		PSCI_VERSION,          PSCI_CPU_SUSPEND_32,   PSCI_CPU_SUSPEND_64,
		PSCI_CPU_OFF,          PSCI_CPU_ON_32,        PSCI_CPU_ON_64,
		PSCI_AFFINITY_INFO_32, PSCI_AFFINITY_INFO_64, PSCI_MIGRATE_INFO_TYPE,
		PSCI_SYSTEM_OFF,       PSCI_SYSTEM_RESET,     PSCI_FEATURES,
		SMCCC_VERSION_CALL};
	static const uint32_t not [] = {0x84000005, 0xc4000005, 0x84000007,           0x8400000e,
					0xc400000e, 0xc4000012, FUSIONDOCK_CALL_RING, 0};

	(void)state;
	for (size_t n = 0; n < COUNT(have); n++)
		assert_int_equal(call(PSCI_FEATURES, have[n], 0, 0), 0);
	for (size_t n = 0; n < COUNT(not ); n++)
		assert_int_equal(call(PSCI_FEATURES, not [n], 0, 0), error(-1));
}

static void cpu_on_starts_a_core_of_the_vm(void **state)
{
	(void)state;
	assert_int_equal(call(PSCI_CPU_ON_64, 1, 0x40001000, 0x1234567890), 0);
	assert_ptr_equal(fake_started, &vms[0].vcpus[1]);
	assert_int_equal(fake_start_entry, 0x40001000);
	assert_int_equal(fake_start_context, 0x1234567890);
}

static void cpu_on_of_a_core_that_is_on_says_so(void **state)
{
	(void)state;
	assert_int_equal(call(PSCI_CPU_ON_64, 0, 0x40001000, 0), error(PSCI_ALREADY_ON));
	vms[0].vcpus[1].state = VCPU_STARTING;
	assert_int_equal(call(PSCI_CPU_ON_64, 1, 0x40001000, 0), error(PSCI_ON_PENDING));
	assert_null(fake_started);
}

static void cpu_on_of_a_core_that_is_not_the_vms_is_refused(void **state)
{
	static const uint64_t nobody[] = {2,    8, 0x100, 0x80000001, 1ull << 32, 1ull << 32 | 1,
					  ~0ull};

	(void)state;
	for (size_t n = 0; n < COUNT(nobody); n++)
		assert_int_equal(call(PSCI_CPU_ON_64, nobody[n], 0x40001000, 0),
				 error(PSCI_INVALID_PARAMETERS));
	assert_null(fake_started);
}

static void cpu_on_outside_the_memory_is_refused(void **state)
{
	static const uint64_t outside[] = {
		0, 0x3fffffff, 0x41000000, 0x50000000, 0x2a800000, 0x40001000 | 1ull << 40, ~0ull};

	(void)state;
	for (size_t n = 0; n < COUNT(outside); n++)
		assert_int_equal(call(PSCI_CPU_ON_64, 1, outside[n], 0),
				 error(PSCI_INVALID_ADDRESS));
	assert_null(fake_started);
	assert_int_equal(call(PSCI_CPU_ON_64, 1, 0x40fffffc, 0), 0);
}

static void a_32_bit_call_has_32_bit_arguments(void **state)
{
	(void)state;
	assert_int_equal(
		call(PSCI_CPU_ON_32, 0xffffffff00000001, 0xdead000040002000, 0xbeef000000000007),
		0);
	assert_ptr_equal(fake_started, &vms[0].vcpus[1]);
	assert_int_equal(fake_start_entry, 0x40002000);
	assert_int_equal(fake_start_context, 7);
	assert_int_equal(call(PSCI_AFFINITY_INFO_32, 0x100000000, 0x500000000, 0), 0);
	assert_int_equal(call(PSCI_AFFINITY_INFO_64, 0x100000000, 0, 0),
			 error(PSCI_INVALID_PARAMETERS));
}

static void the_function_is_the_low_half_of_x0(void **state)
{
	(void)state;
	assert_int_equal(call(0xffffffff00000000 | PSCI_VERSION, 0, 0, 0), 0x10001);
}

static void affinity_info_tells_the_state_of_a_core(void **state)
{
	(void)state;
	assert_int_equal(call(PSCI_AFFINITY_INFO_64, 0, 0, 0), 0);
	assert_int_equal(call(PSCI_AFFINITY_INFO_64, 1, 0, 0), 1);
	vms[0].vcpus[1].state = VCPU_STARTING;
	assert_int_equal(call(PSCI_AFFINITY_INFO_64, 1, 0, 0), 2);
	assert_int_equal(call(PSCI_AFFINITY_INFO_64, 2, 0, 0), error(PSCI_INVALID_PARAMETERS));
	assert_int_equal(call(PSCI_AFFINITY_INFO_64, 0, 1, 0), error(PSCI_INVALID_PARAMETERS));
}

static void a_suspend_comes_back_at_once(void **state)
{
	(void)state;
	assert_int_equal(call(PSCI_CPU_SUSPEND_64, 0, 0, 0), 0);
	assert_int_equal(call(PSCI_CPU_SUSPEND_32, 0, 0, 0), 0);
}

static void cpu_off_stops_the_calling_core_alone(void **state)
{
	(void)state;
	call(PSCI_CPU_OFF, 0, 0, 0);
	assert_ptr_equal(fake_offed, &vms[0].vcpus[0]);
	assert_int_equal(vms[0].end, VM_END_NONE);
	assert_int_equal(vms[0].vcpus[0].state, VCPU_OFF);
}

static void system_off_and_reset_end_the_calling_vm_alone(void **state)
{
	(void)state;
	call(PSCI_SYSTEM_OFF, 0, 0, 0);
	assert_int_equal(vms[0].end, VM_END_OFF);
	call_of(1, 1, 0, PSCI_SYSTEM_RESET, 0, 0, 0);
	assert_int_equal(vms[1].end, VM_END_RESET);
	assert_int_equal(vms[4].end, VM_END_NONE);
	/* Its cores are called out of the guest. */
	assert_true(fake_cores[vms[0].vcpus[1].cpu->mpidr].kicks > 0);
}

static void the_first_end_of_a_vm_counts(void **state)
{
	(void)state;
	call(PSCI_SYSTEM_RESET, 0, 0, 0);
	call(PSCI_SYSTEM_OFF, 0, 0, 0);
	assert_int_equal(vms[0].end, VM_END_RESET);
}

/* Anything at all */

static unsigned int outputs_of(uint64_t fn, uint32_t imm)
{
	if (imm || fn == FUSIONDOCK_ORIGINAL_RING)
		return 1;
	switch ((uint32_t)fn) {
	case FUSIONDOCK_CALL_UID:
	case FUSIONDOCK_CALL_REGION_INFO:
		return 4;
	case FUSIONDOCK_CALL_REVISION:
	case FUSIONDOCK_CALL_VM_STATE:
	case FUSIONDOCK_CALL_WATCHDOG:
	case FUSIONDOCK_CALL_COUNTER:
		return 2;
	case FUSIONDOCK_CALL_VIEW:
		return 3;
	default:
		return 1;
	}
}

static uint64_t any_argument(uint32_t *seed)
{
	static const uint64_t edges[] = {
		0,          1,          2,          4,           7,
		8,          10,         63,         64,          0x40000000,
		0x40ffffff, 0x41000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff,
		~0ull};
	uint32_t r = fake_random(seed);

	return r & 1 ? edges[r / 2 % COUNT(edges)]
		     : (uint64_t)fake_random(seed) << 32 | fake_random(seed);
}

static uint64_t any_function(uint32_t *seed)
{
	static const uint64_t bases[] = {0xc6000000, 0x84000000, 0xc4000000, 0x80000000,
					 0x8600ff00, 1020,       0};
	uint32_t r = fake_random(seed);

	return r % 16 == 0 ? any_argument(seed) : bases[r / 16 % COUNT(bases)] + r / 256 % 16;
}

static void a_million_random_calls_do_no_harm(void **state)
{
	static struct system before;
	uint32_t seed = 20260711;

	(void)state;
	before = the_system;
	for (int n = 0; n < 1000000; n++) {
		static const uint32_t ids[] = {0, 1, 4};
		uint64_t fn = any_function(&seed);
		uint32_t imm = fake_random(&seed) % 8 ? 0 : fake_random(&seed) & 0xffff;
		uint32_t vm = ids[fake_random(&seed) % COUNT(ids)];

		regs.x[4] = any_argument(&seed);
		call_of(vm, outputs_of(fn, imm), imm, fn, any_argument(&seed), any_argument(&seed),
			any_argument(&seed));
		for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
			assert_int_equal(vms[id].posted >> FUSIONDOCK_VECTOR_MAX, 0);
			vms[id].posted = 0;
			if (!vms[id].desc)
				assert_int_equal(vms[id].end, VM_END_NONE);
		}
		/* Only the caller's own power can have changed. */
		for (uint32_t k = 0; k < COUNT(ids); k++) {
			if (ids[k] != vm)
				assert_int_equal(vms[ids[k]].end, VM_END_NONE);
			vms[ids[k]].end = VM_END_NONE;
		}
	}
	assert_memory_equal(&before, &the_system, sizeof(before));
}

#define CALL_TEST(function) cmocka_unit_test_setup(function, three_vms)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(the_original_call_rings),
		CALL_TEST(the_original_call_takes_ipi_10_alone),
		CALL_TEST(original_errors_fit_w0),
		CALL_TEST(the_original_call_is_known_by_all_64_bits),
		CALL_TEST(identification_is_ours),
		CALL_TEST(a_vm_learns_its_own_id),
		CALL_TEST(a_ring_posts_the_vector_to_the_target),
		CALL_TEST(a_ring_still_pending_is_not_raised_twice),
		CALL_TEST(a_ring_kicks_a_core_that_is_on),
		CALL_TEST(bad_rings_are_told_why),
		CALL_TEST(a_vm_without_doorbells_cannot_be_rung),
		CALL_TEST(region_info_tells_place_and_rights),
		CALL_TEST(region_info_refuses_without_touching_more),
		CALL_TEST(everybody_may_ask_for_a_state),
		CALL_TEST(control_needs_the_right),
		CALL_TEST(control_stops_starts_and_resets),
		CALL_TEST(exits_are_counted_by_core_and_reason),
		CALL_TEST(doorbells_are_counted_by_target_and_vector),
		CALL_TEST(every_vector_has_its_own_count),
		CALL_TEST(the_life_of_a_vm_is_counted),
		CALL_TEST(counters_of_others_need_the_right),
		CALL_TEST(counters_that_are_not_there_are_invalid),
		CALL_TEST(unknown_calls_are_not_supported),
		CALL_TEST(another_immediate_is_no_call_of_ours),
		CALL_TEST(rings_too_close_are_put_off_and_not_lost),
		CALL_TEST(a_retry_too_early_waits_again),
		CALL_TEST(the_limit_of_one_sender_is_not_anothers),
		CALL_TEST(counters_are_printed_for_pairs_that_rang),
		CALL_TEST(regions_start_empty_with_their_capacity),
		CALL_TEST(psci_is_1_1_over_smccc_1_1),
		CALL_TEST(psci_features_names_what_there_is),
		CALL_TEST(cpu_on_starts_a_core_of_the_vm),
		CALL_TEST(cpu_on_of_a_core_that_is_on_says_so),
		CALL_TEST(cpu_on_of_a_core_that_is_not_the_vms_is_refused),
		CALL_TEST(cpu_on_outside_the_memory_is_refused),
		CALL_TEST(a_32_bit_call_has_32_bit_arguments),
		CALL_TEST(the_function_is_the_low_half_of_x0),
		CALL_TEST(affinity_info_tells_the_state_of_a_core),
		CALL_TEST(a_suspend_comes_back_at_once),
		CALL_TEST(cpu_off_stops_the_calling_core_alone),
		CALL_TEST(system_off_and_reset_end_the_calling_vm_alone),
		CALL_TEST(the_first_end_of_a_vm_counts),
		CALL_TEST(a_million_random_calls_do_no_harm),
	};

	return cmocka_run_group_tests_name("calls of a guest", tests, NULL, NULL);
}
