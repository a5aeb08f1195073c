/* SPDX-License-Identifier: Apache-2.0 */
/* Which core an interrupt goes to, also while cores come and go, and the short way of the doorbell.
 */
#include "base_test.h"

#include <string.h>

#include "base_guest.h"
#include "dev/gic.h"

#define TIMER GIC_TIMER_VIRTUAL
#define TIMER_BIT (1u << TIMER)
#define SPI 40u
#define SPI_WORD (SPI / 32 * 4)
#define SPI_BIT (1u << SPI % 32)

static struct guest g;

static void sgis_ready(unsigned int cpus, uint32_t sgi)
{
	guest_make(&g, cpus);
	for (unsigned int n = 0; n < cpus; n++)
		guest_setup(&g, n, sgi, 0x80, true);
}

static void timer_ready(unsigned int cpus)
{
	guest_make(&g, cpus);
	for (unsigned int n = 0; n < cpus; n++)
		guest_setup(&g, n, TIMER, 0x20, false);
}

/* Routing */

static void an_spi_goes_where_it_is_routed(void **state)
{
	(void)state;
	guest_make(&g, 3);
	guest_setup(&g, 0, SPI, 0xa0, true);
	for (unsigned int n = 0; n < 3; n++) {
		guest_route(&g, 0, SPI, n);
		guest_edge(&g, 0, SPI);
		assert_int_equal(guest_who_got(&g, SPI), 1u << n);
	}
}

static void an_spi_for_any_core_goes_to_one(void **state)
{
	(void)state;
	guest_make(&g, 3);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_route(&g, 0, SPI, 1ull << 31);
	guest_edge(&g, 0, SPI);
	assert_int_equal(__builtin_popcount(guest_who_got(&g, SPI)), 1);
}

static void an_spi_routed_to_no_core_waits(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_route(&g, 0, SPI, 7);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_who_got(&g, SPI), 0);
	guest_route(&g, 0, SPI, 0x100000000); /* Aff3 1 */
	assert_int_equal(guest_who_got(&g, SPI), 0);
	guest_route(&g, 0, SPI, 1);
	assert_int_equal(guest_who_got(&g, SPI), 2);
}

static void rerouting_moves_an_interrupt_that_is_already_shown(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_route(&g, 0, SPI, 1);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	assert_true(guest_lr(1, SPI));
	guest_route(&g, 0, SPI, 0);
	/* Core 0 goes back to its guest before core 1 has let go of it. */
	guest_enter_core(&g, 0);
	assert_int_equal(guest_who_got(&g, SPI), 1);
}

static void rerouting_moves_a_level_that_is_already_shown(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, false);
	guest_route(&g, 0, SPI, 1);
	guest_line(&g, 0, SPI, true);
	guest_settle(&g);
	guest_route(&g, 0, SPI, 0);
	guest_enter_core(&g, 0);
	assert_int_equal(guest_who_got(&g, SPI), 1);
}

static void an_edge_while_active_elsewhere_follows_the_route(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_route(&g, 0, SPI, 1);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 1), SPI);
	guest_route(&g, 0, SPI, 0);
	guest_edge(&g, 0, SPI);
	/* Active on core 1: not on core 0 before the end. */
	assert_int_equal(guest_take(&g, 0), SPURIOUS);
	guest_eoi(&g, 1, SPI);
	guest_settle(&g);
	vgic_mark_dirty(&g.cpus[1]); /* its next trap */
	guest_settle(&g);
	assert_true(guest_serve(&g, 0) == SPI || guest_serve(&g, 1) == SPI);
	assert_int_equal(guest_who_got(&g, SPI), 0);
}

/* The doorbell's short way */

#define BELL 70u
#define BELL_WORD (BELL / 32 * 4)
#define BELL_BIT (1u << BELL % 32)

static void bell_ready(unsigned int cpus, uint32_t intid)
{
	guest_make_with_doorbell(&g, cpus, intid);
	guest_setup(&g, 0, intid, 0x60, true);
	guest_settle(&g);
}

static void a_doorbell_takes_the_short_way_without_a_look_at_the_model(void **state)
{
	static const uint32_t intids[] = {BELL, 10};

	(void)state;
	for (size_t n = 0; n < COUNT(intids); n++) {
		unsigned int before;

		bell_ready(2, intids[n]);
		before = fake_cores[0].enables;
		guest_ring(&g);
		assert_true(fake_cores[0].kicks);
		assert_true(guest_short_way(&g, 0));
		assert_int_equal(fake_cores[0].enables, before);
		assert_int_equal(guest_lr(0, intids[n]), ICH_LR_PENDING | ICH_LR_GROUP1 |
								 0x60ull << ICH_LR_PRIORITY_SHIFT |
								 intids[n]);
		assert_int_equal(guest_ack(&g, 0), intids[n]);
		guest_eoi(&g, 0, intids[n]);
		assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	}
}

