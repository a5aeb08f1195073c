/* SPDX-License-Identifier: Apache-2.0 */
/* The calling core of the test host: fake_core of base_fakes.c. */
#ifndef BASE_TEST_ARCH_CPU_H
#define BASE_TEST_ARCH_CPU_H

#include_next "arch/cpu.h"

struct cpu *fake_this_cpu(void);

#define this_cpu() fake_this_cpu()

#endif
