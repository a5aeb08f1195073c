/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/hypercall.h"

#include "arch/smccc.h"
#include "dev/trace.h"
#include "svc/counter.h"
#include "svc/doorbell.h"
#include "svc/life.h"
#include "svc/psci.h"
#include "svc/region.h"
#include "svc/watchdog.h"
#include "vm/view.h"

/* The call of existing images: w0 is 0 or an error, everything else stays. */
static void original_ring(struct vcpu *v, struct guest_regs *regs)
{
	int64_t result = FUSIONDOCK_E_INVALID;

	if (regs->x[1] == FUSIONDOCK_ORIGINAL_IPI)
		result = doorbell_ring(v, regs->x[2], 0);
	regs->x[0] = (uint32_t)(int32_t)result;
}

static void uid(uint64_t *x)
{
	x[0] = FUSIONDOCK_UID_0;
	x[1] = FUSIONDOCK_UID_1;
	x[2] = FUSIONDOCK_UID_2;
	x[3] = FUSIONDOCK_UID_3;
}

static int64_t view_info(uint32_t vm, uint64_t view, uint64_t *at, uint64_t *size)
{
	if (view >= FUSIONDOCK_VIEW_COUNT || !the_system.views[view].used)
		return FUSIONDOCK_E_INVALID;
	if (!view_readable(&the_system.views[view], vm))
		return FUSIONDOCK_E_DENIED;
	*at = the_system.views[view].at.ipa;
	*size = the_system.views[view].size;
	return FUSIONDOCK_OK;
}

static bool own_call(struct vcpu *v, uint64_t *x, uint32_t fn)
{
	switch (fn) {
	case FUSIONDOCK_CALL_UID:
		uid(x);
		return true;
	case FUSIONDOCK_CALL_REVISION:
		x[0] = FUSIONDOCK_VERSION_MAJOR;
		x[1] = FUSIONDOCK_VERSION_MINOR;
		return true;
	case FUSIONDOCK_CALL_VERSION:
		x[0] = FUSIONDOCK_VERSION_MAJOR << 16 | FUSIONDOCK_VERSION_MINOR;
		return true;
	case FUSIONDOCK_CALL_VM_ID:
		x[0] = v->vm->id;
		return true;
	case FUSIONDOCK_CALL_RING:
		x[0] = (uint64_t)doorbell_ring(v, x[1], x[2]);
		return true;
	case FUSIONDOCK_CALL_REGION_INFO:
		x[0] = (uint64_t)region_info(v->vm, x[1], &x[1], &x[2], &x[3]);
		return true;
	case FUSIONDOCK_CALL_VM_STATE:
		x[0] = (uint64_t)life_state(x[1], &x[1]);
		return true;
	case FUSIONDOCK_CALL_VM_CONTROL:
		x[0] = (uint64_t)life_control(v->vm, x[1], x[2]);
		return true;
	case FUSIONDOCK_CALL_VIEW:
		x[0] = (uint64_t)view_info(v->vm->id, x[1], &x[1], &x[2]);
		return true;
	case FUSIONDOCK_CALL_WATCHDOG:
		x[0] = (uint64_t)watchdog_call(v->vm, &x[1]);
		return true;
	case FUSIONDOCK_CALL_COUNTER:
		x[0] = (uint64_t)counter_read(v->vm, x[1], x[2], x[3], x[4], &x[1]);
		return true;
	default:
		return false;
	}
}

static void call(struct vcpu *v, struct guest_regs *regs, uint32_t imm)
{
	uint32_t fn = (uint32_t)regs->x[0];

	if (imm == 0 && regs->x[0] == FUSIONDOCK_ORIGINAL_RING)
		original_ring(v, regs);
	else if (imm || !(own_call(v, regs->x, fn) || psci_call(v, regs, fn)))
		regs->x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
}

/* Its first argument may be gone afterwards. */
static void traced(struct vcpu *v, struct guest_regs *regs, uint32_t imm)
{
	uint64_t fn = regs->x[0], first = regs->x[1];

	call(v, regs, imm);
	trace_write(FUSIONDOCK_TRACE_CALL, (uint32_t)fn, first, regs->x[0]);
}

void hypercall(struct vcpu *v, struct guest_regs *regs, uint32_t imm)
{
	if (trace_wants(FUSIONDOCK_TRACE_CALL))
		traced(v, regs, imm);
	else
		call(v, regs, imm);
}
