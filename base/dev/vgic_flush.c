/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated GIC's way out to the list registers: what a core shall see next. */
#include "dev/vgic.h"

#include "dev/trace.h"

#define ICH_LR_EOI (1ull << 41) /* maintenance interrupt when the guest ends it */

#define RANK_PENDING 0x100u /* lower goes first: active ones, then by priority */
#define RANK_NONE ~0u

struct pick {
	uint32_t intid;
	uint32_t rank;
};

/* What one vCPU can be shown: the best of it, and how much there is. */
struct picks {
	struct pick best[ICH_LR_MAX];
	uint32_t count, room;
	struct pick pending; /* the best one that is not active */
	uint32_t all, active;
};

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

/* Keeps the best `room` picks in order. */
static void insert(struct picks *picks, struct pick p)
{
	struct pick *best = picks->best;
	uint32_t at = picks->count;

	while (at > 0 && best[at - 1].rank > p.rank) {
		if (at < picks->room)
			best[at] = best[at - 1];
		at--;
	}
	if (at < picks->room)
		best[at] = p;
	if (picks->count < picks->room)
		picks->count++;
	picks->all++;
	if (p.rank < RANK_PENDING)
		picks->active++;
	else if (p.rank < picks->pending.rank)
		picks->pending = p;
}

/* All interrupts this vCPU could be shown, the best `room` of them. */
static void choose(struct vgic_cpu *c, struct picks *picks, uint32_t room)
{
	*picks = (struct picks){.room = room, .pending.rank = RANK_NONE};
	for (uint32_t first = 0; first < GIC_SPI_END; first += 32) {
		struct vgic_bank *b = vgic_bank(c, first);
		uint32_t set = (deliverable(c->vgic, b) | b->active) & ~b->in_lr;

		for (; set; set &= set - 1) {
			uint32_t n = (uint32_t)__builtin_ctz(set);
			bool active = b->active >> n & 1;
			uint32_t rank = active ? b->running[n] : RANK_PENDING | b->priority[n];

			if (first + n >= GIC_SPI_END || vgic_target(c, first + n) != c)
				continue;
			insert(picks, (struct pick){first + n, rank});
		}
	}
	/*
	 * The best pending one is always shown: it may interrupt all the active ones. The lowest of these
	 * waits outside, its priority is kept by the CPU interface.
	 */
	if (picks->pending.rank != RANK_NONE && picks->active >= room)
		picks->best[room - 1] = picks->pending;
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
	if (trace_wants(FUSIONDOCK_TRACE_INJECT) && lr & ICH_LR_PENDING)
		trace_write(FUSIONDOCK_TRACE_INJECT, intid, lr, 0);
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

	/* Of two registers none can be spared. */
	if (ich_lr_count() < 3 || !plain || vgic_target(c, intid) != c)
		return;
	if (intid < GIC_PRIVATE && c->index != 0)
		return;
	ich_lr_write(0, (b->active | b->latch) & bit ? load(c, intid) : 0);
	b->in_lr |= bit;
	b->owner[intid % 32] = (uint8_t)c->index;
	c->fast_lr = trace_leaves_short_way() ? template(b, intid) | ICH_LR_PENDING : 0;
	c->claims_doorbell = true;
	__atomic_store_n(&c->vgic->kick, c->kick, __ATOMIC_RELAXED);
}

/* When to look again because of what has found no list register. */
static uint32_t maintenance(struct vgic_cpu *c, const struct picks *picks)
{
	uint32_t bits = 0, active = 0;

	for (uint32_t n = 0; n < picks->count; n++)
		active += picks->best[n].rank < RANK_PENDING;
	c->outside = picks->active - active;
	if (c->outside)
		bits |= ICH_HCR_LRENPIE;
	/* What another core's list register holds may be deactivated from here as well. */
	if (c->outside || c->vgic->cpu_count > 1)
		bits |= ICH_HCR_TDIR;
	if (picks->all - picks->active > picks->count - active)
		bits |= ICH_HCR_NPIE;
	/* With a single register that would come without end. */
	if (picks->all > picks->count && picks->room > 1)
		bits |= ICH_HCR_UIE;
	return bits;
}

static void flush(struct vgic_cpu *c)
{
	struct picks picks;
	uint32_t first;

	if (c->vgic->doorbell != VGIC_NO_DOORBELL)
		claim_doorbell(c);
	first = c->claims_doorbell;
	choose(c, &picks, ich_lr_count() - first);
	/* With too few registers the doorbell stands in line with the others. */
	if (first && picks.all > picks.count) {
		vgic_sync_doorbell(c);
		first = 0;
		choose(c, &picks, ich_lr_count());
	}
	for (uint32_t n = 0; n < picks.count; n++) {
		c->lr_intid[n] = (uint16_t)picks.best[n].intid;
		ich_lr_write(first + n, load(c, picks.best[n].intid));
	}
	c->lr_used = picks.count;
	ich_enable(maintenance(c, &picks));
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
