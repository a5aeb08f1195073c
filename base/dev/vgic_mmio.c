/* SPDX-License-Identifier: Apache-2.0 */
/* Register frames of the emulated GICv3: IHI 0069, 12.8 (GICD) to 12.11 (GICR). */
#include "dev/vgic.h"

#define IIDR_FUSIONDOCK 0x0000043bu /* Implementer: Arm's JEP106 code, as software models use */
#define TYPER_LINES (VGIC_BANKS - 1)
#define TYPER_IDBITS_10 (9u << 19)
#define GROUP_STRIDE 0x80u
#define GICR_TYPER_PROCESSOR_SHIFT 8
#define GICR_TYPER_AFF0_SHIFT 32

static void changed_bits(struct vgic_cpu *c, uint32_t first, uint32_t bits)
{
	for (; bits; bits &= bits - 1)
		vgic_changed(c, first + (uint32_t)__builtin_ctz(bits));
}

static uint32_t bank_read(const struct vgic_bank *b, uint32_t group)
{
	switch (group) {
	case GICD_IGROUPR:
		return b->group;
	case GICD_ISENABLER:
	case GICD_ICENABLER:
		return b->enabled;
	case GICD_ISPENDR:
	case GICD_ICPENDR:
		return b->latch | (b->line & ~b->edge);
	case GICD_ISACTIVER:
	case GICD_ICACTIVER:
		return b->active;
	default:
		return 0;
	}
}

static void bank_write(struct vgic_cpu *c, struct vgic_bank *b, uint32_t first, uint32_t group,
		       uint32_t v)
{
	switch (group) {
	case GICD_IGROUPR:
		changed_bits(c, first, b->group ^ v);
		b->group = v;
		break;
	case GICD_ISENABLER:
		b->enabled |= v;
		break;
	case GICD_ICENABLER:
		v &= b->enabled;
		b->enabled &= ~v;
		break;
	case GICD_ISPENDR:
		b->latch |= v;
		break;
	case GICD_ICPENDR:
		b->latch &= ~v;
		b->drop_latch |= v & b->in_lr;
		break;
	case GICD_ISACTIVER:
		for (uint32_t n = 0; n < 32; n++) {
			if (v >> n & 1 && !(b->in_lr >> n & 1))
				b->owner[n] = (uint8_t)c->index;
			if (v >> n & 1 && !(b->active >> n & 1))
				b->running[n] = b->priority[n];
		}
		b->active |= v;
		break;
	case GICD_ICACTIVER:
		b->active &= ~v;
		b->drop_active |= v & b->in_lr;
		break;
	default:
		return;
	}
	/* Of private ones, at the next sync of the core they belong to. */
	if (first)
		vgic_end_dropped_hw(b, first);
	if (group != GICD_IGROUPR)
		changed_bits(c, first, v);
}

void vgic_deactivate(struct vgic_cpu *c, uint64_t dir)
{
	uint32_t intid = (uint32_t)dir & 0xffffff;

	/* Without the split the register does nothing. */
	if (intid >= GIC_SPI_END || !ich_splits_end())
		return;
	spin_lock(&c->vgic->lock);
	vgic_sync(c);
	bank_write(c, vgic_bank(c, intid), intid & ~31u, GICD_ICACTIVER, 1u << intid % 32);
	c->dirty = true;
	spin_unlock(&c->vgic->lock);
}

static uint64_t priority_read(const struct vgic_bank *b, uint32_t n, unsigned int size)
{
	uint64_t v = 0;

	for (unsigned int i = 0; i < size; i++)
		v |= (uint64_t)b->priority[(n + i) % 32] << 8 * i;
	return v;
}

static void priority_write(struct vgic_cpu *c, uint32_t intid, unsigned int size, uint64_t v)
{
	struct vgic_bank *b = vgic_bank(c, intid);

	for (unsigned int i = 0; i < size; i++) {
		/* Five bits are implemented, as by the virtual CPU interface's minimum (IHI 0069, 4.8). */
		uint8_t priority = (uint8_t)(v >> 8 * i) & 0xf8;
		uint32_t n = (intid + i) % 32;

		/* A core that is shown it as pending sees the change in finite time (GICD_IPRIORITYR). */
		if (b->priority[n] != priority)
			vgic_changed(c, (intid & ~31u) + n);
		b->priority[n] = priority;
	}
}

static uint32_t config_read(const struct vgic_bank *b, uint32_t n)
{
	uint32_t v = 0;

	for (uint32_t i = 0; i < 16; i++)
		v |= (b->edge >> (n + i) & 1) << (2 * i + 1);
	return v;
}

