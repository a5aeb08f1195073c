/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a VM: what its end leaves in the regions, what its peers are told (state view, doorbell),
 * and its watchdog.
 */
#include "base_test.h"

#include <string.h>

#include "fusiondock/state.h"
#include "shm_pub.h"
#include "svc/hypercall.h"
#include "svc/life.h"
#include "svc/region.h"
#include "svc/watchdog.h"

#define SIZE 4096u
#define CAPACITY (SIZE - SHM_HEADER_SIZE)

static _Alignas(16) union {
	shm_info_s header;
	unsigned char bytes[SIZE];
} memory[3];
static _Alignas(8) unsigned char page[FUSIONDOCK_STATE_SIZE];
static struct cpu cores[3];
static struct guest_regs regs;

static void make_vm(uint32_t id)
{
	struct vm_desc *d = &the_system.vms[id];

	d->used = true;
	d->cpu_count = 1;
	d->doorbell_count = 1;
	vms[id].id = id;
	vms[id].desc = d;
	vms[id].vcpus[0].vm = &vms[id];
	vms[id].vcpus[0].cpu = &cores[id];
	cores[id].mpidr = id;
	vgic_add_cpu(&vms[id].vgic, &vms[id].vcpus[0].vgic, id);
	vgic_reset(&vms[id].vgic);
}

static void make_region(uint32_t n, uint32_t writer, uint32_t reader)
{
	the_system.regions[n] = (struct region_desc){.size = SIZE,
						     .pa = ptr_pa(&memory[n]),
						     .writer = writer,
						     .reader = reader,
						     .read_write = 1u << writer | 1u << reader};
}

/* VM 0 and VM 1 send to each other in regions 0 and 1; region 2 goes from VM 0 to VM 2. */
static int setup(void **state)
{
	fakes_reset(state);
	memset(page, 0xee, sizeof(page));
	for (uint32_t id = 0; id < 3; id++)
		make_vm(id);
	the_system.region_count = 3;
	make_region(0, 0, 1);
	make_region(1, 1, 0);
	make_region(2, 0, 2);
	regions_init();
	the_system.views[FUSIONDOCK_VIEW_STATE] = (struct view_desc){
		.used = true, .at = ipa(0x2a7ff000), .size = SIZE, .pa = ptr_pa(page), .read_only = 3};
	life_init();
	return 0;
}

static uint64_t life(uint32_t id)
{
	uint64_t word;

	memcpy(&word, page + FUSIONDOCK_STATE_LIFE(id), sizeof(word));
	return word;
}

static uint64_t call(uint32_t vm, uint64_t x0, uint64_t x1)
{
	memset(&regs, 0, sizeof(regs));
	regs.x[0] = x0;
	regs.x[1] = x1;
	hypercall(&vms[vm].vcpus[0], &regs, 0);
	return regs.x[0];
}

/* Regions */

static void header(uint32_t n, uint32_t max, uint32_t used, int state)
{
	memory[n].header.max_size = max;
	memory[n].header.used_size = used;
	memory[n].header.op_type = state;
	memory[n].header.resevered = 77;
	memory[n].bytes[16] = 0x5a;
}

static void expect(uint32_t n, uint32_t max, uint32_t used, int state)
{
	assert_int_equal(memory[n].header.max_size, max);
	assert_int_equal(memory[n].header.used_size, used);
	assert_int_equal(memory[n].header.op_type, state);
	assert_int_equal(memory[n].header.resevered, 77);
	assert_int_equal(memory[n].bytes[16], 0x5a);
}

static void a_whole_message_stays(void **state)
{
	static const int states[] = {SHM_OP_START, SHM_OP_READY_TO_READ, SHM_OP_READ_END, SHM_OP_DEL};
	static const uint32_t lengths[] = {0, 4, CAPACITY};

	(void)state;
	for (unsigned int s = 0; s < COUNT(states); s++) {
		for (unsigned int n = 0; n < COUNT(lengths); n++) {
			header(0, CAPACITY, lengths[n], states[s]);
			header(1, CAPACITY, lengths[n], states[s]);
			regions_reset(1);
			expect(0, CAPACITY, lengths[n], states[s]);
			expect(1, CAPACITY, lengths[n], states[s]);
		}
	}
}

