/* SPDX-License-Identifier: Apache-2.0 */
/* From the first C function to the first guest instruction. */
#include <libfdt.h>
#include "arch/barrier.h"
#include "arch/cache.h"
#include "arch/mmu.h"
#include "arch/sysreg.h"
#include "dev/gic.h"
#include "dev/timer.h"
#include "dev/trace.h"
#include "dev/uart.h"
#include "svc/console.h"
#include "svc/doorbell.h"
#include "svc/life.h"
#include "svc/power.h"
#include "svc/region.h"
#include "svc/run.h"
#include "vm/place.h"
#include "vm/pmem.h"
#include "vm/vcpu.h"

#define POOL_SIZE (1ull << 20) /* translation tables and device trees of all VMs */
#define MPIDR_AFFINITY 0xff00ffffffull

_Noreturn void base_main(uint64_t dtb, uint64_t image);
_Noreturn void base_secondary(struct cpu *cpu);
void secondary_entry(void);

extern char _image_end[];

static struct host host;
static struct cpu cpus[CPU_MAX];
static char stacks[CPU_MAX][CPU_STACK_SIZE] __attribute__((aligned(16)));

_Static_assert(CPU_MAX >= HOST_CPUS, "one struct cpu for each core of the machine");

static void report(const char *path, const char *property, const char *reason)
{
	if (property)
		base_print("refused: %s: %s: %s", path, property, reason);
	else
		base_print("refused: %s: %s", path, reason);
}

static _Noreturn void refuse(unsigned int mistakes)
{
	base_print("refused: %u mistake%s in what this machine is to run, no VM started", mistakes,
		   mistakes == 1 ? "" : "s");
	console_wait_for_end();
}

static _Noreturn void refuse_host(const char *reason)
{
	report("the machine's device tree", NULL, reason);
	refuse(1);
}

static void map_memory(void)
{
	for (uint32_t n = 0; n < host.ram_count; n++) {
		if (!mmu_map(host.ram[n].start, host.ram[n].size, MMU_DATA))
			refuse_host("its memory needs more translation tables than the base has");
	}
}

static void reserve_own(uint64_t dtb, uint64_t image)
{
	/* Page 0 is nobody's: its address is the null pointer. */
	if (!host_reserve(&host, 0, PAGE_SIZE) ||
	    !host_reserve(&host, image, align_up((uint64_t)_image_end - image, BLOCK_SIZE)) ||
	    !host_reserve(&host, dtb, fdt_totalsize((void *)dtb)) ||
	    !host_reserve(&host, host.bundle.start, host.bundle.size))
		refuse_host("it has too many reserved ranges");
}

static void init_cpus(void)
{
	for (uint32_t n = 0; n < host.cpu_count; n++) {
		cpus[n].index = n;
		cpus[n].mpidr = host.cpus[n];
		cpus[n].stack_top = (uintptr_t)&stacks[n][CPU_STACK_SIZE - REGS_SIZE];
	}
}

/* The cores start without caches: what they read first must be in memory. */
static struct cpu *boot_cpu(void)
{
	uint64_t mpidr = read_sysreg(mpidr_el1) & MPIDR_AFFINITY;

	for (uint32_t n = 0; n < host.cpu_count; n++) {
		if (cpus[n].mpidr == mpidr)
			return &cpus[n];
	}
	refuse_host("/cpus has no node for the core it was started on");
}

static void prepare_vms(void)
{
	struct page_pool pool;
	unsigned int mistakes = system_read(&the_system, pa_ptr(pa(host.bundle.start)),
					    host.bundle.size, &host, report);
	paddr_t pages = pa(0);

	if (!mistakes)
		mistakes = system_place(&the_system, &host, report);
	if (!mistakes && !pmem_alloc(&host, POOL_SIZE, PAGE_SIZE, &pages))
		refuse_host("no memory left for translation tables");
	pool = (struct page_pool){pages.pa, pages.pa + POOL_SIZE};
	for (uint32_t id = 0; !mistakes && id < FUSIONDOCK_VM_MAX; id++) {
		if (!the_system.vms[id].used)
			continue;
		vms[id].id = id;
		vms[id].desc = &the_system.vms[id];
		mistakes += !vm_prepare(&vms[id], &host, cpus, &pool, report);
	}
	if (mistakes)
		refuse(mistakes);
}

