/* SPDX-License-Identifier: Apache-2.0 */
/* More interrupts active at once than there are list registers: handlers in handlers, and late
 * deactivation. */
#include "base_test.h"

#include "base_guest.h"

#define FIRST 64u
#define DEEP 20u
#define WORD (FIRST / 32 * 4)
#define ALL ((1u << DEEP) - 1)

static const unsigned int registers[] = {1, 2, 3, 4, 16};
static struct guest g;

/* FIRST has the lowest priority, each one behind it a higher one. */
static void make(unsigned int lrs, uint32_t doorbell)
{
	fakes_reset(NULL);
	fake_lr_count = lrs;
	guest_make_with_doorbell(&g, 2, doorbell);
	for (uint32_t n = 0; n < DEEP; n++)
		guest_setup(&g, 0, FIRST + n, (uint8_t)(0xe8 - 8 * n), true);
}

/* Each in the handler of the one before it. */
static void nest(void)
{
	for (uint32_t n = 0; n < DEEP; n++) {
		guest_edge(&g, 0, FIRST + n);
		assert_int_equal(guest_take(&g, 0), FIRST + n);
	}
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), ALL);
	guest_enter_core(&g, 0);
}

static void check_idle(void)
{
	guest_settle(&g);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), 0);
	guest_enter_core(&g, 0);
	assert_int_equal(fake_cores[0].maintenance, ICH_HCR_TDIR); /* there are two cores */
	for (uint32_t n = 0; n < DEEP; n++) {
		guest_edge(&g, 0, FIRST + n);
		assert_int_equal(guest_serve(&g, 0), FIRST + n);
	}
}

static void handlers_may_be_nested_deeper_than_there_are_list_registers(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(registers); k++) {
		make(registers[k], VGIC_NO_DOORBELL);
		nest();
		for (uint32_t n = DEEP; n-- > 0;) {
			guest_eoi(&g, 0, FIRST + n);
			guest_settle(&g);
			assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), (1u << n) - 1);
			guest_enter_core(&g, 0);
		}
		check_idle();
	}
}

/* The maintenance interrupt may be late. */
static void ends_in_a_row_are_all_counted(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(registers); k++) {
		make(registers[k], VGIC_NO_DOORBELL);
		nest();
		for (uint32_t n = DEEP; n-- > 0;)
			guest_eoi(&g, 0, FIRST + n);
		check_idle();
	}
}

static void an_end_means_the_priority_at_the_acknowledge(void **state)
{
	(void)state;
	make(1, VGIC_NO_DOORBELL);
	guest_edge(&g, 0, FIRST);
	assert_int_equal(guest_take(&g, 0), FIRST);
	guest_edge(&g, 0, FIRST + 1);
	assert_int_equal(guest_take(&g, 0), FIRST + 1);
	fake_core = 0;
	vgic_dist_write(&g.cpus[0], GICD_IPRIORITYR + FIRST, 1, 0);
	guest_edge(&g, 0, FIRST + 2);
	assert_int_equal(guest_take(&g, 0), FIRST + 2);
	guest_eoi(&g, 0, FIRST + 2);
	guest_eoi(&g, 0, FIRST + 1);
	guest_settle(&g);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), 1);
	guest_enter_core(&g, 0);
	guest_eoi(&g, 0, FIRST);
	guest_settle(&g);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), 0);
}

/* One that is active and raised again comes after its end, though it was in no list register. */
static void an_edge_while_active_outside_is_not_lost(void **state)
{
	(void)state;
	make(2, VGIC_NO_DOORBELL);
	nest();
	guest_edge(&g, 0, FIRST);
	guest_settle(&g);
	for (uint32_t n = DEEP; n-- > 0;)
		guest_eoi(&g, 0, FIRST + n);
	assert_int_equal(guest_serve(&g, 0), FIRST);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

/* IHI 0069, 4.1.1: with EOImode 1 the order of deactivation is free. */
static void late_deactivation_in_any_order_is_exact(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(registers); k++) {
		uint32_t left = ALL;

		make(registers[k], VGIC_NO_DOORBELL);
		guest_split_end(0, true);
		nest();
		for (uint32_t n = DEEP; n-- > 0;)
			guest_eoi(&g, 0, FIRST + n);
		for (uint32_t n = 0; n < DEEP; n++) {
			uint32_t which = n * 7 % DEEP;

			guest_dir(&g, 0, FIRST + which);
			left &= ~(1u << which);
			assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), left);
			guest_enter_core(&g, 0);
		}
		guest_split_end(0, false);
		check_idle();
	}
}

