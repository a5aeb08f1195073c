/* SPDX-License-Identifier: Apache-2.0 */
/* Basic types of UniProton's API. */
#ifndef PRT_TYPEDEF_H
#define PRT_TYPEDEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned char U8;
typedef unsigned short U16;
typedef unsigned int U32;
typedef unsigned long long U64;
typedef signed char S8;
typedef signed short S16;
typedef signed int S32;
typedef signed long long S64;

#define OS_OK 0
#define OS_FAIL 1
#define OS_ERROR (U32)(-1)

#endif
