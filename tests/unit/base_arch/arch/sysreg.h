/* SPDX-License-Identifier: Apache-2.0 */
/* System registers of the test host: named numbers in base_fakes.c. */
#ifndef BASE_TEST_ARCH_SYSREG_H
#define BASE_TEST_ARCH_SYSREG_H

#include_next "arch/sysreg.h"

uint64_t fake_sysreg_read(const char *name);
void fake_sysreg_write(const char *name, uint64_t value);

#undef read_sysreg
#undef write_sysreg
#define read_sysreg(reg) fake_sysreg_read(#reg)
#define write_sysreg(reg, value) fake_sysreg_write(#reg, value)

#endif
