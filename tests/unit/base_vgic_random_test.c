/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated GIC under random events, against a reference that knows only this: an edge is owed
 * to the guest until it acknowledges it, and never acknowledged when it is not owed; a level only
 * while its line is high; and no interrupt is active on two cores.
 */
#include "base_test.h"

#include <string.h>

#include "base_guest.h"

#define STEPS 20000
#define CPUS 3u
#define NOBODY (-1)
#define NEST 8u
#define BELL 70u
#define EACH_DRAIN 1000

enum kind { EDGE, LEVEL, SGI, TIMER, DOORBELL };

struct irq {
	enum kind kind;
	uint32_t intid;
	int core; /* a private one's, else NOBODY */
	bool owed, line, enabled;
	bool stale; /* the line fell, and its core may not have looked since */
	bool extra; /* raised while shown to a core that may take it before it hears of that: comes
		       once more */
	int active; /* core, or NOBODY */
};

static struct irq irqs[40];
static unsigned int irq_count;
static struct guest g;
static uint32_t seed;
static struct irq *nested[CPUS][NEST];
static unsigned int depth[CPUS], nest;
static unsigned long taken[DOORBELL + 1], short_ways;

static uint32_t any(uint32_t below)
{
	return fake_random(&seed) % below;
}

static void add(enum kind kind, uint32_t intid, int core)
{
	struct irq *i = &irqs[irq_count++];

	assert_true(irq_count <= COUNT(irqs));
	*i = (struct irq){
		.kind = kind, .intid = intid, .core = core, .enabled = true, .active = NOBODY};
	guest_setup(&g, core == NOBODY ? 0 : (unsigned int)core, intid, (uint8_t)(any(16) * 16),
		    kind != LEVEL && kind != TIMER);
}

static void make(unsigned int lrs, uint32_t bell)
{
	fakes_reset(NULL);
	fake_lr_count = lrs;
	irq_count = 0;
	memset(depth, 0, sizeof(depth));
	guest_make_with_doorbell(&g, CPUS, bell);
	for (uint32_t n = 0; n < 7; n++)
		add(EDGE, 32 + 5 * n, NOBODY);
	for (uint32_t n = 0; n < 4; n++)
		add(LEVEL, 100 + n, NOBODY);
	for (int core = 0; core < (int)CPUS; core++) {
		add(SGI, 1, core);
		add(SGI, 7, core);
		add(TIMER, GIC_TIMER_VIRTUAL, core);
		add(TIMER, GIC_TIMER_PHYSICAL, core);
	}
	if (bell != VGIC_NO_DOORBELL)
		add(DOORBELL, bell, bell < 16 ? 0 : NOBODY);
	guest_settle(&g);
}

static struct irq *find(uint32_t intid, unsigned int core)
{
	for (unsigned int n = 0; n < irq_count; n++) {
		if (irqs[n].intid == intid && (irqs[n].core == NOBODY || irqs[n].core == (int)core))
			return &irqs[n];
	}
	fail_msg("core %u took INTID %u, which nobody made", core, intid);
	return NULL;
}

static struct irq *some(enum kind kind)
{
	struct irq *i;

	do
		i = &irqs[any(irq_count)];
	while (i->kind != kind);
	return i;
}

/* The trap that an access or a device made ends in the guest again. */
static void back(void)
{
	guest_enter_core(&g, fake_core);
}

static bool has_line(const struct irq *i)
{
	return i->kind == LEVEL || i->kind == TIMER;
}

static void set_line(struct irq *i, bool high)
{
	i->stale |= i->line && !high;
	i->line = high;
	if (i->kind == LEVEL)
		guest_line(&g, any(CPUS), i->intid, high);
	else
		guest_timer(&g, (unsigned int)i->core, i->intid, high);
	back();
}

static void settle(void)
{
	guest_settle(&g);
	for (unsigned int n = 0; n < irq_count; n++) {
		/* A timer's later time is only seen at the next trap of its core. */
		if (irqs[n].kind == LEVEL)
			irqs[n].stale = false;
		/* Both are one now. */
		if (irqs[n].owed)
			irqs[n].extra = false;
	}
}

static bool acknowledge(unsigned int core)
{
	struct irq *i;
	uint32_t intid;

	if (depth[core] == nest)
		return false;
	intid = guest_ack(&g, core);
	if (intid == SPURIOUS)
		return false;
	i = find(intid, core);
	if (i->active != NOBODY)
		fail_msg("INTID %u is taken by core %u while core %d has it", intid, core,
			 i->active);
	if (has_line(i) ? !i->line && !i->stale : !i->owed && !i->extra)
		fail_msg("INTID %u is taken although it was not raised", intid);
	if (!i->owed)
		i->extra = false;
	i->owed = false;
	i->active = (int)core;
	nested[core][depth[core]++] = i;
	taken[i->kind]++;
	return true;
}

static void end_one(unsigned int core)
{
	struct irq *i;

	if (!depth[core])
		return;
	i = nested[core][--depth[core]];
	/* A handler quiets its device, and half the time the device has something new at once. */
	if (has_line(i) && i->line)
		set_line(i, false);
	i->active = NOBODY;
	guest_eoi(&g, core, i->intid);
	if (i->kind == TIMER)
		i->stale = false;
}

static void enable(struct irq *i, bool on)
{
	unsigned int by = i->core == NOBODY ? any(CPUS) : (unsigned int)i->core;
	uint32_t offset = (on ? GICD_ISENABLER : GICD_ICENABLER) + i->intid / 32 * 4;

	i->enabled = on;
	if (i->core == NOBODY)
		gicd_write(&g, by, offset, 1u << i->intid % 32);
	else
		gicr_write(&g, by, by, GICR_SGI + offset, 1u << i->intid);
	back();
}