static void a_long_message_under_way_is_given_up(void **state)
{
	static const int states[] = {SHM_OP_READY_TO_READ, SHM_OP_READ_END};

	(void)state;
	for (unsigned int s = 0; s < COUNT(states); s++) {
		header(0, CAPACITY, CAPACITY + 1, states[s]);
		header(1, 100, 101, states[s]);
		regions_reset(1);
		expect(0, CAPACITY, SHM_USED_GIVEN_UP, SHM_OP_START);
		/* A capacity that was made smaller stays: a call may be under way with it. */
		expect(1, 100, SHM_USED_GIVEN_UP, SHM_OP_START);
	}
}

static void a_header_that_cannot_be_is_mended(void **state)
{
	(void)state;
	header(0, 0, 4, SHM_OP_READY_TO_READ);
	header(1, CAPACITY + 1, 4, SHM_OP_READY_TO_READ);
	regions_reset(1);
	expect(0, CAPACITY, SHM_USED_GIVEN_UP, SHM_OP_START);
	expect(1, CAPACITY, SHM_USED_GIVEN_UP, SHM_OP_START);
	header(0, CAPACITY, 4, SHM_OP_MAX);
	header(1, CAPACITY, 4, -1);
	regions_reset(1);
	expect(0, CAPACITY, SHM_USED_GIVEN_UP, SHM_OP_START);
	expect(1, CAPACITY, SHM_USED_GIVEN_UP, SHM_OP_START);
}

static void regions_of_others_are_not_touched(void **state)
{
	(void)state;
	header(2, 0, CAPACITY + 9, 99);
	regions_reset(1);
	expect(2, 0, CAPACITY + 9, 99);
	/* Nor those that a VM may see without a part in them. */
	the_system.regions[2].read_only = 1u << 1;
	regions_reset(1);
	expect(2, 0, CAPACITY + 9, 99);
}

/* The state view and the peers */

static void the_view_begins_with_its_layout(void **state)
{
	uint32_t word[2];

	(void)state;
	memcpy(word, page, sizeof(word));
	assert_int_equal(word[0], FUSIONDOCK_STATE_MAGIC);
	assert_int_equal(word[1], FUSIONDOCK_STATE_LAYOUT);
	for (unsigned int n = 8; n < sizeof(page); n++)
		assert_int_equal(page[n], 0);
	assert_ptr_equal(fake_cleaned, page);
}

static void a_life_has_an_epoch_of_its_own(void **state)
{
	(void)state;
	life_started(&vms[1]);
	assert_int_equal(life(1), FUSIONDOCK_LIFE(1, FUSIONDOCK_VM_RUNNING));
	life_ended(&vms[1], FUSIONDOCK_VM_OFF);
	assert_int_equal(life(1), FUSIONDOCK_LIFE(1, FUSIONDOCK_VM_OFF));
	life_started(&vms[1]);
	assert_int_equal(life(1), FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING));
	life_ended(&vms[1], FUSIONDOCK_VM_FAULTED);
	assert_int_equal(life(1), FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_FAULTED));
	assert_int_equal(life(0), 0);
	assert_int_equal(life(2), 0);
}

static void a_reset_shows_as_an_end_and_a_new_epoch(void **state)
{
	(void)state;
	life_started(&vms[1]);
	header(0, CAPACITY, CAPACITY + 1, SHM_OP_READ_END);
	life_ended(&vms[1], FUSIONDOCK_VM_RUNNING);
	assert_int_equal(life(1), FUSIONDOCK_LIFE(1, FUSIONDOCK_VM_OFF));
	assert_int_equal(vms[1].state, FUSIONDOCK_VM_RUNNING);
	expect(0, CAPACITY, SHM_USED_GIVEN_UP, SHM_OP_START);
	life_started(&vms[1]);
	assert_int_equal(life(1), FUSIONDOCK_LIFE(2, FUSIONDOCK_VM_RUNNING));
}

