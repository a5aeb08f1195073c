/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include <string.h>
#include "arch/cache.h"
#include "arch/sysreg.h"
#include "dev/gic.h"
#include "dev/virtio.h"
#include "vm/check.h"
#include "vm/linux.h"
#include "vm/vcpu.h"
#include "vm/view.h"

#define ID_AA64MMFR2_FWB_SHIFT 40
#define VTTBR_VMID_SHIFT 48
#define HCR_GUEST                                                                                  \
	(HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_IMO | HCR_AMO | HCR_FB | HCR_BSU_INNER |      \
	 HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_RW | HCR_APK | HCR_API)

struct system the_system;
struct vm vms[FUSIONDOCK_VM_MAX];

struct vm *vm_by_id(uint64_t id)
{
	return id < FUSIONDOCK_VM_MAX && vms[id].desc ? &vms[id] : NULL;
}

/* Page by page: several small devices may share one. */
static bool map_device(struct vm *vm, struct page_pool *pool, const struct range *r)
{
	uint64_t end = align_up(r->start + r->size, PAGE_SIZE);

	for (uint64_t at = align_down(r->start, PAGE_SIZE); at < end; at += PAGE_SIZE) {
		if (!stage2_is_identity(&vm->stage2, ipa(at)) &&
		    !stage2_map(&vm->stage2, pool, ipa(at), pa(at), PAGE_SIZE, STAGE2_DEVICE))
			return false;
	}
	return true;
}

static bool map_devices(struct vm *vm, struct page_pool *pool)
{
	for (uint32_t n = 0; n < vm->desc->device_count; n++) {
		const struct device_desc *d = &vm->desc->devices[n];

		for (uint32_t r = 0; r < d->reg_count; r++) {
			if (!map_device(vm, pool, &d->regs[r]))
				return false;
		}
		if (d->virtio && !virtio_map(d->regs[0].start))
			return false;
	}
	return true;
}

bool vm_devices_off(struct vm *vm)
{
	bool ok = true;

	for (uint32_t n = 0; n < vm->desc->device_count; n++) {
		const struct device_desc *d = &vm->desc->devices[n];

		if (d->virtio)
			ok &= virtio_reset(d->regs[0].start);
		for (uint32_t i = 0; i < d->spi_count; i++)
			gic_disable_spi(d->spis[i].intid);
	}
	return ok;
}

static void devices_on(struct vm *vm)
{
	for (uint32_t n = 0; n < vm->desc->device_count; n++) {
		for (uint32_t i = 0; i < vm->desc->devices[n].spi_count; i++) {
			const struct spi_desc *spi = &vm->desc->devices[n].spis[i];

			gic_enable_spi(spi->intid, vm->vcpus[0].cpu->mpidr, spi->edge);
		}
	}
}

bool vm_owns_spi(const struct vm *vm, uint32_t intid)
{
	for (uint32_t n = 0; n < vm->desc->device_count; n++) {
		for (uint32_t i = 0; i < vm->desc->devices[n].spi_count; i++) {
			if (vm->desc->devices[n].spis[i].intid == intid)
				return true;
		}
	}
	return false;
}

static bool map_all(struct vm *vm, struct page_pool *pool, bool fwb)
{
	const struct vm_desc *d = vm->desc;
	bool ok = stage2_init(&vm->stage2, pool, fwb) &&
		  stage2_map(&vm->stage2, pool, d->memory, d->memory_pa, d->memory_size, STAGE2_RAM);

	for (uint32_t n = 0; ok && n < the_system.region_count; n++) {
		const struct region_desc *r = &the_system.regions[n];

		if (region_readable(r, vm->id))
			ok = stage2_map(&vm->stage2, pool, r->at, r->pa, r->size,
					region_writable(r, vm->id) ? STAGE2_SHARED_RW
								   : STAGE2_SHARED_RO);
	}
	for (uint32_t n = 0; ok && n < FUSIONDOCK_VIEW_COUNT; n++) {
		const struct view_desc *v = &the_system.views[n];

		if (view_readable(v, vm->id))
			ok = stage2_map(&vm->stage2, pool, v->at, v->pa, v->size, STAGE2_SHARED_RO);
	}
	return ok && map_devices(vm, pool);
}

static void connect_cores(struct vm *vm, struct cpu *cpus, uint32_t cpu_count)
{
	for (uint32_t n = 0; n < vm->desc->cpu_count; n++) {
		struct vcpu *v = &vm->vcpus[n];

		v->vm = vm;
		for (uint32_t k = 0; k < cpu_count; k++) {
			if (cpus[k].mpidr == vm->desc->cpus[n])
				v->cpu = &cpus[k];
		}
		v->cpu->vcpu = v;
		v->vgic.posted = &vm->posted;
		vgic_add_cpu(&vm->vgic, &v->vgic, v->cpu->mpidr);
	}
}