static bool is_shown(const struct irq *i)
{
	for (unsigned int core = 0; core < CPUS; core++) {
		if ((i->core == NOBODY || i->core == (int)core) &&
		    guest_lr(core, i->intid) & ICH_LR_PENDING)
			return true;
	}
	return false;
}

static void raise(struct irq *i)
{
	uint32_t to;

	i->extra |= i->owed && is_shown(i);
	switch (i->kind) {
	case EDGE:
		i->owed = true;
		guest_edge(&g, any(CPUS), i->intid);
		back();
		break;
	case SGI:
		to = (uint32_t)i->core;
		i->owed = true;
		fake_core = any(CPUS);
		vgic_send_sgi(&g.cpus[fake_core], (uint64_t)i->intid << 24 | 1u << to);
		back();
		break;
	case DOORBELL:
		i->owed = true;
		guest_ring(&g);
		break;
	default:
		set_line(i, !i->line);
		break;
	}
}

static void forget(struct irq *i)
{
	settle();
	if (i->active == NOBODY)
		gicd_write(&g, any(CPUS), GICD_ICPENDR + i->intid / 32 * 4, 1u << i->intid % 32);
	settle();
	if (i->active == NOBODY)
		i->owed = i->extra = false;
}

static void configure(void)
{
	struct irq *i = some(any(2) ? EDGE : LEVEL);

	fake_core = any(CPUS);
	if (any(2))
		vgic_dist_write(&g.cpus[fake_core], GICD_IROUTER + 8 * i->intid, 8,
				any(8) ? any(CPUS) : 1ull << 31);
	else if (i->active == NOBODY)
		vgic_dist_write(&g.cpus[fake_core], GICD_IPRIORITYR + i->intid, 1, any(16) * 16);
	back();
}

static void step(void)
{
	uint32_t what = any(100);
	unsigned int core = any(CPUS);

	if (what < 35) {
		raise(&irqs[any(irq_count)]);
	} else if (what < 60) {
		acknowledge(core);
	} else if (what < 78) {
		end_one(core);
	} else if (what < 88) {
		if (!fake_cores[core].kicks || !guest_short_way(&g, core))
			guest_enter_core(&g, core);
	} else if (what < 92) {
		settle();
	} else if (what < 95) {
		enable(&irqs[any(irq_count)], any(2));
	} else if (what < 99) {
		configure();
	} else {
		forget(some(EDGE));
	}
}

/* Everything enabled, every line low: what is owed must come. */
static void drain(void)
{
	int rounds = 0;
	bool more = true;

	for (unsigned int n = 0; n < irq_count; n++)
		enable(&irqs[n], true);
	while (more && rounds++ < EACH_DRAIN) {
		more = false;
		for (unsigned int core = 0; core < CPUS; core++) {
			while (depth[core])
				end_one(core);
			settle();
			more |= acknowledge(core);
		}
	}
	assert_true(rounds < EACH_DRAIN);
	for (unsigned int n = 0; n < irq_count; n++) {
		struct irq *i = &irqs[n];

		if (i->owed)
			fail_msg("INTID %u was raised and never came", i->intid);
		if (has_line(i) && i->line)
			fail_msg("INTID %u is high and never came", i->intid);
	}
	for (unsigned int core = 0; core < CPUS; core++)
		assert_int_equal(fake_cores[core].phys_active, 0);
}

static void run(unsigned int lrs, uint32_t bell)
{
	memset(taken, 0, sizeof(taken));
	short_ways = 0;
	for (uint32_t life = 1; life <= 10; life++) {
		seed = 0x9e3779b9 * life + lrs;
		make(lrs, bell);
		/* In every other life never more at once than there are list registers. */
		nest = life % 2 ? NEST : lrs > 2 ? lrs - 2 : 1;
		for (int n = 0; n < STEPS; n++) {
			step();
			if (n % 500 == 499)
				drain();
		}
		drain();
		short_ways += g.short_ways;
	}
	/* The test has tested something. */
	for (int kind = EDGE; kind < DOORBELL; kind++)
		assert_true(taken[kind] > 1000);
	if (bell != VGIC_NO_DOORBELL) {
		assert_true(taken[DOORBELL] > 300);
		assert_true(lrs < 3 || short_ways > 50);
	}
}

static void nothing_is_lost_or_doubled_with_4_list_registers(void **state)
{
	(void)state;
	run(4, VGIC_NO_DOORBELL);
}

static void nothing_is_lost_or_doubled_with_16_list_registers(void **state)
{
	(void)state;
	run(16, VGIC_NO_DOORBELL);
}

static void nothing_is_lost_or_doubled_with_one_list_register(void **state)
{
	(void)state;
	run(1, VGIC_NO_DOORBELL);
}

static void nothing_is_lost_or_doubled_with_a_doorbell_spi(void **state)
{
	(void)state;
	run(4, BELL);
	run(2, BELL);
	run(1, BELL);
}

static void nothing_is_lost_or_doubled_with_a_doorbell_sgi(void **state)
{
	(void)state;
	run(4, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BASE_TEST(nothing_is_lost_or_doubled_with_4_list_registers),
		BASE_TEST(nothing_is_lost_or_doubled_with_16_list_registers),
		BASE_TEST(nothing_is_lost_or_doubled_with_one_list_register),
		BASE_TEST(nothing_is_lost_or_doubled_with_a_doorbell_spi),
		BASE_TEST(nothing_is_lost_or_doubled_with_a_doorbell_sgi),
	};

	return cmocka_run_group_tests_name("emulated GIC, random", tests, NULL, NULL);
}
