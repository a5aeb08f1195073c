/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated GIC's way back from the list registers: what the core has done comes into the model. The way
 * out is in vgic_flush.c.
 */
#include "dev/vgic.h"

#include "dev/gic.h"

/* Whether the cause of a physical interrupt that the guest has not taken yet is still there. */
static bool hw_line(const struct vgic_bank *b, uint32_t intid)
{
	if (intid < GIC_PRIVATE)
		return timer_line(intid);
	return b->edge >> intid % 32 & 1 || gic_spi_pending(intid);
}

void vgic_end_dropped_hw(struct vgic_bank *b, uint32_t first)
{
	for (uint32_t set = b->hw & ~b->active; set; set &= set - 1) {
		uint32_t n = (uint32_t)__builtin_ctz(set), bit = 1u << n;

		if (b->latch & bit && hw_line(b, first + n))
			continue;
		b->latch &= ~bit;
		b->hw &= ~bit;
		gic_deactivate(first + n);
	}
}

static void sync_one(struct vgic_cpu *c, uint32_t intid, uint64_t lr)
{
	uint32_t bit = 1u << intid % 32;
	struct vgic_bank *b = vgic_bank(c, intid);
	bool pending = lr & ICH_LR_PENDING && !(b->drop_latch & bit);
	bool active = lr & ICH_LR_ACTIVE && !(b->drop_active & bit);

	b->in_lr &= ~bit;
	b->drop_latch &= ~bit;
	b->drop_active &= ~bit;
	if (active && !(b->active & bit))
		b->running[intid % 32] = (uint8_t)(lr >> ICH_LR_PRIORITY_SHIFT);
	b->active = active ? b->active | bit : b->active & ~bit;
	/* An empty register: the guest's EOI ended the physical interrupt too. */
	if (b->lr_hw & bit && lr & (ICH_LR_PENDING | ICH_LR_ACTIVE))
		b->hw |= bit;
	/* Not taken yet: back where it came from. A level shows in its line alone. */
	if (pending)
		b->latch |= b->lr_latch & bit;
	b->lr_latch &= ~bit;
	b->lr_hw &= ~bit;
	vgic_end_dropped_hw(b, intid & ~31u);
	/* It may have been routed to another core meanwhile, which has to look again now. */
	if (intid >= GIC_PRIVATE && (b->latch | (b->line & ~b->edge)) & bit && vgic_target(c, intid) != c)
		vgic_changed(c, intid);
}

/* The doorbell's register is filled behind the model's back: what is pending there came as an edge. */
void vgic_sync_doorbell(struct vgic_cpu *c)
{
	uint32_t intid = c->vgic->doorbell;
	struct vgic_bank *b = vgic_bank(c, intid);

	b->lr_latch |= 1u << intid % 32;
	sync_one(c, intid, ich_lr_read(0));
	ich_lr_write(0, 0);
	c->claims_doorbell = false;
	c->fast_lr = 0;
}

/* The active interrupt with the highest priority that no list register of this core holds. */
static uint32_t best_outside(struct vgic_cpu *c)
{
	uint32_t best = GIC_SPURIOUS, priority = 0x100;

	for (uint32_t first = 0; first < GIC_SPI_END; first += 32) {
		struct vgic_bank *b = vgic_bank(c, first);

		for (uint32_t set = b->active & ~b->in_lr; set; set &= set - 1) {
			uint32_t n = (uint32_t)__builtin_ctz(set);

			if (b->running[n] >= priority || vgic_target(c, first + n) != c)
				continue;
			best = first + n;
			priority = b->running[n];
		}
	}
	return best;
}

/*
 * Ends without a list register are only counted. They come in the order of the priorities: an end of
 * interrupt always means the highest active one. ICC_DIR_EL1, which may come in any order, traps.
 */
static void sync_outside(struct vgic_cpu *c)
{
	for (unsigned int n = ich_ended_outside(); n > 0; n--) {
		uint32_t intid = best_outside(c);
		struct vgic_bank *b = vgic_bank(c, intid);

		if (intid == GIC_SPURIOUS)
			return;
		b->active &= ~(1u << intid % 32);
		vgic_end_dropped_hw(b, intid & ~31u);
		vgic_changed(c, intid);
		c->dirty = 1;
	}
}

void vgic_sync(struct vgic_cpu *c)
{
	uint32_t first = c->claims_doorbell;

	if (c->outside)
		sync_outside(c);
	c->outside = 0;
	if (c->lr_used || c->claims_doorbell)
		c->dirty = 1;
	for (uint32_t n = 0; n < c->lr_used; n++) {
		sync_one(c, c->lr_intid[n], ich_lr_read(first + n));
		ich_lr_write(first + n, 0);
	}
	c->lr_used = 0;
	if (c->claims_doorbell)
		vgic_sync_doorbell(c);
	/* What a write cleared, or a later time withdrew, while no list register held it. */
	vgic_end_dropped_hw(&c->private_irqs, 0);
}
