/* SPDX-License-Identifier: Apache-2.0 */
#include "base_guest.h"

#include <string.h>

#include "base_test.h"
#include "dev/gic.h"

#define LR_STATE (ICH_LR_PENDING | ICH_LR_ACTIVE)
#define LR_EOI (1ull << 41)
#define SETTLE_ROUNDS 1000

static struct vgic_cpu *on(struct guest *g, unsigned int core)
{
	assert_true(core < g->cpu_count);
	fake_core = core;
	return &g->cpus[core];
}

void guest_make(struct guest *g, unsigned int cpus)
{
	guest_make_with_doorbell(g, cpus, VGIC_NO_DOORBELL);
}

void guest_make_with_doorbell(struct guest *g, unsigned int cpus, uint32_t doorbell)
{
	memset(g, 0, sizeof(*g));
	g->cpu_count = cpus;
	g->doorbell = doorbell;
	g->vgic.doorbell = doorbell;
	for (unsigned int n = 0; n < cpus; n++) {
		g->cpus[n].posted = &g->posted;
		vgic_add_cpu(&g->vgic, &g->cpus[n], n);
	}
	vgic_reset(&g->vgic);
	for (unsigned int n = 0; n < cpus; n++)
		vgic_cpu_start(on(g, n));
	gicd_write(g, 0, GICD_CTLR, GICD_CTLR_ENABLE_G1);
	guest_settle(g);
}

uint32_t gicd_read(struct guest *g, unsigned int core, uint32_t offset)
{
	return (uint32_t)vgic_dist_read(on(g, core), offset, 4);
}

void gicd_write(struct guest *g, unsigned int core, uint32_t offset, uint32_t value)
{
	vgic_dist_write(on(g, core), offset, 4, value);
}

uint32_t gicr_read(struct guest *g, unsigned int core, unsigned int of, uint32_t offset)
{
	return (uint32_t)vgic_redist_read(on(g, core), of * GICR_FRAME + offset, 4);
}

void gicr_write(struct guest *g, unsigned int core, unsigned int of, uint32_t offset,
		uint32_t value)
{
	vgic_redist_write(on(g, core), of * GICR_FRAME + offset, 4, value);
}

void guest_setup(struct guest *g, unsigned int core, uint32_t intid, uint8_t priority, bool edge)
{
	uint32_t word = intid / 32 * 4, bit = 1u << intid % 32, cfg = GICD_ICFGR + intid / 16 * 4;
	uint32_t trigger = 2u << intid % 16 * 2;

	if (intid < GIC_PRIVATE) {
		gicr_write(g, core, core, GICR_SGI + GICD_IGROUPR,
			   gicr_read(g, core, core, GICR_SGI + GICD_IGROUPR) | bit);
		vgic_redist_write(on(g, core),
				  core * GICR_FRAME + GICR_SGI + GICD_IPRIORITYR + intid, 1,
				  priority);
		gicr_write(g, core, core, GICR_SGI + GICD_ISENABLER, bit);
		return;
	}
	gicd_write(g, core, GICD_IGROUPR + word, gicd_read(g, core, GICD_IGROUPR + word) | bit);
	vgic_dist_write(on(g, core), GICD_IPRIORITYR + intid, 1, priority);
	gicd_write(g, core, cfg,
		   edge ? gicd_read(g, core, cfg) | trigger : gicd_read(g, core, cfg) & ~trigger);
	vgic_dist_write(on(g, core), GICD_IROUTER + 8 * intid, 8, 0);
	gicd_write(g, core, GICD_ISENABLER + word, bit);
}

void guest_route(struct guest *g, unsigned int core, uint32_t intid, uint64_t value)
{
	vgic_dist_write(on(g, core), ROUTER(intid), 8, value);
}

void guest_send_sgi(struct guest *g, unsigned int core, uint64_t sgi1r)
{
	vgic_send_sgi(on(g, core), sgi1r);
}

void guest_edge(struct guest *g, unsigned int core, uint32_t intid)
{
	vgic_raise(on(g, core), &g->cpus[core], intid);
}

void guest_line(struct guest *g, unsigned int core, uint32_t intid, bool high)
{
	vgic_set_line(on(g, core), intid, high);
}