static void peers_that_run_are_rung_at_start_and_end(void **state)
{
	(void)state;
	vms[0].state = FUSIONDOCK_VM_RUNNING;
	vms[2].state = FUSIONDOCK_VM_RUNNING;
	life_started(&vms[1]);
	assert_int_equal(vms[0].posted, 1);
	assert_int_equal(vms[1].posted, 0);
	/* They share no region. */
	assert_int_equal(vms[2].posted, 0);
	vms[0].posted = 0;
	life_ended(&vms[1], FUSIONDOCK_VM_OFF);
	assert_int_equal(vms[0].posted, 1);
	vms[0].posted = 0;
	vms[0].state = FUSIONDOCK_VM_OFF;
	life_started(&vms[1]);
	assert_int_equal(vms[0].posted, 0);
}

static void a_vm_that_starts_is_rung_for_what_waits_for_it(void **state)
{
	(void)state;
	header(0, CAPACITY, 4, SHM_OP_READY_TO_READ);
	/* From it, not for it. */
	header(1, CAPACITY, 4, SHM_OP_READY_TO_READ);
	life_started(&vms[1]);
	assert_int_equal(vms[1].posted, 1);
	vms[1].posted = 0;
	header(0, CAPACITY, 4, SHM_OP_READ_END);
	life_started(&vms[1]);
	assert_int_equal(vms[1].posted, 0);
	header(0, CAPACITY, 4, SHM_OP_READY_TO_READ);
	the_system.vms[1].doorbell_count = 0;
	life_started(&vms[1]);
	assert_int_equal(vms[1].posted, 0);
}

static void a_system_without_the_view_works_too(void **state)
{
	(void)state;
	the_system.views[FUSIONDOCK_VIEW_STATE].used = false;
	the_system.views[FUSIONDOCK_VIEW_STATE].pa = pa(0);
	life_init();
	life_started(&vms[1]);
	life_ended(&vms[1], FUSIONDOCK_VM_OFF);
	assert_int_equal(vms[1].epoch, 1);
}

static void a_view_is_told_to_whom_it_is_shown(void **state)
{
	(void)state;
	assert_int_equal(call(0, FUSIONDOCK_CALL_VIEW, FUSIONDOCK_VIEW_STATE), FUSIONDOCK_OK);
	assert_int_equal(regs.x[1], 0x2a7ff000);
	assert_int_equal(regs.x[2], SIZE);
	assert_int_equal((int64_t)call(2, FUSIONDOCK_CALL_VIEW, FUSIONDOCK_VIEW_STATE), FUSIONDOCK_E_DENIED);
	assert_int_equal(regs.x[1], FUSIONDOCK_VIEW_STATE);
	assert_int_equal((int64_t)call(0, FUSIONDOCK_CALL_VIEW, FUSIONDOCK_VIEW_TRACE), FUSIONDOCK_E_INVALID);
	assert_int_equal((int64_t)call(0, FUSIONDOCK_CALL_VIEW, ~0ull), FUSIONDOCK_E_INVALID);
	assert_int_equal((int64_t)call(0, FUSIONDOCK_CALL_VIEW, FUSIONDOCK_VIEW_COUNT), FUSIONDOCK_E_INVALID);
}

/* The watchdog; a microsecond is one tick. */

static void watch(uint32_t start_ms, uint32_t ms)
{
	the_system.vms[1].watchdog_start_ms = start_ms;
	the_system.vms[1].watchdog_ms = ms;
	vms[1].state = FUSIONDOCK_VM_RUNNING;
	fake_now = 5000;
	watchdog_start(&vms[1]);
	watchdog_check(&vms[1]);
}

