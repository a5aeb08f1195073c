/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ID registers as guests see them (HCR_EL2.TID3): the core's own, less the features whose registers the
 * base does not give to guests.
 */
#include "arch/sysreg.h"
#include "vm/vcpu.h"

#define FIELD(shift) (0xfull << (shift))
#define KEY(crm, op2) ((crm) << 3 | (op2))

static uint64_t raw(uint32_t key)
{
	switch (key) {
#define R(crm, op2)                                                                                \
	case KEY(crm, op2):                                                                        \
		return read_sysreg(S3_0_C0_C##crm##_##op2);
#define ROW(crm) R(crm, 0) R(crm, 1) R(crm, 2) R(crm, 3) R(crm, 4) R(crm, 5) R(crm, 6) R(crm, 7)
		ROW(1) ROW(2) ROW(3) ROW(4) ROW(5) ROW(6) ROW(7)
#undef ROW
#undef R
	default:
		return 0;
	}
}

/* Fields shown as 0: the feature is not there. */
static uint64_t hidden(uint32_t key)
{
	switch (key) {
	case KEY(4, 0): /* ID_AA64PFR0_EL1: AMU, MPAM */
		return FIELD(44) | FIELD(40);
	case KEY(4, 1): /* ID_AA64PFR1_EL1: SME, MPAM_frac, MTE */
		return FIELD(24) | FIELD(16) | FIELD(8);
	case KEY(4, 5): /* ID_AA64SMFR0_EL1 */
		return ~0ull;
	case KEY(5, 0): /* ID_AA64DFR0_EL1: BRBE, MTPMU, TraceBuffer, TraceFilt, PMSVer, PMUVer, TraceVer */
		return FIELD(52) | FIELD(48) | FIELD(44) | FIELD(40) | FIELD(32) | FIELD(8) | FIELD(4);
	case KEY(7, 2): /* ID_AA64MMFR2_EL1: NV */
		return FIELD(24);
	default:
		return 0;
	}
}

bool id_register(uint32_t iss, uint64_t *value)
{
	uint32_t op0 = iss >> 20 & 3, op2 = iss >> 17 & 7, op1 = iss >> 14 & 7, crn = iss >> 10 & 0xf;
	uint32_t crm = iss >> 1 & 0xf;

	if (op0 != 3 || op1 != 0 || crn != 0 || crm < 1 || crm > 7)
		return false;
	*value = raw(KEY(crm, op2)) & ~hidden(KEY(crm, op2));
	return true;
}
