/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that assembly and C share; cpu.h and trap.h assert the offsets. */
#ifndef BASE_ARCH_ASM_H
#define BASE_ARCH_ASM_H

/* HCR_EL2 of the base itself: EL1 is AArch64 (RW), E2H = TGE = 0. */
#define HCR_EL2_BASE 0x80000000

#define BOOT_STACK_SIZE 16384
#define CPU_STACK_SIZE 8192

/* struct cpu */
#define CPU_STACK_TOP 0

/* struct guest_regs */
#define REGS_X(n) ((n) * 8)
#define REGS_ELR 248
#define REGS_SPSR 256
#define REGS_SIZE 272

#endif