/* What makes the core leave the guest although it did nothing: the base takes the timer. */
static bool take_timers(struct guest *g, unsigned int core)
{
	struct fake_core *c = &fake_cores[core];
	uint32_t fire = c->timer_lines & ~c->phys_active;

	for (uint32_t set = fire; set; set &= set - 1) {
		uint32_t intid = (uint32_t)__builtin_ctz(set);

		c->phys_active |= 1u << intid;
		vgic_raise_hw(on(g, core), intid);
	}
	return fire;
}

void guest_timer(struct guest *g, unsigned int core, uint32_t intid, bool high)
{
	struct fake_core *c = &fake_cores[core];

	c->timer_lines = high ? c->timer_lines | 1u << intid : c->timer_lines & ~(1u << intid);
	take_timers(g, core);
}

void guest_ring(struct guest *g)
{
	if (g->posted)
		return;
	g->posted = 1;
	gic_kick(g->vgic.kick);
}

/* The base takes what devices raised, on core 0. */
static bool take_devices(struct guest *g)
{
	bool took = false;

	for (uint32_t intid = GIC_PRIVATE; intid < GIC_SPI_END; intid++) {
		struct fake_spi *s = &fake_spis[intid];

		if (!s->enabled || !s->pending || s->active)
			continue;
		took = s->active = true;
		s->pending = !s->edge;
		vgic_raise_hw(on(g, 0), intid);
	}
	return took;
}

void guest_device(struct guest *g, uint32_t intid, bool high)
{
	fake_spis[intid].pending = high;
	take_devices(g);
}

void guest_enter_core(struct guest *g, unsigned int core)
{
	struct fake_core *c = &fake_cores[core];

	c->kicks = 0;
	if (g->posted) {
		g->posted = 0;
		vgic_raise(on(g, core), &g->cpus[0], g->doorbell);
	}
	vgic_enter(on(g, core));
}

bool guest_short_way(struct guest *g, unsigned int core)
{
	const struct vgic_cpu *v = &g->cpus[core];
	struct fake_core *c = &fake_cores[core];

	if (v->dirty || !v->fast_lr || *v->posted != 1)
		return false;
	*v->posted = 0;
	c->kicks = 0;
	g->short_ways++;
	if (c->lr[0] & ICH_LR_ACTIVE)
		c->lr[0] |= ICH_LR_PENDING;
	else if (!(c->lr[0] & ICH_LR_PENDING))
		c->lr[0] = v->fast_lr;
	return true;
}

static unsigned int valid_lrs(const struct fake_core *c)
{
	unsigned int valid = 0;

	for (unsigned int n = 0; n < fake_lr_count; n++)
		valid += c->lr[n] & LR_STATE ? 1 : 0;
	return valid;
}

static unsigned int pending_lrs(const struct fake_core *c)
{
	unsigned int pending = 0;

	for (unsigned int n = 0; n < fake_lr_count; n++)
		pending += (c->lr[n] & LR_STATE) == ICH_LR_PENDING ? 1 : 0;
	return pending;
}

static bool maintenance(struct guest *g, unsigned int core)
{
	struct fake_core *c = &fake_cores[core];
	bool due = g->ended[core] || (c->maintenance & ICH_HCR_UIE && valid_lrs(c) <= 1) ||
		   (c->maintenance & ICH_HCR_LRENPIE && c->ended_outside) ||
		   (c->maintenance & ICH_HCR_NPIE && !pending_lrs(c));

	g->ended[core] = false;
	if (due)
		vgic_mark_dirty(on(g, core));
	return due;
}

void guest_settle(struct guest *g)
{
	bool more = true;
	int rounds = 0;

	while (more && rounds < SETTLE_ROUNDS) {
		more = false;
		for (unsigned int n = 0; n < g->cpu_count; n++) {
			bool trap = fake_cores[n].kicks || take_timers(g, n);

			trap |= n == 0 && take_devices(g);
			if (fake_cores[n].kicks && guest_short_way(g, n))
				continue;
			trap |= maintenance(g, n);
			if (!g->cpus[n].online)
				fake_cores[n].kicks = 0;
			if (!g->cpus[n].online)
				continue;
			guest_enter_core(g, n);
			more |= trap || fake_cores[n].timer_lines & ~fake_cores[n].phys_active;
		}
		rounds++;
	}
	if (rounds == SETTLE_ROUNDS)
		fail_msg("the guest never gets to run: endless traps");
}

