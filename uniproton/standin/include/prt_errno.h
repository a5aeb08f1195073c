/* SPDX-License-Identifier: Apache-2.0 */
/* How an error code is made: severity in byte 3, module in byte 1, number in byte 0. */
#ifndef PRT_ERRNO_H
#define PRT_ERRNO_H

#include "prt_typedef.h"

#define ERRTYPE_ERROR (0x02U << 24)
#define ERRTYPE_FATAL (0x03U << 24)

#define OS_ERRNO_BUILD_ERROR(mid, errno) (ERRTYPE_ERROR | ((U32)(mid) << 8) | (errno))
#define OS_ERRNO_BUILD_FATAL(mid, errno) (ERRTYPE_FATAL | ((U32)(mid) << 8) | (errno))

#endif
