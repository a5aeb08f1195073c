/* SPDX-License-Identifier: Apache-2.0 */
/* What reaches a guest through the list registers, when, and in which order. */
#include "base_test.h"

#include <string.h>

#include "base_guest.h"
#include "dev/gic.h"

#define SPI 40u
#define SPI_WORD (SPI / 32 * 4)
#define SPI_BIT (1u << SPI % 32)

static struct guest g;

static void an_edge_reaches_the_guest_once(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void list_register_has_group_and_priority(void **state)
{
	uint64_t lr;

	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0x98, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	lr = guest_lr(0, SPI);
	assert_int_equal(lr,
			 ICH_LR_PENDING | ICH_LR_GROUP1 | 0x98ull << ICH_LR_PRIORITY_SHIFT | SPI);
}

static void nothing_is_shown_while_it_is_disabled(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_ICENABLER + SPI_WORD, SPI_BIT);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), SPI_BIT);
	gicd_write(&g, 0, GICD_ISENABLER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void nothing_is_shown_while_its_group_is_off(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G0);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_int_equal(guest_lr(0, SPI), 0);
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G1);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void group_zero_is_shown_as_such(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_IGROUPR + SPI_WORD, 0);
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G0);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_true(guest_lr(0, SPI));
	assert_false(guest_lr(0, SPI) & ICH_LR_GROUP1);
}

