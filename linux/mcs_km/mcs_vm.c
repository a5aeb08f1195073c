// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcs_km: life and counters of the VMs. Who may steer and see whom is the base's to say; here the
 * file's mode alone counts.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/uaccess.h>

#include "mcs.h"

long mcs_vm_ioctl_state(struct mcs_vm_state __user *arg)
{
	u32 vm, state, epoch;
	int err;

	if (get_user(vm, &arg->vm))
		return -EFAULT;
	err = mcs_hyp_vm_life(vm, &state, &epoch);
	return err ? err : put_user(state, &arg->state);
}

long mcs_vm_ioctl_life(struct mcs_vm_life __user *arg)
{
	struct mcs_vm_life life = {};
	int err;

	if (get_user(life.vm, &arg->vm))
		return -EFAULT;
	err = mcs_hyp_vm_life(life.vm, &life.state, &life.epoch);
	if (err)
		return err;
	return copy_to_user(arg, &life, sizeof(life)) ? -EFAULT : 0;
}

long mcs_vm_ioctl_control(const struct file *file, void __user *arg)
{
	struct mcs_vm_control control;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (copy_from_user(&control, arg, sizeof(control)))
		return -EFAULT;
	/* The base has one answer for this and for a VM that is not there. */
	if (control.operation > FUSIONDOCK_CONTROL_RESET)
		return -EINVAL;
	return mcs_hyp_vm_control(control.vm, control.operation);
}

long mcs_vm_ioctl_counter(struct mcs_counter __user *arg)
{
	struct mcs_counter counter;
	int err;

	if (copy_from_user(&counter, arg, sizeof(counter)))
		return -EFAULT;
	err = mcs_hyp_counter(&counter);
	return err ? err : put_user(counter.value, &arg->value);
}
