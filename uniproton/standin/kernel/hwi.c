/* SPDX-License-Identifier: Apache-2.0 */
/* PRT_Hwi*: handlers by INTID, and what an interrupt does. */
#include "prt_hwi.h"
#include "board.h"
#include "gic.h"
#include "hwi.h"
#include "sched.h"

#define HWI_COUNT (BOARD_SPI_LAST + 1)
#define PRIORITY_MAX 15

struct hwi {
	HwiProcFunc handler;
	HwiArg arg;
	bool has_attr;
};

static struct hwi hwis[HWI_COUNT];

U32 PRT_HwiSetAttr(HwiHandle hwiNum, HwiPrior hwiPrio, HwiMode mode)
{
	uintptr_t save;

	if (hwiNum >= HWI_COUNT)
		return OS_ERRNO_HWI_NUM_INVALID;
	if (hwiPrio > PRIORITY_MAX)
		return OS_ERRNO_HWI_PRI_ERROR;
	if (mode != OS_HWI_MODE_ENGROSS)
		return OS_ERRNO_HWI_MODE_ERROR;
	if (hwis[hwiNum].handler)
		return OS_ERRNO_HWI_ALREADY_CREATED;
	save = PRT_HwiLock();
	gic_set_priority(hwiNum, hwiPrio);
	hwis[hwiNum].has_attr = true;
	PRT_HwiRestore(save);
	return OS_OK;
}

U32 PRT_HwiCreate(HwiHandle hwiNum, HwiProcFunc handler, HwiArg arg)
{
	uintptr_t save;
	U32 ret = OS_OK;

	if (hwiNum >= HWI_COUNT)
		return OS_ERRNO_HWI_NUM_INVALID;
	if (!handler)
		return OS_ERRNO_HWI_PROC_FUNC_NULL;
	save = PRT_HwiLock();
	if (!hwis[hwiNum].has_attr) {
		ret = OS_ERRNO_HWI_MODE_UNSET;
	} else if (hwis[hwiNum].handler) {
		ret = OS_ERRNO_HWI_ALREADY_CREATED;
	} else {
		hwis[hwiNum].arg = arg;
		hwis[hwiNum].handler = handler;
	}
	PRT_HwiRestore(save);
	return ret;
}

/* Stricter than UniProton, which lets an interrupt through that nobody handles. */
U32 PRT_HwiEnable(HwiHandle hwiNum)
{
	uintptr_t save;

	if (hwiNum >= HWI_COUNT)
		return OS_ERRNO_HWI_NUM_INVALID;
	if (!hwis[hwiNum].handler)
		return OS_ERRNO_HWI_UNCREATED;
	save = PRT_HwiLock();
	gic_enable(hwiNum);
	PRT_HwiRestore(save);
	return OS_OK;
}

U32 PRT_HwiDisable(HwiHandle hwiNum)
{
	uintptr_t save;

	if (hwiNum >= HWI_COUNT)
		return OS_ERRNO_HWI_NUM_INVALID;
	save = PRT_HwiLock();
	gic_disable(hwiNum);
	PRT_HwiRestore(save);
	return OS_OK;
}

U32 PRT_HwiDelete(HwiHandle hwiNum)
{
	U32 ret = PRT_HwiDisable(hwiNum);
	uintptr_t save;

	if (ret != OS_OK)
		return ret;
	save = PRT_HwiLock();
	if (!hwis[hwiNum].handler)
		ret = OS_ERRNO_HWI_DELETED;
	hwis[hwiNum] = (struct hwi){0};
	PRT_HwiRestore(save);
	return ret;
}

uintptr_t PRT_HwiLock(void)
{
	uintptr_t daif = read_sysreg(daif);

	__asm__ volatile("msr daifset, #2" : : : "memory");
	return daif & DAIF_I;
}

uintptr_t PRT_HwiUnLock(void)
{
	uintptr_t daif = read_sysreg(daif);

	__asm__ volatile("msr daifclr, #2" : : : "memory");
	return daif & DAIF_I;
}

void PRT_HwiRestore(uintptr_t intSave)
{
	if (intSave & DAIF_I)
		__asm__ volatile("msr daifset, #2" : : : "memory");
	else
		__asm__ volatile("msr daifclr, #2" : : : "memory");
}

struct frame *hwi_dispatch(struct frame *frame)
{
	U32 intid = gic_acknowledge();

	if (intid < HWI_COUNT) {
		sched_interrupt_enter();
		if (hwis[intid].handler)
			hwis[intid].handler(hwis[intid].arg);
		sched_interrupt_leave();
	}
	if (intid < GIC_INTID_SPURIOUS)
		gic_end(intid);
	return sched_switch(frame);
}
