/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/vgic.h"

#include <stddef.h>
#include <string.h>
#include "dev/gic.h"

#define IROUTER_IRM (1ull << 31)
#define IROUTER_AFFINITY 0xff00ffffffull

struct vgic_bank *vgic_bank(struct vgic_cpu *c, uint32_t intid)
{
	return intid < GIC_PRIVATE ? &c->private_irqs : &c->vgic->spis[intid / 32 - 1];
}

static struct vgic_cpu *route(struct vgic *g, uint32_t intid)
{
	uint64_t r = g->irouter[intid];

	for (uint32_t n = 0; n < g->cpu_count; n++) {
		if (g->cpus[n]->online && (r & IROUTER_IRM || (r & IROUTER_AFFINITY) == n))
			return g->cpus[n];
	}
	return NULL;
}

/* The vCPU that has to deal with intid now: who holds it, else where it is routed. */
struct vgic_cpu *vgic_target(struct vgic_cpu *c, uint32_t intid)
{
	struct vgic_bank *b = vgic_bank(c, intid);

	if (intid < GIC_PRIVATE)
		return c;
	if ((b->in_lr | b->active) >> intid % 32 & 1)
		return c->vgic->cpus[b->owner[intid % 32]];
	return route(c->vgic, intid);
}

void vgic_poke(struct vgic_cpu *self, struct vgic_cpu *t)
{
	if (!t)
		return;
	__atomic_store_n(&t->dirty, 1, __ATOMIC_RELAXED);
	if (t != self)
		gic_kick(t->kick);
}

void vgic_changed(struct vgic_cpu *c, uint32_t intid)
{
	vgic_poke(c, vgic_target(c, intid));
}

void vgic_mark_dirty(struct vgic_cpu *c)
{
	/* Release: pairs with the acquire in vgic_enter. */
	__atomic_store_n(&c->dirty, 1, __ATOMIC_RELEASE);
}

void vgic_raise(struct vgic_cpu *c, struct vgic_cpu *to, uint32_t intid)
{
	spin_lock(&c->vgic->lock);
	vgic_bank(to, intid)->latch |= 1u << intid % 32;
	vgic_poke(c, vgic_target(to, intid));
	spin_unlock(&c->vgic->lock);
}

void vgic_set_line(struct vgic_cpu *c, uint32_t intid, bool high)
{
	struct vgic_bank *b = vgic_bank(c, intid);
	uint32_t bit = 1u << intid % 32;

	spin_lock(&c->vgic->lock);
	if (high != !!(b->line & bit)) {
		b->line ^= bit;
		if (high && b->edge & bit)
			b->latch |= bit;
		vgic_changed(c, intid);
	}
	spin_unlock(&c->vgic->lock);
}

void vgic_raise_hw(struct vgic_cpu *c, uint32_t intid)
{
	struct vgic_bank *b = vgic_bank(c, intid);
	uint32_t bit = 1u << intid % 32;

	spin_lock(&c->vgic->lock);
	b->hw |= bit;
	b->latch |= bit;
	vgic_changed(c, intid);
	spin_unlock(&c->vgic->lock);
}

#define SGI1R_IRM (1ull << 40)

void vgic_send_sgi(struct vgic_cpu *c, uint64_t v)
{
	uint32_t intid = (uint32_t)(v >> 24) & 0xf, list = (uint32_t)v & 0xffff;
	uint32_t base = (uint32_t)(v >> 44 & 0xf) * 16;
	/* Aff3.Aff2.Aff1: our vCPUs have 0 there. */
	bool elsewhere = v & (0xffull << 48 | 0xffull << 32 | 0xffull << 16);

	spin_lock(&c->vgic->lock);
	for (uint32_t n = 0; n < c->vgic->cpu_count; n++) {
		struct vgic_cpu *t = c->vgic->cpus[n];
		bool listed = !elsewhere && n >= base && n < base + 16 && list >> (n - base) & 1;

		if (!t->online || !(v & SGI1R_IRM ? t != c : listed))
			continue;
		t->private_irqs.latch |= 1u << intid;
		vgic_poke(c, t);
	}
	spin_unlock(&c->vgic->lock);
}

static void private_reset(struct vgic_cpu *c)
{
	memset(&c->private_irqs, 0, sizeof(c->private_irqs));
	c->private_irqs.edge = 0xffff; /* SGIs */
}

void vgic_add_cpu(struct vgic *g, struct vgic_cpu *c, uint64_t host_mpidr)
{
	c->vgic = g;
	c->kick = gic_kick_value(host_mpidr);
	c->index = g->cpu_count;
	g->cpus[g->cpu_count++] = c;
}

void vgic_reset(struct vgic *g)
{
	g->ctlr = 0;
	g->kick = g->cpus[0]->kick;
	memset(g->irouter, 0, sizeof(g->irouter));
	memset(g->spis, 0, sizeof(g->spis));
	for (uint32_t n = 0; n < g->cpu_count; n++) {
		struct vgic_cpu *c = g->cpus[n];

		c->online = false;
		c->dirty = 0;
		c->lr_used = 0;
		c->outside = 0;
		c->fast_lr = 0;
		c->claims_doorbell = false;
		c->waker = GICR_WAKER_SLEEP;
		private_reset(c);
	}
}

void vgic_cpu_start(struct vgic_cpu *c)
{
	spin_lock(&c->vgic->lock);
	ich_reset();
	private_reset(c);
	c->lr_used = 0;
	c->outside = 0;
	c->fast_lr = 0;
	c->claims_doorbell = false;
	c->online = true;
	c->dirty = 1;
	spin_unlock(&c->vgic->lock);
}

void vgic_cpu_stop(struct vgic_cpu *c)
{
	spin_lock(&c->vgic->lock);
	vgic_sync(c);
	c->online = false;
	c->private_irqs.active = c->private_irqs.latch = 0;
	vgic_end_dropped_hw(&c->private_irqs, 0);
	/* What it leaves behind goes to the others; an interrupt it was handling is over. */
	for (uint32_t n = 0; n < VGIC_BANKS - 1; n++) {
		struct vgic_bank *b = &c->vgic->spis[n];

		for (uint32_t set = b->active; set; set &= set - 1) {
			uint32_t i = (uint32_t)__builtin_ctz(set);

			if (b->owner[i] == c->index)
				b->active &= ~(1u << i);
		}
		vgic_end_dropped_hw(b, 32 * (n + 1));
	}
	for (uint32_t n = c->vgic->cpu_count; n-- > 0;) {
		struct vgic_cpu *t = c->vgic->cpus[n];

		if (!t->online)
			continue;
		vgic_poke(c, t);
		__atomic_store_n(&c->vgic->kick, t->kick, __ATOMIC_RELAXED);
	}
	spin_unlock(&c->vgic->lock);
}
