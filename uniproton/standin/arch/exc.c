/* SPDX-License-Identifier: Apache-2.0 */
/* The end of the road: an exception nobody handles, or a broken invariant. */
#include "cpu.h"
#include "exc.h"
#include "console.h"
#include "sched.h"

static const char *vector_name(U64 vector)
{
	static const char *const names[4] = {"synchronous", "IRQ", "FIQ", "SError"};

	return names[vector % 4];
}

_Noreturn void exc_fatal(const struct frame *frame, U64 vector)
{
	console_emergency("[UniProton] exception: %s (vector %u) in %s, ESR 0x%llx ELR 0x%llx "
			  "FAR 0x%llx LR 0x%llx, stopped\n",
			  vector_name(vector), (U32)vector, sched_context_name(),
			  read_sysreg(esr_el1), frame->elr, read_sysreg(far_el1), frame->x[30]);
	cpu_stop();
}

_Noreturn void exc_panic(const char *reason, const char *what)
{
	console_emergency("[UniProton] panic: %s: %s, stopped\n", what, reason);
	cpu_stop();
}
