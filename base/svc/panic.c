/* SPDX-License-Identifier: Apache-2.0 */
/* The base failed. It says what it knows, past all locks, and stops. */
#include "arch/barrier.h"
#include "arch/cpu.h"
#include "arch/sysreg.h"
#include "dev/uart.h"
#include "lib/format.h"
#include "svc/trap.h"

static void say(const char *line)
{
	for (; *line; line++) {
		while (!uart_put(*line))
			cpu_relax();
	}
}

void __stack_chk_fail(void);

_Noreturn void trap_from_base(const struct guest_regs *regs, unsigned int kind)
{
	static const char *const kinds[] = {"synchronous", "IRQ", "FIQ", "SError"};
	char line[160];

	format(line, sizeof(line),
	       "\r\n[base] panic: %s exception in the base, pc 0x%lx, ESR_EL2 0x%lx, FAR_EL2 0x%lx\r\n",
	       kinds[kind % 4], (unsigned long)regs->elr, (unsigned long)read_sysreg(esr_el2),
	       (unsigned long)read_sysreg(far_el2));
	say(line);
	for (unsigned int n = 0; n < 31; n++) {
		format(line, sizeof(line), "[base]   x%u 0x%lx\r\n", n, (unsigned long)regs->x[n]);
		say(line);
	}
	for (;;)
		wfi();
}

/* For the objects of libfdt, which Debian builds with stack protection. */
uintptr_t __stack_chk_guard = 0x595e9fbd94fda766ull;

void __stack_chk_fail(void)
{
	say("\r\n[base] panic: a stack frame of libfdt was overwritten\r\n");
	for (;;)
		wfi();
}