static void others_come_while_many_wait_for_their_deactivation(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(registers); k++) {
		make(registers[k], VGIC_NO_DOORBELL);
		guest_split_end(0, true);
		for (uint32_t n = 0; n < DEEP; n++)
			guest_edge(&g, 0, FIRST + n);
		/* In the order of their priorities; nothing is deactivated. */
		for (uint32_t n = DEEP; n-- > 0;)
			assert_int_equal(guest_serve(&g, 0), FIRST + n);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
		assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), ALL);
	}
}

/* An SPI is active for the whole GIC, not for the core that took it. */
static void another_core_may_deactivate(void **state)
{
	(void)state;
	make(4, VGIC_NO_DOORBELL);
	guest_split_end(0, true);
	guest_split_end(1, true);
	guest_edge(&g, 0, FIRST);
	assert_int_equal(guest_serve(&g, 0), FIRST);
	guest_edge(&g, 0, FIRST);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_dir(&g, 1, FIRST);
	assert_int_equal(guest_serve(&g, 0), FIRST);
}

static void a_deactivation_without_the_split_does_nothing(void **state)
{
	(void)state;
	make(4, VGIC_NO_DOORBELL);
	nest();
	vgic_deactivate(&g.cpus[0], FIRST + 3);
	vgic_deactivate(&g.cpus[0], 1023);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + WORD), ALL);
}

/* It gives its list register up for the time, and has its short way back afterwards. */
static void the_doorbell_comes_in_its_turn(void **state)
{
	(void)state;
	for (int split = 0; split < 2; split++) {
		make(4, 100);
		guest_setup(&g, 0, 100, 0xf0, true);
		guest_split_end(0, split);
		guest_settle(&g);
		assert_true(g.cpus[0].fast_lr);
		guest_ring(&g);
		for (uint32_t n = 0; n < DEEP; n++)
			guest_edge(&g, 0, FIRST + n);
		for (uint32_t n = DEEP; n-- > 0;)
			assert_int_equal(guest_serve(&g, 0), FIRST + n);
		assert_int_equal(guest_serve(&g, 0), 100);
		for (uint32_t n = 0; split && n < DEEP; n++)
			guest_dir(&g, 0, FIRST + n);
		guest_settle(&g);
		assert_true(g.cpus[0].fast_lr);
	}
}

static void a_physical_interrupt_outside_is_ended_with_its_end(void **state)
{
	(void)state;
	make(2, VGIC_NO_DOORBELL);
	guest_setup(&g, 0, GIC_TIMER_VIRTUAL, 0xf0, false);
	guest_timer(&g, 0, GIC_TIMER_VIRTUAL, true);
	assert_int_equal(guest_take(&g, 0), GIC_TIMER_VIRTUAL);
	nest();
	for (uint32_t n = DEEP; n-- > 0;)
		guest_eoi(&g, 0, FIRST + n);
	assert_true(fake_cores[0].phys_active & 1u << GIC_TIMER_VIRTUAL);
	guest_timer(&g, 0, GIC_TIMER_VIRTUAL, false);
	guest_eoi(&g, 0, GIC_TIMER_VIRTUAL);
	guest_settle(&g);
	assert_false(fake_cores[0].phys_active & 1u << GIC_TIMER_VIRTUAL);
	guest_timer(&g, 0, GIC_TIMER_VIRTUAL, true);
	assert_int_equal(guest_serve(&g, 0), GIC_TIMER_VIRTUAL);
}

static void another_priority_reaches_the_core_that_shows_it(void **state)
{
	(void)state;
	make(4, VGIC_NO_DOORBELL);
	guest_edge(&g, 0, FIRST);
	guest_edge(&g, 0, FIRST + 1);
	guest_settle(&g);
	fake_core = 1;
	vgic_dist_write(&g.cpus[1], GICD_IPRIORITYR + FIRST, 1, 0x10);
	assert_int_equal(guest_serve(&g, 0), FIRST);
	assert_int_equal(guest_serve(&g, 0), FIRST + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(handlers_may_be_nested_deeper_than_there_are_list_registers),
		BASE_TEST(ends_in_a_row_are_all_counted),
		BASE_TEST(an_end_means_the_priority_at_the_acknowledge),
		BASE_TEST(an_edge_while_active_outside_is_not_lost),
		BASE_TEST(late_deactivation_in_any_order_is_exact),
		BASE_TEST(others_come_while_many_wait_for_their_deactivation),
		BASE_TEST(another_core_may_deactivate),
		BASE_TEST(a_deactivation_without_the_split_does_nothing),
		BASE_TEST(the_doorbell_comes_in_its_turn),
		BASE_TEST(a_physical_interrupt_outside_is_ended_with_its_end),
		BASE_TEST(another_priority_reaches_the_core_that_shows_it),
	};

	return cmocka_run_group_tests_name("emulated GIC, many active", tests, NULL, NULL);
}