static void a_vm_without_a_watchdog_has_no_deadline(void **state)
{
	(void)state;
	vms[1].state = FUSIONDOCK_VM_RUNNING;
	watchdog_start(&vms[1]);
	fake_now = 1ull << 40;
	watchdog_check(&vms[1]);
	assert_int_equal(vms[1].end, VM_END_NONE);
	assert_int_equal(fake_alarm_at, 0);
	assert_int_equal((int64_t)call(1, FUSIONDOCK_CALL_WATCHDOG, 9), FUSIONDOCK_E_INVALID);
	assert_int_equal(regs.x[1], 9);
}

static void the_first_call_has_its_own_time(void **state)
{
	(void)state;
	watch(60000, 10);
	assert_int_equal(fake_alarm_at, 5000 + 60000000);
	fake_now = 5000 + 60000000 - 1;
	watchdog_check(&vms[1]);
	assert_int_equal(vms[1].end, VM_END_NONE);
	fake_now++;
	watchdog_check(&vms[1]);
	assert_int_equal(vms[1].end, VM_END_FAULT);
	assert_non_null(strstr(fake_printed, "missed its watchdog"));
}

static void a_call_moves_the_deadline(void **state)
{
	(void)state;
	watch(60000, 10);
	fake_now = 6000;
	assert_int_equal(call(1, FUSIONDOCK_CALL_WATCHDOG, 0), FUSIONDOCK_OK);
	assert_int_equal(regs.x[1], 10);
	assert_int_equal(fake_alarm_at, 6000 + 10000);
	fake_now = 15999;
	call(1, FUSIONDOCK_CALL_WATCHDOG, 0);
	fake_now = 16000;
	watchdog_check(&vms[1]);
	assert_int_equal(vms[1].end, VM_END_NONE);
	assert_int_equal(fake_alarm_at, 15999 + 10000);
	fake_now = 25999;
	watchdog_check(&vms[1]);
	assert_int_equal(vms[1].end, VM_END_FAULT);
}

static void an_hour_does_not_overflow(void **state)
{
	(void)state;
	watch(3600000, 3600000);
	assert_int_equal(fake_alarm_at, 5000 + 3600000000ull);
}

static void a_vm_that_ends_or_does_not_run_is_left_alone(void **state)
{
	(void)state;
	watch(1, 1);
	fake_now = 1ull << 40;
	vms[1].end = VM_END_RESET;
	watchdog_check(&vms[1]);
	assert_int_equal(vms[1].end, VM_END_RESET);
	vms[1].end = VM_END_NONE;
	vms[1].state = FUSIONDOCK_VM_OFF;
	watchdog_check(&vms[1]);
	assert_int_equal(vms[1].end, VM_END_NONE);
}

#define LIFE_TEST(function) cmocka_unit_test_setup(function, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIFE_TEST(a_whole_message_stays),
		LIFE_TEST(a_long_message_under_way_is_given_up),
		LIFE_TEST(a_header_that_cannot_be_is_mended),
		LIFE_TEST(regions_of_others_are_not_touched),
		LIFE_TEST(the_view_begins_with_its_layout),
		LIFE_TEST(a_life_has_an_epoch_of_its_own),
		LIFE_TEST(a_reset_shows_as_an_end_and_a_new_epoch),
		LIFE_TEST(peers_that_run_are_rung_at_start_and_end),
		LIFE_TEST(a_vm_that_starts_is_rung_for_what_waits_for_it),
		LIFE_TEST(a_system_without_the_view_works_too),
		LIFE_TEST(a_view_is_told_to_whom_it_is_shown),
		LIFE_TEST(a_vm_without_a_watchdog_has_no_deadline),
		LIFE_TEST(the_first_call_has_its_own_time),
		LIFE_TEST(a_call_moves_the_deadline),
		LIFE_TEST(an_hour_does_not_overflow),
		LIFE_TEST(a_vm_that_ends_or_does_not_run_is_left_alone),
	};

	return cmocka_run_group_tests_name("life of a VM", tests, NULL, NULL);
}
