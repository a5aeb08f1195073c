/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The base failed. It says what it knows and stops this core; the others go on. Nothing here is believed more than
 * needed: the very structures that it reads may be what is broken, so each walk is bounded.
 */
#include <stdarg.h>
#include <stdbool.h>
#include "arch/barrier.h"
#include "arch/cpu.h"
#include "arch/sysreg.h"
#include "dev/timer.h"
#include "dev/trace.h"
#include "dev/uart.h"
#include "lib/format.h"
#include "lib/symbol.h"
#include "svc/console.h"
#include "svc/trap.h"

#define FRAMES 24u      /* of the backtrace */
#define LAST_EVENTS 8u  /* of each core's trace */
#define US 1000000u

extern char _start[], __text_end[], boot_stack[], boot_stack_top[];
extern const uint32_t __symbols_start[];

void __stack_chk_fail(void);

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *fmt, ...)
{
	char line[200];
	va_list args;
	size_t n;

	va_start(args, fmt);
	n = format_v(line, sizeof(line) - 2, fmt, args);
	va_end(args);
	line[n] = '\r';
	line[n + 1] = '\n';
	for (size_t k = 0; k < n + 2; k++) {
		while (!uart_put(line[k]))
			cpu_relax();
	}
}

static void say_place(const char *what, uint64_t pc)
{
	uint64_t offset = pc - (uint64_t)_start, within = 0;
	const char *name = "outside the base";

	if (offset < (uint64_t)__text_end - (uint64_t)_start)
		name = symbol_find(__symbols_start, offset, &within);
	say("[base]   %s 0x%lx %s+0x%lx", what, (unsigned long)pc, name, (unsigned long)within);
}

static void say_registers(const struct guest_regs *regs)
{
	for (unsigned int n = 0; n < 28; n += 4)
		say("[base]   x%u 0x%lx x%u 0x%lx x%u 0x%lx x%u 0x%lx", n, (unsigned long)regs->x[n], n + 1,
		    (unsigned long)regs->x[n + 1], n + 2, (unsigned long)regs->x[n + 2], n + 3,
		    (unsigned long)regs->x[n + 3]);
	say("[base]   x28 0x%lx x29 0x%lx x30 0x%lx sp 0x%lx spsr 0x%lx", (unsigned long)regs->x[28],
	    (unsigned long)regs->x[29], (unsigned long)regs->x[30], (unsigned long)(regs + 1),
	    (unsigned long)regs->spsr);
}

/* The end of the stack that regs lie on; 0: on none. */
static uint64_t stack_end(uint64_t regs)
{
	const struct cpu *cpu = this_cpu();
	uint64_t end = cpu ? cpu->stack_top + REGS_SIZE : 0;

	if (regs < end && end - regs <= CPU_STACK_SIZE)
		return end;
	end = (uint64_t)boot_stack_top;
	return regs >= (uint64_t)boot_stack && regs < end ? end : 0;
}

/* Along the frame records (AAPCS64 6.4.6), upwards on this stack alone. A leaf's caller is in x30 only. */
static void say_backtrace(const struct guest_regs *regs)
{
	uint64_t end = stack_end((uint64_t)regs), from = (uint64_t)(regs + 1), at = regs->x[29];

	say_place("at  ", regs->elr);
	say_place("x30 ", regs->x[30]);
	for (unsigned int n = 0; n < FRAMES && at >= from && at + 16 <= end && at % 16 == 0; n++) {
		const uint64_t *record = (const uint64_t *)at;

		/* A call is the instruction before its return address. */
		say_place("from", record[1] - 4);
		from = at + 16;
		at = record[0];
	}
}

static void say_event(uint32_t core, const struct fusiondock_trace_event *e, uint64_t now)
{
	static const char *const names[] = FUSIONDOCK_TRACE_NAMES;
	uint64_t ago = (now - e->time) * US / timer_frequency();
	char who[16] = "no VM";

	if (e->vm != FUSIONDOCK_TRACE_NO_VM)
		format(who, sizeof(who), "VM %u.%u", e->vm, e->vcpu);
	say("[base]   core %u, %lu us ago, %s: %s 0x%x 0x%lx 0x%lx", core, (unsigned long)ago, who,
	    e->kind < FUSIONDOCK_TRACE_KINDS ? names[e->kind] : "?", e->a, (unsigned long)e->b, (unsigned long)e->c);
}

static void say_trace(void)
{
	struct fusiondock_trace_event event;
	uint64_t now = timer_now();

	if (!trace_mask)
		say("[base] no trace: the description has none (/views/trace@...)");
	for (uint32_t core = 0; core < CPU_MAX; core++) {
		for (uint32_t back = LAST_EVENTS; back-- > 0;) {
			if (trace_read_back(core, back, &event))
				say_event(core, &event, now);
		}
	}
}

_Noreturn void trap_from_base(const struct guest_regs *regs, unsigned int kind)
{
	static const char *const kinds[] = {"synchronous", "IRQ", "FIQ", "SError"};
	static uint32_t panics[CPU_MAX + 1];
	const struct cpu *cpu = this_cpu();
	uint32_t core = cpu && cpu->index < CPU_MAX ? cpu->index : CPU_MAX;
	bool seized = console_seize();

	say("\r\n[base] panic: %s exception in the base, pc 0x%lx, ESR_EL2 0x%lx, FAR_EL2 0x%lx", kinds[kind % 4],
	    (unsigned long)regs->elr, (unsigned long)read_sysreg(esr_el2), (unsigned long)read_sysreg(far_el2));
	/* What is below may have led here once more. */
	if (!__atomic_fetch_add(&panics[core], 1, __ATOMIC_RELAXED)) {
		say("[base] core %u, MPIDR_EL1 0x%lx, the image is at 0x%lx", core,
		    (unsigned long)read_sysreg(mpidr_el1), (unsigned long)_start);
		say_registers(regs);
		say_backtrace(regs);
		say_trace();
		say("[base] panic: core %u stops", core);
	}
	if (seized)
		console_release();
	for (;;)
		wfi();
}

/* For the objects of libfdt, which Debian builds with stack protection. */
uintptr_t __stack_chk_guard = 0x595e9fbd94fda766ull;

void __stack_chk_fail(void)
{
	say("\r\n[base] a stack frame of libfdt was overwritten");
	/* To the panic above, with all it says. */
	__builtin_trap();
}