static void start_trace(void)
{
	const struct view_desc *view = &the_system.views[FUSIONDOCK_VIEW_TRACE];

	if (!view->used)
		return;
	trace_init(pa_ptr(view->pa), view->size, host.cpu_count, view->events);
	for (uint32_t n = 0; n < host.cpu_count; n++) {
		const struct vcpu *v = cpus[n].vcpu;

		trace_set_core(n, cpus[n].mpidr, v ? v->vm->id : FUSIONDOCK_TRACE_NO_VM, v ? v->vgic.index : 0);
	}
}

static void print_system(void)
{
	for (uint32_t n = 0; n < the_system.region_count; n++) {
		const struct region_desc *r = &the_system.regions[n];

		base_print("region %u: 0x%lx size 0x%lx, VM %u writes, VM %u reads", n,
			   (unsigned long)r->at.ipa, (unsigned long)r->size, r->writer, r->reader);
	}
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		const struct vm_desc *d = &the_system.vms[id];

		if (d->used)
			base_print("VM %u: %s, %u core%s, memory 0x%lx size 0x%lx", id, d->label,
				   d->cpu_count, d->cpu_count == 1 ? "" : "s",
				   (unsigned long)d->memory.ipa, (unsigned long)d->memory_size);
	}
}

/* What a core does once, the boot core included. */
static void start_core(struct cpu *cpu)
{
	set_this_cpu(cpu);
	if (!gic_init_cpu(cpu->mpidr))
		base_print("core 0x%lx: the GIC has no redistributor for it", (unsigned long)cpu->mpidr);
	vcpu_init_core();
	timer_init_cpu();
}

static void start_cores(struct cpu *self)
{
	for (uint32_t n = 0; n < host.cpu_count; n++) {
		int64_t error;

		if (&cpus[n] == self || !cpus[n].vcpu)
			continue;
		cache_clean_invalidate(&cpus[n], sizeof(cpus[n]));
		error = power_cpu_on(cpus[n].mpidr, (uint64_t)secondary_entry, (uint64_t)&cpus[n]);
		if (error)
			base_print("core 0x%lx: the firmware does not start it, PSCI error %d",
				   (unsigned long)cpus[n].mpidr, (int)error);
	}
}

_Noreturn void base_secondary(struct cpu *cpu)
{
	start_core(cpu);
	run_core(cpu);
}

_Noreturn void base_main(uint64_t dtb, uint64_t image)
{
	const void *fdt = pa_ptr(pa(dtb));
	struct cpu *self;
	const char *wrong;

	/* Without a readable device tree there is no console to complain on. */
	if (fdt_check_header(fdt) || !mmu_map(dtb, fdt_totalsize(fdt), MMU_RODATA)) {
		for (;;)
			wfi();
	}
	wrong = host_read(fdt, &host);
	if (host.uart)
		uart_init(host.uart);
	console_init(host_has_option(&host, "color"), host_has_option(&host, "interactive"));
	base_print("fusiondock %d.%d, %u cores, counter %lu Hz", FUSIONDOCK_VERSION_MAJOR,
		   FUSIONDOCK_VERSION_MINOR, host.cpu_count, (unsigned long)timer_frequency());
	if (wrong)
		refuse_host(wrong);
	map_memory();
	reserve_own(dtb, image);
	init_cpus();
	self = boot_cpu();
	set_this_cpu(self);
	if (!gic_init(host.gicd, host.gicr, host.gicr_size))
		refuse_host("its GIC needs more translation tables than the base has");
	prepare_vms();
	regions_init();
	life_init();
	start_trace();
	doorbell_init();
	console_start();
	print_system();

	start_core(self);
	run_uart_intid = host.uart_intid;
	if (run_uart_intid)
		gic_enable_spi(run_uart_intid, self->mpidr, false);
	start_cores(self);
	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		if (vms[id].desc)
			run_start_vm(&vms[id]);
	}
	run_core(self);
}