static uint32_t priority_of(uint64_t lr)
{
	return (uint32_t)(lr >> ICH_LR_PRIORITY_SHIFT) & 0xff;
}

static uint64_t *best_pending(struct fake_core *c)
{
	uint64_t *best = NULL;

	for (unsigned int n = 0; n < fake_lr_count; n++) {
		uint64_t *lr = &c->lr[n];

		/* Pending and active waits for its own end. */
		if ((*lr & LR_STATE) == ICH_LR_PENDING && *lr & ICH_LR_GROUP1 &&
		    (!best || priority_of(*lr) < priority_of(*best)))
			best = lr;
	}
	return best;
}

uint32_t guest_ack(struct guest *g, unsigned int core)
{
	uint64_t *lr = best_pending(&fake_cores[core]);
	uint32_t *running = g->running[core];
	unsigned int depth = g->depth[core];

	if (!lr || (depth && priority_of(*lr) >= running[depth - 1]))
		return SPURIOUS;
	assert_true(depth < 32);
	running[depth] = priority_of(*lr);
	g->depth[core]++;
	*lr = (*lr & ~ICH_LR_PENDING) | ICH_LR_ACTIVE;
	return (uint32_t)*lr & 0xffffff;
}

static void end_physical(struct fake_core *c, uint64_t intid)
{
	if (intid < GIC_PRIVATE)
		c->phys_active &= ~(1u << intid);
	else
		fake_spis[intid].active = false;
}

/* IHI 0069, 4.9: in the list register that has it as active, else ICH_HCR_EL2.EOIcount. */
static void deactivate(struct guest *g, unsigned int core, uint32_t intid)
{
	struct fake_core *c = &fake_cores[core];

	for (unsigned int n = 0; n < fake_lr_count; n++) {
		uint64_t *lr = &c->lr[n];

		if (!(*lr & ICH_LR_ACTIVE) || ((uint32_t)*lr & 0xffffff) != intid)
			continue;
		*lr &= ~ICH_LR_ACTIVE;
		if (*lr & ICH_LR_HW)
			end_physical(c, *lr >> ICH_LR_PINTID_SHIFT & 0x3ff);
		else if (*lr & LR_EOI && !(*lr & LR_STATE))
			g->ended[core] = true;
		return;
	}
	if (!(c->maintenance & ICH_HCR_LRENPIE))
		fail_msg("core %u ends INTID %u, which is not active", core, intid);
	c->ended_outside++;
}

void guest_eoi(struct guest *g, unsigned int core, uint32_t intid)
{
	assert_true(g->depth[core] > 0);
	g->depth[core]--;
	if (!fake_cores[core].splits_end)
		deactivate(g, core, intid);
	else
		fake_cores[core].ended_outside++; /* as QEMU has it; not by IHI 0069 */
}

void guest_drop(struct guest *g, unsigned int core)
{
	assert_true(g->depth[core] > 0);
	g->depth[core]--;
	fake_cores[core].ended_outside++;
}

void guest_split_end(unsigned int core, bool on)
{
	fake_cores[core].splits_end = on;
}

void guest_dir(struct guest *g, unsigned int core, uint32_t intid)
{
	if (!(fake_cores[core].maintenance & ICH_HCR_TDIR)) {
		deactivate(g, core, intid);
		return;
	}
	vgic_deactivate(on(g, core), intid);
	guest_enter_core(g, core);
}

uint32_t guest_take(struct guest *g, unsigned int core)
{
	guest_settle(g);
	return guest_ack(g, core);
}

uint32_t guest_serve(struct guest *g, unsigned int core)
{
	uint32_t intid = guest_take(g, core);

	if (intid != SPURIOUS)
		guest_eoi(g, core, intid);
	return intid;
}

unsigned int guest_who_got(struct guest *g, uint32_t intid)
{
	unsigned int mask = 0;

	for (unsigned int n = 0; n < g->cpu_count; n++) {
		uint32_t got = guest_serve(g, n);

		assert_true(got == intid || got == SPURIOUS);
		mask |= (got == intid ? 1u : 0) << n;
	}
	return mask;
}

uint64_t guest_lr(unsigned int core, uint32_t intid)
{
	for (unsigned int n = 0; n < fake_lr_count; n++) {
		uint64_t lr = fake_cores[core].lr[n];

		if (lr & LR_STATE && ((uint32_t)lr & 0xffffff) == intid)
			return lr;
	}
	return 0;
}