static void config_write(struct vgic_bank *b, uint32_t n, uint32_t v)
{
	for (uint32_t i = 0; i < 16; i++) {
		uint32_t bit = 1u << (n + i);

		b->edge = v >> (2 * i + 1) & 1 ? b->edge | bit : b->edge & ~bit;
	}
}

/* The registers that distributor and SGI frame share; first: INTID of bit 0 of word 0. */
static uint64_t common_read(struct vgic_cpu *c, uint32_t off, unsigned int size, uint32_t lo,
			    uint32_t hi)
{
	if (off >= GICD_IPRIORITYR && off < GICD_IPRIORITYR + 1024 && size <= 4) {
		uint32_t intid = off - GICD_IPRIORITYR;

		return intid >= lo && intid < hi ? priority_read(vgic_bank(c, intid), intid % 32, size)
						 : 0;
	}
	if (size != 4)
		return 0;
	if (off >= GICD_IGROUPR && off < GICD_IPRIORITYR) {
		uint32_t intid = (off & (GROUP_STRIDE - 1)) / 4 * 32;

		return intid >= lo && intid < hi ? bank_read(vgic_bank(c, intid), off & ~(GROUP_STRIDE - 1))
						 : 0;
	}
	if (off >= GICD_ICFGR && off < GICD_ICFGR + 0x100) {
		uint32_t intid = (off - GICD_ICFGR) * 4;

		return intid >= lo && intid < hi ? config_read(vgic_bank(c, intid), intid % 32) : 0;
	}
	return 0;
}

static void common_write(struct vgic_cpu *c, uint32_t off, unsigned int size, uint64_t v,
			 uint32_t lo, uint32_t hi)
{
	uint32_t intid;

	if (off >= GICD_IPRIORITYR && off < GICD_IPRIORITYR + 1024 && size <= 4) {
		intid = off - GICD_IPRIORITYR;
		if (intid >= lo && intid < hi)
			priority_write(c, intid, size, v);
	} else if (size != 4) {
		return;
	} else if (off >= GICD_IGROUPR && off < GICD_IPRIORITYR) {
		intid = (off & (GROUP_STRIDE - 1)) / 4 * 32;
		if (intid >= lo && intid < hi)
			bank_write(c, vgic_bank(c, intid), intid, off & ~(GROUP_STRIDE - 1),
				   (uint32_t)v);
	} else if (off >= GICD_ICFGR && off < GICD_ICFGR + 0x100) {
		intid = (off - GICD_ICFGR) * 4;
		/* SGIs are always edges, PPIs here always levels. */
		if (intid >= GIC_PRIVATE && intid >= lo && intid < hi)
			config_write(vgic_bank(c, intid), intid % 32, (uint32_t)v);
	}
}

static bool is_router(uint32_t off)
{
	return off >= GICD_IROUTER + 8 * GIC_PRIVATE && off < GICD_IROUTER + 8 * GIC_SPI_END;
}

static uint64_t dist_special_read(const struct vgic *g, uint32_t off, unsigned int size)
{
	if (is_router(off) && size >= 4) {
		uint64_t v = g->irouter[(off - GICD_IROUTER) / 8];

		return size == 8 ? v : (uint32_t)(v >> (off & 4) * 8);
	}
	if (size != 4)
		return 0;
	switch (off) {
	case GICD_CTLR:
		return g->ctlr | GICD_CTLR_ARE | GICD_CTLR_DS;
	case GICD_TYPER:
		return TYPER_LINES | (g->cpu_count - 1) << 5 | TYPER_IDBITS_10;
	case GICD_IIDR:
		return IIDR_FUSIONDOCK;
	case GICD_PIDR2:
		return GIC_PIDR2_V3;
	default:
		return 0;
	}
}

/*
 * Pending and active state of an SPI in another core's list register is only as new as that core's last
 * exit: it is asked to look, so that a guest which polls sees the change.
 */
static void refresh(struct vgic_cpu *c, uint32_t off)
{
	uint32_t first = (off & (GROUP_STRIDE - 1)) / 4 * 32, held;

	if (off < GICD_ISPENDR || off >= GICD_IPRIORITYR || first < GIC_PRIVATE)
		return;
	held = vgic_bank(c, first)->in_lr;
	for (; held; held &= held - 1) {
		struct vgic_cpu *t = vgic_target(c, first + (uint32_t)__builtin_ctz(held));

		if (t != c)
			vgic_poke(c, t);
	}
}