static void doorbells_by_the_short_way_coalesce_until_they_are_taken(void **state)
{
	(void)state;
	bell_ready(1, BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	assert_int_equal(guest_ack(&g, 0), BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	assert_int_equal(guest_ack(&g, 0), SPURIOUS);
	guest_eoi(&g, 0, BELL);
	assert_int_equal(guest_ack(&g, 0), BELL);
	guest_eoi(&g, 0, BELL);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_doorbell_by_the_short_way_survives_the_next_look_at_the_model(void **state)
{
	(void)state;
	bell_ready(1, BELL);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_settle(&g);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + BELL_WORD), BELL_BIT);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), BELL);
	assert_int_equal(guest_serve(&g, 0), SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_doorbell_that_is_not_plain_goes_the_general_way(void **state)
{
	(void)state;
	bell_ready(1, BELL);
	gicd_write(&g, 0, GICD_ICENABLER + BELL_WORD, BELL_BIT);
	guest_settle(&g);
	guest_ring(&g);
	assert_false(guest_short_way(&g, 0));
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	gicd_write(&g, 0, GICD_ISENABLER + BELL_WORD, BELL_BIT);
	assert_int_equal(guest_serve(&g, 0), BELL);
	gicd_write(&g, 0, GICD_CTLR, 0);
	guest_settle(&g);
	guest_ring(&g);
	assert_false(guest_short_way(&g, 0));
	gicd_write(&g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G1);
	assert_int_equal(guest_serve(&g, 0), BELL);
}

static void few_list_registers_leave_the_general_way(void **state)
{
	(void)state;
	for (unsigned int lrs = 1; lrs <= 2; lrs++) {
		fake_lr_count = lrs;
		bell_ready(1, BELL);
		guest_ring(&g);
		assert_false(guest_short_way(&g, 0));
		assert_int_equal(guest_serve(&g, 0), BELL);
	}
}

static void a_disabled_doorbell_leaves_the_short_way_of_another_core(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	gicd_write(&g, 1, GICD_ICENABLER + BELL_WORD, BELL_BIT);
	guest_ring(&g);
	assert_false(guest_short_way(&g, 0));
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void kicks_follow_the_route_of_the_doorbell(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	guest_route(&g, 0, BELL, 1);
	guest_settle(&g);
	guest_ring(&g);
	assert_int_equal(fake_cores[0].kicks, 0);
	assert_int_equal(fake_cores[1].kicks, 1);
	assert_true(guest_short_way(&g, 1));
	assert_int_equal(guest_serve(&g, 1), BELL);
	guest_route(&g, 0, BELL, 0);
	guest_ring(&g);
	assert_int_equal(guest_serve(&g, 0), BELL);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

static void a_doorbell_routed_away_while_shown_moves(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	guest_route(&g, 1, BELL, 1);
	guest_enter_core(&g, 1);
	assert_int_equal(guest_serve(&g, 1), BELL);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_core_that_stops_closes_its_short_way(void **state)
{
	(void)state;
	bell_ready(2, BELL);
	guest_ring(&g);
	assert_true(guest_short_way(&g, 0));
	fake_core = 0;
	vgic_cpu_stop(&g.cpus[0]);
	fake_cores[0].kicks = fake_cores[1].kicks = 0;
	guest_ring(&g);
	assert_int_equal(fake_cores[0].kicks, 0);
	assert_int_equal(fake_cores[1].kicks, 1);
	assert_false(guest_short_way(&g, 0));
	guest_route(&g, 1, BELL, 1);
	assert_int_equal(guest_serve(&g, 1), BELL);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

/* Cores that come and go */

static void an_spi_of_a_core_that_is_off_waits_for_it(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_route(&g, 0, SPI, 1);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
	fake_core = 1;
	vgic_cpu_start(&g.cpus[1]);
	assert_int_equal(guest_serve(&g, 1), SPI);
}

static void a_core_that_stops_hands_its_spis_back(void **state)
{
	(void)state;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_setup(&g, 0, SPI + 1, 0xa0, true);
	guest_route(&g, 0, SPI, 1);
	guest_route(&g, 0, SPI + 1, 1);
	guest_edge(&g, 0, SPI);
	assert_int_equal(guest_take(&g, 1), SPI);
	guest_edge(&g, 0, SPI + 1);
	guest_settle(&g);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	/* The one it was handling is over, the one it had not taken is pending. */
	assert_int_equal(gicd_read(&g, 0, GICD_ISACTIVER + SPI_WORD), 0);
	assert_int_equal(gicd_read(&g, 0, GICD_ISPENDR + SPI_WORD), SPI_BIT << 1);
	guest_route(&g, 0, SPI + 1, 0);
	assert_int_equal(guest_serve(&g, 0), SPI + 1);
	assert_int_equal(guest_serve(&g, 0), SPURIOUS);
}

static void a_core_that_stops_ends_its_timers(void **state)
{
	(void)state;
	timer_ready(2);
	guest_setup(&g, 1, GIC_TIMER_PHYSICAL, 0x40, false);
	guest_timer(&g, 1, TIMER, true);
	guest_timer(&g, 1, GIC_TIMER_PHYSICAL, true);
	assert_int_equal(guest_take(&g, 1), TIMER);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	assert_int_equal(fake_cores[1].phys_active, 0);
}

static void a_core_that_starts_has_nothing_of_its_last_life(void **state)
{
	(void)state;
	sgis_ready(2, 4);
	guest_send_sgi(&g, 0, 4ull << 24 | 0x2);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	vgic_cpu_start(&g.cpus[1]);
	assert_int_equal(gicr_read(&g, 1, 1, SGI_FRAME(GICD_ISENABLER)), 0);
	assert_int_equal(gicr_read(&g, 1, 1, SGI_FRAME(GICD_ISPENDR)), 0);
	guest_setup(&g, 1, 4, 0x80, true);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

static void an_sgi_to_a_core_that_is_off_is_not_kept(void **state)
{
	(void)state;
	sgis_ready(2, 4);
	fake_core = 1;
	vgic_cpu_stop(&g.cpus[1]);
	fake_cores[1].kicks = 0;
	guest_send_sgi(&g, 0, 4ull << 24 | 0x2);
	guest_send_sgi(&g, 0, 4ull << 24 | 1ull << 40);
	assert_int_equal(fake_cores[1].kicks, 0);
	fake_core = 1;
	vgic_cpu_start(&g.cpus[1]);
	guest_setup(&g, 1, 4, 0x80, true);
	assert_int_equal(guest_serve(&g, 1), SPURIOUS);
}

static void reset_brings_back_power_on(void **state)
{
	static struct guest fresh;

	(void)state;
	guest_make(&g, 2);
	for (unsigned int n = 0; n < 2; n++) {
		fake_core = n;
		vgic_cpu_stop(&g.cpus[n]);
	}
	vgic_reset(&g.vgic);
	fresh = g;
	guest_make(&g, 2);
	guest_setup(&g, 0, SPI, 0xa0, true);
	guest_setup(&g, 1, TIMER, 0xa0, true);
	guest_route(&g, 0, SPI, 1);
	guest_line(&g, 0, 50, true);
	guest_edge(&g, 0, SPI);
	guest_settle(&g);
	for (unsigned int n = 0; n < 2; n++) {
		fake_core = n;
		vgic_cpu_stop(&g.cpus[n]);
	}
	vgic_reset(&g.vgic);
	assert_memory_equal(g.vgic.spis, fresh.vgic.spis, sizeof(fresh.vgic.spis));
	assert_memory_equal(g.vgic.irouter, fresh.vgic.irouter, sizeof(fresh.vgic.irouter));
	assert_int_equal(g.vgic.ctlr, 0);
	for (unsigned int n = 0; n < 2; n++) {
		assert_false(g.cpus[n].online);
		assert_int_equal(g.cpus[n].waker, GICR_WAKER_SLEEP);
		assert_memory_equal(&g.cpus[n].private_irqs, &fresh.cpus[n].private_irqs,
				    sizeof(struct vgic_bank));
	}
}

static void nothing_is_done_on_entry_when_nothing_changed(void **state)
{
	unsigned int before;

	(void)state;
	guest_make(&g, 1);
	guest_settle(&g);
	before = fake_cores[0].enables;
	guest_enter_core(&g, 0);
	guest_enter_core(&g, 0);
	assert_int_equal(fake_cores[0].enables, before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(an_spi_goes_where_it_is_routed),
		BASE_TEST(an_spi_for_any_core_goes_to_one),
		BASE_TEST(an_spi_routed_to_no_core_waits),
		BASE_TEST(rerouting_moves_an_interrupt_that_is_already_shown),
		BASE_TEST(rerouting_moves_a_level_that_is_already_shown),
		BASE_TEST(an_edge_while_active_elsewhere_follows_the_route),
		BASE_TEST(a_doorbell_takes_the_short_way_without_a_look_at_the_model),
		BASE_TEST(doorbells_by_the_short_way_coalesce_until_they_are_taken),
		BASE_TEST(a_doorbell_by_the_short_way_survives_the_next_look_at_the_model),
		BASE_TEST(a_doorbell_that_is_not_plain_goes_the_general_way),
		BASE_TEST(few_list_registers_leave_the_general_way),
		BASE_TEST(a_disabled_doorbell_leaves_the_short_way_of_another_core),
		BASE_TEST(kicks_follow_the_route_of_the_doorbell),
		BASE_TEST(a_doorbell_routed_away_while_shown_moves),
		BASE_TEST(a_core_that_stops_closes_its_short_way),
		BASE_TEST(an_spi_of_a_core_that_is_off_waits_for_it),
		BASE_TEST(a_core_that_stops_hands_its_spis_back),
		BASE_TEST(a_core_that_stops_ends_its_timers),
		BASE_TEST(a_core_that_starts_has_nothing_of_its_last_life),
		BASE_TEST(an_sgi_to_a_core_that_is_off_is_not_kept),
		BASE_TEST(reset_brings_back_power_on),
		BASE_TEST(nothing_is_done_on_entry_when_nothing_changed),
	};

	return cmocka_run_group_tests_name("emulated GIC, routing and doorbell", tests, NULL, NULL);
}
