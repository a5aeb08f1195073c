/* SPDX-License-Identifier: Apache-2.0 */
/* System registers by the names of the Arm ARM and the GIC architecture (IHI 0069). */
#ifndef BASE_ARCH_SYSREG_H
#define BASE_ARCH_SYSREG_H

#include <stdint.h>

#define read_sysreg(reg) ({                                                                        \
	uint64_t v_;                                                                               \
	__asm__ volatile("mrs %0, " #reg : "=r"(v_));                                              \
	v_;                                                                                        \
})

#define write_sysreg(reg, value) do {                                                              \
	uint64_t v_ = (value);                                                                     \
	__asm__ volatile("msr " #reg ", %0" : : "r"(v_));                                          \
} while (0)

/* GIC CPU interface, spelled by encoding for assemblers without the names. */
#define ICC_SRE_EL2 S3_4_C12_C9_5
#define ICC_PMR_EL1 S3_0_C4_C6_0
#define ICC_IAR1_EL1 S3_0_C12_C12_0
#define ICC_EOIR1_EL1 S3_0_C12_C12_1
#define ICC_DIR_EL1 S3_0_C12_C11_1
#define ICC_CTLR_EL1 S3_0_C12_C12_4
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7
#define ICC_SGI1R_EL1 S3_0_C12_C11_5
#define ICC_BPR1_EL1 S3_0_C12_C12_3
#define ICH_HCR_EL2 S3_4_C12_C11_0
#define ICH_VTR_EL2 S3_4_C12_C11_1
#define ICH_VMCR_EL2 S3_4_C12_C11_7
#define ICH_AP0R0_EL2 S3_4_C12_C8_0
#define ICH_AP1R0_EL2 S3_4_C12_C9_0

#define read_sysreg_x(reg) read_sysreg_y(reg)
#define read_sysreg_y(reg) read_sysreg(reg)
#define write_sysreg_x(reg, value) write_sysreg_y(reg, value)
#define write_sysreg_y(reg, value) write_sysreg(reg, value)

/* HCR_EL2 */
#define HCR_VM (1ull << 0)
#define HCR_SWIO (1ull << 1)
#define HCR_PTW (1ull << 2)
#define HCR_FMO (1ull << 3)
#define HCR_IMO (1ull << 4)
#define HCR_AMO (1ull << 5)
#define HCR_FB (1ull << 9)
#define HCR_BSU_INNER (1ull << 10)
#define HCR_DC (1ull << 12)
#define HCR_TID3 (1ull << 18)
#define HCR_TSC (1ull << 19)
#define HCR_TIDCP (1ull << 20)
#define HCR_TSW (1ull << 22)
#define HCR_RW (1ull << 31)
#define HCR_TLOR (1ull << 35)
#define HCR_APK (1ull << 40)
#define HCR_API (1ull << 41)
#define HCR_FWB (1ull << 46)

/* ESR_EL2 / ESR_EL1 */
#define ESR_EC_SHIFT 26
#define ESR_EC(esr) (((esr) >> ESR_EC_SHIFT) & 0x3f)
#define ESR_IL (1ull << 25)
#define EC_UNKNOWN 0x00
#define EC_WFX 0x01
#define EC_HVC64 0x16
#define EC_SMC64 0x17
#define EC_SYSREG 0x18
#define EC_IABT_LOWER 0x20
#define EC_IABT_SAME 0x21
#define EC_DABT_LOWER 0x24
#define EC_DABT_SAME 0x25
/* An instruction of T32 (AArch32 programs at EL0) may have 2 bytes. */
#define instruction_size(esr) ((esr) & ESR_IL ? 4u : 2u)
#define ESR_FSC(esr) ((esr)&0x3f)
#define ESR_FSC_EXTERNAL 0x10

/* PSTATE as saved in SPSR */
#define SPSR_EL1H 0x5ull
#define SPSR_DAIF 0x3c0ull
#define SPSR_MODE 0xfull

#endif