static void disabling_takes_a_shown_interrupt_back(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_true(guest_lr(0, SPI));
	/* By the other core. */
	gicd_write(&g, 1, GICD_ICENABLER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	gicd_write(&g, 1, GICD_ISENABLER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void edges_before_the_acknowledge_are_one(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void an_edge_while_active_comes_after_the_end(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	assert_int_equal(guest_lr(0, SPI) & (ICH_LR_PENDING | ICH_LR_ACTIVE),
			 ICH_LR_PENDING | ICH_LR_ACTIVE);
	guest_eoi(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void an_edge_between_end_and_next_trap_is_not_lost(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_eoi(&g, 0, SPI);
	guest_edge(&g, 0, SPI); /* the base has not looked at the list register yet */
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void an_edge_between_acknowledge_and_next_trap_is_not_lost(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_edge(&g, 1, SPI);
	guest_eoi(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_level_comes_again_while_its_line_is_high(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	guest_line(&g, 0, SPI, false);
	guest_eoi(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_level_that_falls_before_the_acknowledge_is_gone(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	guest_line(&g, 0, SPI, true);
	guest_settle(&g);
	assert_true(guest_lr(0, SPI));
	guest_line(&g, 0, SPI, false);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), 0);
}

static void a_rising_line_of_an_edge_interrupt_is_one_edge(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_line(&g, 0, SPI, false);
	guest_line(&g, 0, SPI, true);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void pending_can_be_written(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	gicd_write(&g, 0, GICD_ISPENDR + SPI_WORD, SPI_BIT);
	assert_int_equal(gicd_read(&g, 0, GICD_ICPENDR + SPI_WORD), SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void pending_can_be_cleared_out_of_another_cores_list_register(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	gicd_write(&g, 1, GICD_ICPENDR + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	guest_edge(&g, 1, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void an_edge_after_the_clear_of_pending_is_not_lost(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	gicd_write(&g, 1, GICD_ICPENDR + SPI_WORD, SPI_BIT);
	guest_edge(&g, 1, SPI); /* core 0 has not seen the clear yet */
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_level_cannot_be_cleared_while_its_line_is_high(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, false);
	guest_line(&g, 0, SPI, true);
	gicd_write(&g, 0, GICD_ICPENDR + SPI_WORD, SPI_BIT);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void active_can_be_cleared_by_the_core_that_has_it(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + SPI_WORD), SPI_BIT);
	gicd_write(&g, 0, GICD_ICACTIVER + SPI_WORD, SPI_BIT);
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + SPI_WORD), 0);
	guest_drop(&g, 0);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void active_can_be_cleared_by_another_core(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPI);
	gicd_write(&g, 1, GICD_ICACTIVER + SPI_WORD, SPI_BIT);
	guest_drop(&g, 0);
	guest_edge(&g, 1, SPI);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

static void active_that_is_written_blocks_until_it_is_cleared(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, SPI, 0xa0, true);
	gicd_write(&g, 0, GICD_ISACTIVER + SPI_WORD, SPI_BIT);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	gicd_write(&g, 0, GICD_ICACTIVER + SPI_WORD, SPI_BIT);
	assert_int_equal(guest_serve(&g, 0), SPI);
}

/* More pending than list registers */

static void many_come_in_the_order_of_their_priorities(void **state)
{
	static const unsigned int counts[] = {1, 4, 16};

	(void)state;
	for (size_t k = 0; k < COUNT(counts); k++) {
		fakes_reset(NULL);
		fake_lr_count = counts[k];
		guest_make(&g, 1);
		/* 31 SPIs, priorities shuffled: 7 and 31 have no common factor. */
		for (uint32_t n = 0; n < 31; n++)
			guest_setup(&g, 0, 64 + n, (uint8_t)(8 * (n * 7 % 31)), true);
		for (uint32_t n = 0; n < 31; n++)
			guest_edge(&g, 0, 64 + n);
		guest_settle(&g);
		assert_true(fake_cores[0].maintenance & ICH_HCR_NPIE);
		for (uint32_t rank = 0; rank < 31; rank++) {
			uint32_t intid = guest_serve(&g, 0);

			assert_true(intid >= 64 && intid < 95);
			assert_int_equal((intid - 64) * 7 % 31, rank);
		}
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
		assert_int_equal(fake_cores[0].maintenance, 0);
	}
}

static void maintenance_is_asked_for_only_when_something_is_left(void **state)
{
	(void)state;
	guest_make(&g, 1);
	for (uint32_t n = 0; n < 4; n++) {
		guest_setup(&g, 0, 64 + n, 0x80, true);
		guest_edge(&g, 0, 64 + n);
	}
	guest_settle(&g);
	assert_int_equal(fake_cores[0].maintenance, 0);
	guest_setup(&g, 0, 90, 0x80, true);
	guest_edge(&g, 0, 90);
	guest_settle(&g);
	assert_true(fake_cores[0].maintenance & ICH_HCR_NPIE);
}

static void a_better_one_takes_the_place_of_a_shown_one(void **state)
{
	(void)state;
	fake_lr_count = 1;
	guest_make(&g, 1);
	guest_setup(&g, 0, 64, 0xa0, true);
	guest_setup(&g, 0, 65, 0x40, true);
	guest_edge(&g, 0, 64);
	guest_settle(&g);
	assert_true(guest_lr(0, 64));
	guest_edge(&g, 0, 65);
	assert_int_equal(guest_serve(&g, 0), 65);
	assert_int_equal(guest_serve(&g, 0), 64);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_higher_priority_interrupts_a_handler(void **state)
{
	(void)state;
	guest_make(&g, 1);
	guest_setup(&g, 0, 64, 0xa0, true);
	guest_setup(&g, 0, 65, 0x40, true);
	guest_edge(&g, 0, 64);
	assert_int_equal(guest_take(&g, 0), 64);
	guest_edge(&g, 0, 65);
	assert_int_equal(guest_take(&g, 0), 65);
	guest_eoi(&g, 0, 65);
	guest_eoi(&g, 0, 64);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void the_last_spi_is_delivered_and_none_behind_it(void **state)
{
	(void)state;
	guest_make(&g, 1);
	gicd_write(&g, 0, GICD_IGROUPR + 124, ~0u);
	gicd_write(&g, 0, GICD_ISENABLER + 124, ~0u);
	gicd_write(&g, 0, GICD_ISPENDR + 124, 0xf8000000);
	assert_int_equal(guest_serve(&g, 0), 1019);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

/* SGIs */

static void sgis_ready(unsigned int cpus, uint32_t sgi)
{
	guest_make(&g, cpus);
	for (unsigned int n = 0; n < cpus; n++)
		guest_setup(&g, n, sgi, 0x80, true);
}

static void an_sgi_reaches_the_listed_cores(void **state)
{
	(void)state;
	sgis_ready(4, 5);
	guest_send_sgi(&g, 1, 5ull << 24 | 0xd);
	assert_int_equal(guest_who_got(&g, 5), 0xd);
	guest_send_sgi(&g, 1, 5ull << 24 | 0x2);
	assert_int_equal(guest_who_got(&g, 5), 0x2);
	guest_send_sgi(&g, 1, 5ull << 24);
	assert_int_equal(guest_who_got(&g, 5), 0);
}

static void an_sgi_to_all_others_spares_the_sender(void **state)
{
	(void)state;
	sgis_ready(4, 0);
	/* The target list means nothing then. */
	guest_send_sgi(&g, 2, 1ull << 40 | 0x4);
	assert_int_equal(guest_who_got(&g, 0), 0xb);
}

static void an_sgi_to_cores_that_do_not_exist_goes_nowhere(void **state)
{
	(void)state;
	sgis_ready(2, 3);
	guest_send_sgi(&g, 0, 3ull << 24 | 0xfffc);
	guest_send_sgi(&g, 0, 3ull << 24 | 1ull << 16 | 0x3); /* Aff1 */
	guest_send_sgi(&g, 0, 3ull << 24 | 1ull << 32 | 0x3); /* Aff2 */
	guest_send_sgi(&g, 0, 3ull << 24 | 1ull << 48 | 0x3); /* Aff3 */
	guest_send_sgi(&g, 0, 3ull << 24 | 1ull << 44 | 0x3); /* range selector: cores 16 to 31 */
	assert_int_equal(guest_who_got(&g, 3), 0);
}

static void an_sgi_kicks_the_core_it_is_for(void **state)
{
	(void)state;
	sgis_ready(2, 1);
	guest_settle(&g);
	guest_send_sgi(&g, 0, 1ull << 24 | 0x2);
	assert_int_equal(fake_cores[1].kicks, 1);
	assert_int_equal(fake_cores[0].kicks, 0);
}

static void a_doorbell_sgi_is_raised_on_the_named_vcpu(void **state)
{
	(void)state;
	sgis_ready(2, 10);
	fake_core = 1;
	vgic_raise(&g.cpus[1], &g.cpus[0], 10);
	assert_int_equal(guest_who_got(&g, 10), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(an_edge_reaches_the_guest_once),
		BASE_TEST(list_register_has_group_and_priority),
		BASE_TEST(nothing_is_shown_while_it_is_disabled),
		BASE_TEST(nothing_is_shown_while_its_group_is_off),
		BASE_TEST(group_zero_is_shown_as_such),
		BASE_TEST(disabling_takes_a_shown_interrupt_back),
		BASE_TEST(edges_before_the_acknowledge_are_one),
		BASE_TEST(an_edge_while_active_comes_after_the_end),
		BASE_TEST(an_edge_between_end_and_next_trap_is_not_lost),
		BASE_TEST(an_edge_between_acknowledge_and_next_trap_is_not_lost),
		BASE_TEST(a_level_comes_again_while_its_line_is_high),
		BASE_TEST(a_level_that_falls_before_the_acknowledge_is_gone),
		BASE_TEST(a_rising_line_of_an_edge_interrupt_is_one_edge),
		BASE_TEST(pending_can_be_written),
		BASE_TEST(pending_can_be_cleared_out_of_another_cores_list_register),
		BASE_TEST(an_edge_after_the_clear_of_pending_is_not_lost),
		BASE_TEST(a_level_cannot_be_cleared_while_its_line_is_high),
		BASE_TEST(active_can_be_cleared_by_the_core_that_has_it),
		BASE_TEST(active_can_be_cleared_by_another_core),
		BASE_TEST(active_that_is_written_blocks_until_it_is_cleared),
		BASE_TEST(many_come_in_the_order_of_their_priorities),
		BASE_TEST(maintenance_is_asked_for_only_when_something_is_left),
		BASE_TEST(a_better_one_takes_the_place_of_a_shown_one),
		BASE_TEST(a_higher_priority_interrupts_a_handler),
		BASE_TEST(the_last_spi_is_delivered_and_none_behind_it),
		BASE_TEST(an_sgi_reaches_the_listed_cores),
		BASE_TEST(an_sgi_to_all_others_spares_the_sender),
		BASE_TEST(an_sgi_to_cores_that_do_not_exist_goes_nowhere),
		BASE_TEST(an_sgi_kicks_the_core_it_is_for),
		BASE_TEST(a_doorbell_sgi_is_raised_on_the_named_vcpu),
	};

	return cmocka_run_group_tests_name("emulated GIC, delivery", tests, NULL, NULL);
}
