// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: the calls to the base.
 */
#include <linux/arm-smccc.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <asm/barrier.h>
#include <asm/virt.h>

#include "mcs.h"

static bool mcs_hyp_is_fusiondock(struct device *dev)
{
	struct arm_smccc_res res;

	/* A kernel that runs at EL2 would take its own HVC as a fatal exception. */
	if (is_kernel_in_hyp_mode()) {
		dev_err(dev, "this kernel runs at EL2, so there is no base below it; start it as a VM of fusiondock\n");
		return false;
	}
	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_UID, &res);
	if (lower_32_bits(res.a0) == FUSIONDOCK_UID_0 &&
	    lower_32_bits(res.a1) == FUSIONDOCK_UID_1 &&
	    lower_32_bits(res.a2) == FUSIONDOCK_UID_2 &&
	    lower_32_bits(res.a3) == FUSIONDOCK_UID_3)
		return true;
	dev_err(dev, "no fusiondock base answers (HVC UID call returned 0x%08x); start this kernel as a VM of fusiondock\n",
		lower_32_bits(res.a0));
	return false;
}

static int mcs_hyp_version(struct device *dev, u32 *version)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_VERSION, &res);
	if ((long)res.a0 < 0) {
		dev_err(dev, "the base does not tell its version (%ld)\n", (long)res.a0);
		return -EIO;
	}
	*version = lower_32_bits(res.a0);
	if (*version >> 16 == FUSIONDOCK_VERSION_MAJOR)
		return 0;
	dev_err(dev, "the base speaks interface %u.%u, this driver %u.%u; use the mcs_km.ko that was built with the base\n",
		*version >> 16, *version & 0xffff, FUSIONDOCK_VERSION_MAJOR,
		FUSIONDOCK_VERSION_MINOR);
	return -EPROTO;
}

/* Asks who answers, in which version, and which VM this is; tells the log when it is no match. */
int mcs_hyp_probe(struct device *dev, struct mcs *mcs)
{
	struct arm_smccc_res res;
	int err;

	if (!mcs_hyp_is_fusiondock(dev))
		return -ENODEV;
	err = mcs_hyp_version(dev, &mcs->base_version);
	if (err)
		return err;
	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_VM_ID, &res);
	if (res.a0 >= FUSIONDOCK_VM_MAX) {
		dev_err(dev, "the base gives this VM the impossible id %ld\n", (long)res.a0);
		return -EIO;
	}
	mcs->vm_id = res.a0;
	return 0;
}

static int mcs_hyp_errno(long result)
{
	switch (result) {
	case FUSIONDOCK_OK:
		return 0;
	case FUSIONDOCK_E_INVALID:
		return -ENODEV;
	case FUSIONDOCK_E_DENIED:
		return -EACCES;
	case FUSIONDOCK_E_STOPPED:
		return -EHOSTDOWN;
	case FUSIONDOCK_E_RUNNING:
		return -EALREADY;
	case FUSIONDOCK_E_NOT_SUPPORTED:
		return -EOPNOTSUPP;
	default:
		return -EIO;
	}
}

/* -ENODEV past the last region, -EACCES for one this VM may not see. */
int mcs_hyp_region(unsigned int index, struct mcs_span *span)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_REGION_INFO, index, &res);
	if (res.a0 != FUSIONDOCK_OK)
		return mcs_hyp_errno(res.a0);
	span->ipa = res.a1;
	span->size = res.a2;
	span->flags = res.a3 & (FUSIONDOCK_REGION_READ | FUSIONDOCK_REGION_WRITE |
				FUSIONDOCK_REGION_IS_WRITER | FUSIONDOCK_REGION_IS_READER);
	span->writer = res.a3 >> FUSIONDOCK_REGION_WRITER_SHIFT & FUSIONDOCK_REGION_VM_MASK;
	span->reader = res.a3 >> FUSIONDOCK_REGION_READER_SHIFT & FUSIONDOCK_REGION_VM_MASK;
	return 0;
}

/* -ENODEV no such VM. */
int mcs_hyp_vm_life(u32 vm, u32 *state, u32 *epoch)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_VM_STATE, vm, &res);
	if ((long)res.a0 < 0)
		return mcs_hyp_errno(res.a0);
	*state = res.a0;
	*epoch = res.a1;
	return 0;
}

/* -ENODEV no such VM or operation, -EACCES, -EHOSTDOWN, -EALREADY. */
int mcs_hyp_vm_control(u32 vm, u32 operation)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_VM_CONTROL, vm, operation, &res);
	return mcs_hyp_errno(res.a0);
}

/* -ENODEV no such view, -EACCES not for this VM, -EOPNOTSUPP an older base. */
int mcs_hyp_view(unsigned int view, struct mcs_span *span)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_VIEW, view, &res);
	if (res.a0 != FUSIONDOCK_OK)
		return mcs_hyp_errno(res.a0);
	span->ipa = res.a1;
	span->size = res.a2;
	span->flags = FUSIONDOCK_REGION_READ;
	return 0;
}

/* This VM is alive. -ENODEV it has no watchdog, -EOPNOTSUPP an older base. */
int mcs_hyp_watchdog(u64 *due_ms)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_WATCHDOG, &res);
	if (res.a0 != FUSIONDOCK_OK)
		return mcs_hyp_errno(res.a0);
	*due_ms = res.a1;
	return 0;
}

int mcs_hyp_ring(struct mcs *mcs, u32 vm, u32 vector)
{
	struct arm_smccc_res res;

	/*
	 * The program's stores to a region have to be visible to the target before the
	 * interrupt is, and only a DSB (what mb() is on arm64) orders an interrupt after a
	 * store. Partner: the target's load-acquire of op_type in its handler.
	 */
	mb();
	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_RING, vm, vector, &res);
	atomic64_inc(res.a0 == FUSIONDOCK_OK ? &mcs->rung : &mcs->refused);
	return mcs_hyp_errno(res.a0);
}

/* -ENODEV no such VM, counter or core, -EACCES, -EOPNOTSUPP an older base. */
int mcs_hyp_counter(struct mcs_counter *counter)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_hvc(FUSIONDOCK_CALL_COUNTER, counter->vm, counter->counter, counter->which,
			  counter->core, &res);
	if (res.a0 != FUSIONDOCK_OK)
		return mcs_hyp_errno(res.a0);
	counter->value = res.a1;
	return 0;
}