uint64_t vgic_dist_read(struct vgic_cpu *c, uint32_t off, unsigned int size)
{
	uint64_t v;

	spin_lock(&c->vgic->lock);
	vgic_sync(c);
	refresh(c, off);
	v = off >= GICD_IGROUPR && off < GICD_IROUTER
		    ? common_read(c, off, size, GIC_PRIVATE, GIC_SPI_END)
		    : dist_special_read(c->vgic, off, size);
	spin_unlock(&c->vgic->lock);
	return v;
}

static void router_write(struct vgic_cpu *c, uint32_t off, unsigned int size, uint64_t v)
{
	uint32_t intid = (off - GICD_IROUTER) / 8;
	uint64_t *r = &c->vgic->irouter[intid];

	/* Both the core it left and the one it goes to look again. */
	vgic_changed(c, intid);
	if (size == 8)
		*r = v;
	else if (off & 4)
		*r = (*r & 0xffffffffull) | v << 32;
	else
		*r = (*r & ~0xffffffffull) | (uint32_t)v;
	vgic_changed(c, intid);
}

static void ctlr_write(struct vgic_cpu *c, uint32_t v)
{
	c->vgic->ctlr = v & (GICD_CTLR_ENABLE_G0 | GICD_CTLR_ENABLE_G1);
	c->dirty = true;
	for (uint32_t n = 0; n < c->vgic->cpu_count; n++) {
		struct vgic_cpu *t = c->vgic->cpus[n];

		if (t != c && t->online)
			vgic_poke(c, t);
	}
}

void vgic_dist_write(struct vgic_cpu *c, uint32_t off, unsigned int size, uint64_t v)
{
	spin_lock(&c->vgic->lock);
	vgic_sync(c);
	if (off == GICD_CTLR && size == 4)
		ctlr_write(c, (uint32_t)v);
	else if (is_router(off) && size >= 4)
		router_write(c, off, size, v);
	else if (off >= GICD_IGROUPR && off < GICD_IROUTER)
		common_write(c, off, size, v, GIC_PRIVATE, GIC_SPI_END);
	c->dirty = true;
	spin_unlock(&c->vgic->lock);
}

static uint64_t rd_read(const struct vgic_cpu *t, uint32_t off, unsigned int size)
{
	uint64_t typer = (uint64_t)t->index << GICR_TYPER_AFF0_SHIFT |
			 (uint64_t)t->index << GICR_TYPER_PROCESSOR_SHIFT |
			 (t->index == t->vgic->cpu_count - 1 ? GICR_TYPER_LAST : 0);

	switch (off) {
	case GICR_IIDR:
		return size == 4 ? IIDR_FUSIONDOCK : 0;
	case GICR_TYPER:
		return size == 8 ? typer : size == 4 ? (uint32_t)typer : 0;
	case GICR_TYPER + 4:
		return size == 4 ? typer >> 32 : 0;
	case GICR_WAKER:
		return size == 4 ? t->waker | (t->waker & GICR_WAKER_SLEEP) << 1 : 0;
	case GICR_PIDR2:
		return size == 4 ? GIC_PIDR2_V3 : 0;
	default:
		return 0;
	}
}

uint64_t vgic_redist_read(struct vgic_cpu *c, uint32_t off, unsigned int size)
{
	struct vgic_cpu *t = c->vgic->cpus[off / GICR_FRAME];
	uint64_t v;

	off %= GICR_FRAME;
	spin_lock(&c->vgic->lock);
	vgic_sync(c);
	v = off < GICR_SGI ? rd_read(t, off, size) : common_read(t, off - GICR_SGI, size, 0, GIC_PRIVATE);
	spin_unlock(&c->vgic->lock);
	return v;
}

void vgic_redist_write(struct vgic_cpu *c, uint32_t off, unsigned int size, uint64_t v)
{
	struct vgic_cpu *t = c->vgic->cpus[off / GICR_FRAME];

	off %= GICR_FRAME;
	spin_lock(&c->vgic->lock);
	vgic_sync(c);
	if (off == GICR_WAKER && size == 4)
		t->waker = (uint32_t)v & GICR_WAKER_SLEEP;
	else if (off >= GICR_SGI)
		common_write(t, off - GICR_SGI, size, v, 0, GIC_PRIVATE);
	vgic_poke(c, t);
	c->dirty = true;
	spin_unlock(&c->vgic->lock);
}
