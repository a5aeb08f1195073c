/* SPDX-License-Identifier: Apache-2.0 */
/* Hardware interrupts, named by their INTID. Handlers run masked and do not nest. */
#ifndef PRT_HWI_H
#define PRT_HWI_H

#include "prt_errno.h"
#include "prt_module.h"

#define OS_ERRNO_HWI_NUM_INVALID OS_ERRNO_BUILD_ERROR(OS_MID_HWI, 0x01)
#define OS_ERRNO_HWI_PRI_ERROR OS_ERRNO_BUILD_ERROR(OS_MID_HWI, 0x02)
#define OS_ERRNO_HWI_ALREADY_CREATED OS_ERRNO_BUILD_ERROR(OS_MID_HWI, 0x03)
#define OS_ERRNO_HWI_PROC_FUNC_NULL OS_ERRNO_BUILD_ERROR(OS_MID_HWI, 0x04)
#define OS_ERRNO_HWI_UNCREATED OS_ERRNO_BUILD_FATAL(OS_MID_HWI, 0x05)
#define OS_ERRNO_HWI_MODE_ERROR OS_ERRNO_BUILD_ERROR(OS_MID_HWI, 0x09)
#define OS_ERRNO_HWI_DELETED OS_ERRNO_BUILD_ERROR(OS_MID_HWI, 0x0a)
#define OS_ERRNO_HWI_MODE_UNSET OS_ERRNO_BUILD_ERROR(OS_MID_HWI, 0x0b)

typedef U16 HwiPrior;
typedef U16 HwiMode;
typedef uintptr_t HwiArg;
typedef U32 HwiHandle;
typedef void (*HwiProcFunc)(HwiArg);

/* One handler has the interrupt to itself. The only mode of the stand-in. */
#define OS_HWI_MODE_ENGROSS 0x4000

/* In this order: priority (0, the highest, to 15) and mode; handler; on. Any context. */
U32 PRT_HwiSetAttr(HwiHandle hwiNum, HwiPrior hwiPrio, HwiMode mode);
U32 PRT_HwiCreate(HwiHandle hwiNum, HwiProcFunc handler, HwiArg arg);
U32 PRT_HwiEnable(HwiHandle hwiNum);

/* Off; off and without a handler. Any context. */
U32 PRT_HwiDisable(HwiHandle hwiNum);
U32 PRT_HwiDelete(HwiHandle hwiNum);

/*
 * Masks or unmasks interrupts on the core and returns the state before, for
 * PRT_HwiRestore. Nothing that waits may be called while they are masked. Any context.
 */
uintptr_t PRT_HwiLock(void);
uintptr_t PRT_HwiUnLock(void);
void PRT_HwiRestore(uintptr_t intSave);

#endif
