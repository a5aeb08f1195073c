/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ARCH_EXC_H
#define ARCH_EXC_H

#include "cpu.h"

/* From arch/vectors.S. Prints ESR, ELR and FAR and stops the core. */
_Noreturn void exc_fatal(const struct frame *frame, U64 vector);

/* Prints and stops the core. Any context. */
_Noreturn void exc_panic(const char *reason, const char *what);

#endif