static bool prepare_linux(struct vm *vm, struct check *c, struct page_pool *pool)
{
	struct linux_layout layout;
	const char *wrong = linux_layout(vm->desc, &layout);
	char *buf = NULL;
	int error;

	if (wrong) {
		mistake(c, vm->desc->node, "image", "%s", wrong);
		return false;
	}
	for (uint32_t n = 0; n < LINUX_DTB_SIZE / PAGE_SIZE; n++) {
		char *page = pool_page(pool);

		buf = buf ? buf : page;
		if (!page) {
			mistake(c, vm->desc->node, NULL, "no page left for its device tree");
			return false;
		}
	}
	error = linux_device_tree(&the_system, vm->id, c->host->fdt, buf, LINUX_DTB_SIZE);
	if (error) {
		mistake(c, vm->desc->node, NULL, "its device tree cannot be made: %s", fdt_strerror(error));
		return false;
	}
	vm->dtb = (struct image){buf, LINUX_DTB_SIZE};
	return true;
}

bool vm_prepare(struct vm *vm, const struct host *host, struct cpu *cpus, struct page_pool *pool,
		system_report report)
{
	struct check c = {.fdt = the_system.fdt, .host = host, .report = report};
	bool fwb = read_sysreg(id_aa64mmfr2_el1) >> ID_AA64MMFR2_FWB_SHIFT & 0xf;

	connect_cores(vm, cpus, host->cpu_count);
	if (!map_all(vm, pool, fwb)) {
		mistake(&c, vm->desc->node, NULL, "no page left for its stage-2 tables");
		return false;
	}
	vm->vgic.doorbell = vm->desc->doorbell_count ? vm->desc->doorbells[0] : VGIC_NO_DOORBELL;
	vm->vttbr = ptr_pa(vm->stage2.root).pa | ((uint64_t)vm->id + 1) << VTTBR_VMID_SHIFT;
	vm->hcr = HCR_GUEST;
	if (fwb)
		vm->hcr |= HCR_FWB;
	else if (vm->desc->guest == GUEST_FLAT)
		vm->hcr |= HCR_DC; /* its MMU stays off: see vm/stage2.c */
	return vm->desc->guest == GUEST_FLAT || prepare_linux(vm, &c, pool);
}

static void copy_in(struct vm *vm, uint64_t offset, const struct image *image)
{
	if (image->size)
		memcpy((char *)pa_ptr(vm->desc->memory_pa) + offset, image->data, image->size);
}

uint64_t vm_load(struct vm *vm, uint64_t *context)
{
	const struct vm_desc *d = vm->desc;
	struct linux_layout at = {0, 0, 0};

	memset(pa_ptr(d->memory_pa), 0, d->memory_size);
	*context = 0;
	if (d->guest == GUEST_LINUX && !linux_layout(d, &at)) {
		copy_in(vm, at.dtb, &vm->dtb);
		copy_in(vm, at.ramdisk, &d->ramdisk);
		*context = d->memory.ipa + at.dtb;
	}
	copy_in(vm, at.kernel, &d->image);
	/*
	 * The guest starts with its caches off and must find what we wrote in memory; and none of our
	 * lines may be written back over what it stores there (Arm ARM B2.8.2, mismatched attributes).
	 */
	cache_clean_invalidate(pa_ptr(d->memory_pa), d->memory_size);
	cache_invalidate_instructions();
	vgic_reset(&vm->vgic);
	devices_on(vm);
	return d->memory.ipa + at.kernel;
}

bool vm_post(struct vm *vm, uint32_t bit)
{
	uint64_t mask = 1ull << bit;

	/*
	 * Release: what the poster stored before is there when the taker sees the bit; pairs with the
	 * acquire in vm_take_posted.
	 */
	if (__atomic_fetch_or(&vm->posted, mask, __ATOMIC_ACQ_REL) & mask)
		return false;
	gic_kick(__atomic_load_n(&vm->vgic.kick, __ATOMIC_RELAXED));
	return true;
}

void vm_update_uart_line(struct vcpu *v)
{
	bool high;

	/* Another core may bring a newer level between our look and our setting: then look again. */
	do {
		high = vuart_line(&v->vm->uart);
		vgic_set_line(&v->vgic, v->vm->desc->uart_intid, high);
	} while (vuart_line(&v->vm->uart) != high);
}

void vm_take_posted(struct vcpu *v)
{
	struct vm *vm = v->vm;
	uint64_t work;

	if (!__atomic_load_n(&vm->posted, __ATOMIC_RELAXED))
		return;
	/* Acquire: pairs with the release in vm_post. */
	work = __atomic_exchange_n(&vm->posted, 0, __ATOMIC_ACQ_REL);
	for (; work; work &= work - 1) {
		uint32_t bit = (uint32_t)__builtin_ctzll(work);

		if (bit == POST_UART)
			vm_update_uart_line(v);
		else
			vgic_raise(&v->vgic, &vm->vcpus[0].vgic, vm->desc->doorbells[bit]);
	}
}

void vm_stop(struct vm *vm, enum vm_end how)
{
	uint32_t none = VM_END_NONE;

	if (__atomic_compare_exchange_n(&vm->end, &none, how, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED) &&
	    how == VM_END_FAULT)
		__atomic_fetch_add(&vm->faults, 1, __ATOMIC_RELAXED);
	for (uint32_t n = 0; n < vm->desc->cpu_count; n++) {
		/* Not the short way of arch/vectors.S, which would miss it. */
		vgic_mark_dirty(&vm->vcpus[n].vgic);
		gic_kick(vm->vcpus[n].vgic.kick);
	}
}
