/* SPDX-License-Identifier: Apache-2.0 */
/* Physical interrupts that a guest owns: the timers of its cores, and devices of the machine. */
#include "base_test.h"

#include <string.h>

#include "base_guest.h"
#include "dev/gic.h"

#define TIMER GIC_TIMER_VIRTUAL
#define TIMER_BIT (1u << TIMER)

static struct guest g;

/* Interrupts of the core's timers */

static void timer_ready(unsigned int cpus)
{
	guest_make(&g, cpus);
	for (unsigned int n = 0; n < cpus; n++)
		guest_setup(&g, n, TIMER, 0x20, false);
}

static void a_timer_interrupt_is_tied_to_the_physical_one(void **state)
{
	uint64_t lr;

	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	lr = guest_lr(0, TIMER);
	assert_true(lr & ICH_LR_HW);
	assert_int_equal(lr >> ICH_LR_PINTID_SHIFT & 0x3ff, TIMER);
	assert_int_equal(guest_take(&g, 0), TIMER);
	assert_true(fake_cores[0].phys_active & TIMER_BIT);
	guest_timer(&g, 0, TIMER, false);
	guest_eoi(&g, 0, TIMER);
	assert_false(fake_cores[0].phys_active & TIMER_BIT);
	assert_int_equal(fake_cores[0].deactivations, 0);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void the_next_timer_interrupt_after_an_unseen_end_is_not_lost(void **state)
{
	(void)state;
	timer_ready(1);
	for (int tick = 0; tick < 100; tick++) {
		guest_timer(&g, 0, TIMER, true);
		assert_int_equal(guest_take(&g, 0), TIMER);
		guest_timer(&g, 0, TIMER, false);
		/* No trap between this end and the next interrupt: the list register is empty then.
		 */
		guest_eoi(&g, 0, TIMER);
	}
	assert_int_equal(fake_cores[0].deactivations, 0);
}

static void a_withdrawn_timer_interrupt_ends_the_physical_one(void **state)
{
	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	/* The guest sets the timer to a later time with interrupts masked, then traps. */
	guest_timer(&g, 0, TIMER, false);
	vgic_mark_dirty(&g.cpus[0]);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_false(fake_cores[0].phys_active & TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void a_timer_withdrawn_while_disabled_does_not_come_later(void **state)
{
	(void)state;
	timer_ready(1);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICENABLER), TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	guest_timer(&g, 0, TIMER, false);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ISENABLER), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void a_timer_that_fires_while_disabled_comes_when_enabled(void **state)
{
	(void)state;
	timer_ready(1);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICENABLER), TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ISENABLER), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void clearing_active_ends_the_physical_timer_interrupt(void **state)
{
	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_take(&g, 0), TIMER);
	guest_timer(&g, 0, TIMER, false);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICACTIVER), ~0u);
	guest_drop(&g, 0);
	guest_settle(&g);
	assert_false(fake_cores[0].phys_active & TIMER_BIT);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void clearing_pending_does_not_silence_the_timer_for_ever(void **state)
{
	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	/* The line is high: the interrupt is pending again at once. */
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), TIMER);
	/* And with the line low it is gone, but not the next one. */
	guest_timer(&g, 0, TIMER, false);
	guest_settle(&g);
	guest_timer(&g, 0, TIMER, true);
	guest_settle(&g);
	guest_timer(&g, 0, TIMER, false);
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_serve(&g, 0), TIMER);
}

static void clearing_through_another_cores_frame_ends_it_there(void **state)
{
	(void)state;
	timer_ready(2);
	guest_timer(&g, 1, TIMER, true);
	guest_settle(&g);
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 1), TIMER);
	guest_timer(&g, 1, TIMER, false);
	guest_settle(&g);
	guest_timer(&g, 1, TIMER, true);
	assert_int_equal(guest_take(&g, 1), TIMER);
	guest_timer(&g, 1, TIMER, false);
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICACTIVER), TIMER_BIT);
	guest_drop(&g, 1);
	guest_settle(&g);
	assert_false(fake_cores[1].phys_active & TIMER_BIT);
	guest_timer(&g, 1, TIMER, true);
	assert_int_equal(guest_serve(&g, 1), TIMER);
}

static void clearing_a_disabled_timer_through_another_cores_frame_ends_it_there(void **state)
{
	(void)state;
	timer_ready(2);
	gicr_write(&g, 1, 1, SGI_FRAME(GICD_ICENABLER), TIMER_BIT);
	guest_timer(&g, 1, TIMER, true);
	guest_settle(&g);
	guest_timer(&g, 1, TIMER, false);
	/* Core 0 must not end its own physical timer interrupt for that. */
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICPENDR), TIMER_BIT);
	gicr_write(&g, 0, 1, SGI_FRAME(GICD_ICACTIVER), TIMER_BIT);
	gicr_write(&g, 1, 1, SGI_FRAME(GICD_ISENABLER), TIMER_BIT);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
	guest_timer(&g, 1, TIMER, true);
	assert_int_equal(guest_serve(&g, 1), TIMER);
}

static void pending_written_while_a_timer_is_active_waits_for_its_end(void **state)
{
	(void)state;
	timer_ready(1);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_take(&g, 0), TIMER);
	guest_timer(&g, 0, TIMER, false);
	/* With HW a list register is never pending and active: ich_lr_write in base_fakes.c looks.
	 */
	gicr_write(&g, 0, 0, SGI_FRAME(GICD_ISPENDR), TIMER_BIT);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	guest_eoi(&g, 0, TIMER);
	vgic_mark_dirty(&g.cpus[0]);
	assert_int_equal(guest_serve(&g, 0), TIMER);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_int_equal(fake_cores[0].phys_active, 0);
}

