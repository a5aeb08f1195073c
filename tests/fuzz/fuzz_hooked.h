/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comes before each source of the library in the fuzzer: behind shm_access.h nobody may
 * name a header field, so an access that the hook does not see does not compile.
 */
#ifndef FUZZ_HOOKED_H
#define FUZZ_HOOKED_H

#include "shm_access.h"

#pragma GCC poison max_size used_size op_type resevered

#endif
