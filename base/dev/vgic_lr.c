/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The emulated GIC's way through the list registers: what the core has done comes back into the model
 * (vgic_sync), what it shall see next goes out (vgic_enter).
 */
#include "dev/vgic.h"

#include "dev/gic.h"

#define ICH_LR_EOI (1ull << 41) /* maintenance interrupt when the guest ends it */

struct pick {
	uint32_t intid;
	uint32_t rank; /* lower goes first: active ones, then by priority */
};

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
static void sync_doorbell(struct vgic_cpu *c)
{
	uint32_t intid = c->vgic->doorbell;
	struct vgic_bank *b = vgic_bank(c, intid);

	b->lr_latch |= 1u << intid % 32;
	sync_one(c, intid, ich_lr_read(0));
	ich_lr_write(0, 0);
	c->claims_doorbell = false;
	c->fast_lr = 0;
}

void vgic_sync(struct vgic_cpu *c)
{
	uint32_t first = c->claims_doorbell;

	if (c->lr_used || c->claims_doorbell)
		c->dirty = 1;
	for (uint32_t n = 0; n < c->lr_used; n++) {
		sync_one(c, c->lr_intid[n], ich_lr_read(first + n));
		ich_lr_write(first + n, 0);
	}
	c->lr_used = 0;
	if (c->claims_doorbell)
		sync_doorbell(c);
	/* What a write cleared, or a later time withdrew, while no list register held it. */
	vgic_end_dropped_hw(&c->private_irqs, 0);
}

/* Those of `bits` whose group the distributor lets through. */
static uint32_t is_group_on(const struct vgic *g, const struct vgic_bank *b, uint32_t bits)
{
	return bits & ((g->ctlr & GICD_CTLR_ENABLE_G1 ? b->group : 0) |
		       (g->ctlr & GICD_CTLR_ENABLE_G0 ? ~b->group : 0));
}

static uint32_t deliverable(const struct vgic *g, const struct vgic_bank *b)
{
	uint32_t pending = b->latch | (b->line & ~b->edge);

	return is_group_on(g, b, pending & b->enabled);
}

/* Keeps the best `room` picks in order; returns the new number. */
static uint32_t insert(struct pick *picks, uint32_t count, uint32_t room, struct pick p)
{
	uint32_t at = count < room ? count : room;

	while (at > 0 && picks[at - 1].rank > p.rank) {
		if (at < room)
			picks[at] = picks[at - 1];
		at--;
	}
	if (at < room)
		picks[at] = p;
	return count < room ? count + 1 : room;
}

/* All interrupts this vCPU could be shown, the best `room` of them; *total counts all. */
static uint32_t choose(struct vgic_cpu *c, struct pick *picks, uint32_t room, uint32_t *total)
{
	uint32_t count = 0;

	*total = 0;
	for (uint32_t first = 0; first < GIC_SPI_END; first += 32) {
		struct vgic_bank *b = vgic_bank(c, first);
		uint32_t set = (deliverable(c->vgic, b) | b->active) & ~b->in_lr;

		for (; set; set &= set - 1) {
			uint32_t n = (uint32_t)__builtin_ctz(set);
			uint32_t rank = b->priority[n] | (b->active >> n & 1 ? 0 : 0x100);

			if (first + n >= GIC_SPI_END || vgic_target(c, first + n) != c)
				continue;
			++*total;
			count = insert(picks, count, room, (struct pick){first + n, rank});
		}
	}
	return count;
}

/* Identity of an interrupt in a list register, no state yet. */
static uint64_t template(const struct vgic_bank *b, uint32_t intid)
{
	uint64_t lr = intid | (uint64_t)b->priority[intid % 32] << ICH_LR_PRIORITY_SHIFT;

	return b->group >> intid % 32 & 1 ? lr | ICH_LR_GROUP1 : lr;
}

static uint64_t load(struct vgic_cpu *c, uint32_t intid)
{
	struct vgic_bank *b = vgic_bank(c, intid);
	uint32_t n = intid % 32, bit = 1u << n;
	uint64_t lr = template(b, intid);

	if (b->active & bit)
		lr |= ICH_LR_ACTIVE;
	/* Pending and active together is not allowed with HW (IHI 0069, ICH_LR<n>_EL2.State). */
	if (deliverable(c->vgic, b) & bit && !(b->hw & b->active & bit)) {
		lr |= ICH_LR_PENDING;
		b->lr_latch |= b->latch & bit;
		b->latch &= ~bit;
	}
	if (b->hw & bit) {
		lr |= ICH_LR_HW | (uint64_t)intid << ICH_LR_PINTID_SHIFT;
		b->lr_hw |= bit;
		b->hw &= ~bit;
	} else if (!(b->edge & bit)) {
		lr |= ICH_LR_EOI;
	}
	b->in_lr |= bit;
	b->owner[n] = (uint8_t)c->index;
	return lr;
}

/*
 * Keeps list register 0 for the VM's doorbell when it is plain: an edge, enabled, for this vCPU. Then
 * arch/vectors.S may show it without looking at the model.
 */
static void claim_doorbell(struct vgic_cpu *c)
{
	uint32_t intid = c->vgic->doorbell, bit = 1u << intid % 32;
	struct vgic_bank *b = vgic_bank(c, intid);
	bool plain = b->edge & b->enabled & bit && is_group_on(c->vgic, b, bit);

	/* Of two registers the other one alone would always be an underflow. */
	if (ich_lr_count() < 3 || !plain || vgic_target(c, intid) != c)
		return;
	if (intid < GIC_PRIVATE && c->index != 0)
		return;
	ich_lr_write(0, (b->active | b->latch) & bit ? load(c, intid) : 0);
	b->in_lr |= bit;
	b->owner[intid % 32] = (uint8_t)c->index;
	c->fast_lr = template(b, intid) | ICH_LR_PENDING;
	c->claims_doorbell = true;
	__atomic_store_n(&c->vgic->kick, c->kick, __ATOMIC_RELAXED);
}

static void flush(struct vgic_cpu *c)
{
	struct pick picks[ICH_LR_MAX];
	uint32_t total, count, first;

	if (c->vgic->doorbell != VGIC_NO_DOORBELL)
		claim_doorbell(c);
	first = c->claims_doorbell;
	count = choose(c, picks, ich_lr_count() - first, &total);
	for (uint32_t n = 0; n < count; n++) {
		c->lr_intid[n] = (uint16_t)picks[n].intid;
		ich_lr_write(first + n, load(c, picks[n].intid));
	}
	c->lr_used = count;
	ich_enable(total > count);
}

void vgic_enter(struct vgic_cpu *c)
{
	/*
	 * Read without the lock: whoever sets it from another core kicks this one afterwards, so
	 * a change missed here is met by the trap that the kick makes.
	 */
	if (!__atomic_load_n(&c->dirty, __ATOMIC_RELAXED))
		return;
	spin_lock(&c->vgic->lock);
	vgic_sync(c);
	flush(c);
	/* Acquire: who marked it meanwhile without the lock (vm_stop) has stored why before. */
	__atomic_exchange_n(&c->dirty, 0, __ATOMIC_ACQ_REL);
	spin_unlock(&c->vgic->lock);
}