static void both_timers_of_a_core_are_independent(void **state)
{
	(void)state;
	timer_ready(1);
	guest_setup(&g, 0, GIC_TIMER_PHYSICAL, 0x40, false);
	guest_timer(&g, 0, GIC_TIMER_PHYSICAL, true);
	guest_timer(&g, 0, TIMER, true);
	assert_int_equal(guest_take(&g, 0), TIMER);
	guest_timer(&g, 0, TIMER, false);
	guest_eoi(&g, 0, TIMER);
	assert_int_equal(guest_take(&g, 0), GIC_TIMER_PHYSICAL);
	guest_timer(&g, 0, GIC_TIMER_PHYSICAL, false);
	guest_eoi(&g, 0, GIC_TIMER_PHYSICAL);
	assert_int_equal(fake_cores[0].phys_active, 0);
}

/* Interrupts of the machine's devices */

#define DEVICE 48u
#define DEVICE_WORD (DEVICE / 32 * 4)
#define DEVICE_BIT (1u << DEVICE % 32)

static void device_ready(unsigned int cpus, bool edge)
{
	guest_make(&g, cpus);
	gic_enable_spi(DEVICE, 0, edge);
	guest_setup(&g, 0, DEVICE, 0xa0, edge);
}

static void a_device_interrupt_is_ended_by_the_guest(void **state)
{
	(void)state;
	for (int edge = 0; edge < 2; edge++) {
		device_ready(1, edge);
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_take(&g, 0), DEVICE);
		assert_int_equal(guest_lr(0, DEVICE) >> ICH_LR_PINTID_SHIFT & 0x3ff, DEVICE);
		assert_true(guest_lr(0, DEVICE) & ICH_LR_HW);
		guest_device(&g, DEVICE, false);
		assert_true(fake_spis[DEVICE].active);
		guest_eoi(&g, 0, DEVICE);
		assert_false(fake_spis[DEVICE].active);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	}
}

static void a_device_level_comes_again_while_it_is_high(void **state)
{
	(void)state;
	device_ready(1, false);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
	guest_device(&g, DEVICE, false);
	vgic_mark_dirty(&g.cpus[0]);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_false(fake_spis[DEVICE].active);
}

static void a_device_edge_while_active_comes_after_the_end(void **state)
{
	(void)state;
	device_ready(1, true);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_take(&g, 0), DEVICE);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	guest_eoi(&g, 0, DEVICE);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_device_interrupt_may_be_handled_on_another_core(void **state)
{
	(void)state;
	device_ready(2, true);
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], ROUTER(DEVICE), 8, 1);
	for (int n = 0; n < 3; n++) {
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
		assert_int_equal(guest_serve(&g, 1), DEVICE);
	}
}

static void clearing_a_device_interrupt_does_not_silence_it(void **state)
{
	(void)state;
	for (int edge = 0; edge < 2; edge++) {
		device_ready(2, edge);
		guest_device(&g, DEVICE, true);
		guest_settle(&g);
		guest_device(&g, DEVICE, false);
		gicd_write(&g, 1, GICD_ICPENDR + DEVICE_WORD, DEVICE_BIT);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
		assert_false(fake_spis[DEVICE].active);
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_take(&g, 0), DEVICE);
		guest_device(&g, DEVICE, false);
		gicd_write(&g, 0, GICD_ICACTIVER + DEVICE_WORD, DEVICE_BIT);
		guest_drop(&g, 0);
		guest_settle(&g);
		assert_false(fake_spis[DEVICE].active);
		guest_device(&g, DEVICE, true);
		assert_int_equal(guest_serve(&g, 0), DEVICE);
		guest_device(&g, DEVICE, false);
	}
}

static void a_core_that_stops_ends_the_device_interrupt_it_handles(void **state)
{
	(void)state;
	device_ready(2, false);
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], ROUTER(DEVICE), 8, 1);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_take(&g, 1), DEVICE);
	guest_device(&g, DEVICE, false);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	assert_false(fake_spis[DEVICE].active);
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], ROUTER(DEVICE), 8, 0);
	guest_device(&g, DEVICE, true);
	assert_int_equal(guest_serve(&g, 0), DEVICE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(a_timer_interrupt_is_tied_to_the_physical_one),
		BASE_TEST(the_next_timer_interrupt_after_an_unseen_end_is_not_lost),
		BASE_TEST(a_withdrawn_timer_interrupt_ends_the_physical_one),
		BASE_TEST(a_timer_withdrawn_while_disabled_does_not_come_later),
		BASE_TEST(a_timer_that_fires_while_disabled_comes_when_enabled),
		BASE_TEST(clearing_active_ends_the_physical_timer_interrupt),
		BASE_TEST(clearing_pending_does_not_silence_the_timer_for_ever),
		BASE_TEST(clearing_through_another_cores_frame_ends_it_there),
		BASE_TEST(clearing_a_disabled_timer_through_another_cores_frame_ends_it_there),
		BASE_TEST(pending_written_while_a_timer_is_active_waits_for_its_end),
		BASE_TEST(both_timers_of_a_core_are_independent),
		BASE_TEST(a_device_interrupt_is_ended_by_the_guest),
		BASE_TEST(a_device_level_comes_again_while_it_is_high),
		BASE_TEST(a_device_edge_while_active_comes_after_the_end),
		BASE_TEST(a_device_interrupt_may_be_handled_on_another_core),
		BASE_TEST(clearing_a_device_interrupt_does_not_silence_it),
		BASE_TEST(a_core_that_stops_ends_the_device_interrupt_it_handles),
	};

	return cmocka_run_group_tests_name("emulated GIC, physical interrupts", tests, NULL, NULL);
}
