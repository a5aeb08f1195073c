/* SPDX-License-Identifier: Apache-2.0 */
#include "dev/ich.h"

#include "arch/barrier.h"
#include "arch/sysreg.h"

#define ICH_HCR_EN 0x1ull
#define ICH_HCR_EOICOUNT_SHIFT 27
#define ICH_HCR_EOICOUNT_MASK 0x1fu
#define ICH_VMCR_VEOIM 0x200u
#define ICH_VTR_TDS (1u << 19)

/* ICH_LR0_EL2 .. ICH_LR15_EL2: the number is part of the instruction. */
#define EACH_LR(F)                                                                                 \
	F(0, S3_4_C12_C12_0)                                                                       \
	F(1, S3_4_C12_C12_1)                                                                       \
	F(2, S3_4_C12_C12_2)                                                                       \
	F(3, S3_4_C12_C12_3)                                                                       \
	F(4, S3_4_C12_C12_4)                                                                       \
	F(5, S3_4_C12_C12_5)                                                                       \
	F(6, S3_4_C12_C12_6)                                                                       \
	F(7, S3_4_C12_C12_7)                                                                       \
	F(8, S3_4_C12_C13_0)                                                                       \
	F(9, S3_4_C12_C13_1)                                                                       \
	F(10, S3_4_C12_C13_2)                                                                      \
	F(11, S3_4_C12_C13_3)                                                                      \
	F(12, S3_4_C12_C13_4)                                                                      \
	F(13, S3_4_C12_C13_5)                                                                      \
	F(14, S3_4_C12_C13_6)                                                                      \
	F(15, S3_4_C12_C13_7)

unsigned int ich_lr_count(void)
{
	return (unsigned int)(read_sysreg_x(ICH_VTR_EL2) & 0x1f) + 1;
}

uint64_t ich_lr_read(unsigned int n)
{
	switch (n) {
#define READ(i, reg)                                                                               \
	case i:                                                                                    \
		return read_sysreg(reg);
		EACH_LR(READ)
#undef READ
	default:
		return 0;
	}
}

void ich_lr_write(unsigned int n, uint64_t value)
{
	switch (n) {
#define WRITE(i, reg)                                                                              \
	case i:                                                                                    \
		write_sysreg(reg, value);                                                          \
		break;
		EACH_LR(WRITE)
#undef WRITE
	default:
		break;
	}
}

void ich_reset(void)
{
	write_sysreg_x(ICH_HCR_EL2, 0);
	for (unsigned int n = 0; n < ich_lr_count(); n++)
		ich_lr_write(n, 0);
	write_sysreg_x(ICH_VMCR_EL2, 0);
	write_sysreg_x(ICH_AP0R0_EL2, 0);
	write_sysreg_x(ICH_AP1R0_EL2, 0);
	isb();
}

void ich_enable(uint32_t bits)
{
	write_sysreg_x(ICH_HCR_EL2, ICH_HCR_EN | bits);
	isb();
}

bool ich_splits_end(void)
{
	return read_sysreg_x(ICH_VMCR_EL2) & ICH_VMCR_VEOIM;
}

unsigned int ich_ended_outside(void)
{
	/* With the split it is ICC_DIR_EL1 that deactivates, and that traps; QEMU counts ICC_EOIR1_EL1 all the same. */
	if (ich_splits_end() && read_sysreg_x(ICH_VTR_EL2) & ICH_VTR_TDS)
		return 0;
	return (unsigned int)(read_sysreg_x(ICH_HCR_EL2) >> ICH_HCR_EOICOUNT_SHIFT) & ICH_HCR_EOICOUNT_MASK;
}
