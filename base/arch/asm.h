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
#define CPU_VCPU 8
#define CPU_INTID 16

/* struct vcpu, whose first member is a struct vgic_cpu */
#define VCPU_FAST_LR 0
#define VCPU_POSTED 8
#define VCPU_DIRTY 16
#define VCPU_EXIT_HVC 24
#define VCPU_EXIT_KICK 32
#define VCPU_RINGS 512

/* struct ring, 64 bytes each */
#define RING_SHIFT 6
#define RING_STATE 0
#define RING_POSTED 8
#define RING_KICK 16
#define RING_RAISED 24
#define RING_COALESCED 32

/* struct guest_regs */
#define REGS_X(n) ((n) * 8)
#define REGS_ELR 248
#define REGS_SPSR 256
#define REGS_SIZE 272

#endif
