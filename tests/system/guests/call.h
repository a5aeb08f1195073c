/* SPDX-License-Identifier: Apache-2.0 */
/* HVC and SMC with all 31 registers given and all 31 looked at afterwards. */
#ifndef TESTS_SYSTEM_GUESTS_CALL_H
#define TESTS_SYSTEM_GUESTS_CALL_H

#include <stdint.h>

struct registers {
	uint64_t x[31];
};

/*
 * Defines void name(struct registers *r): all registers from *r, the call, and back. x30 is the
 * pointer on both sides of it.
 */
#define PAIRS(F)                                                                                   \
	F(0, 1)                                                                                    \
	F(2, 3) F(4, 5) F(6, 7) F(8, 9) F(10, 11) F(12, 13) F(14, 15) F(16, 17) F(18, 19)          \
		F(20, 21) F(22, 23) F(24, 25) F(26, 27) F(28, 29)
#define LOAD(a, b) "ldp x" #a ", x" #b ", [x30, #8 * " #a "]\n"
#define STORE(a, b) "stp x" #a ", x" #b ", [x30, #8 * " #a "]\n"
#define CALL(name, instruction)                                                                    \
	__asm__(".text\n"                                                                          \
		".global " #name "\n" #name ":\n"                                                  \
		"stp x29, x30, [sp, #-112]!\n"                                                     \
		"stp x19, x20, [sp, #16]\n stp x21, x22, [sp, #32]\n stp x23, x24, [sp, #48]\n"    \
		"stp x25, x26, [sp, #64]\n stp x27, x28, [sp, #80]\n str x0, [sp, #96]\n"          \
		"mov x30, x0\n" PAIRS(                                                             \
			LOAD) "ldr x30, [x30, #240]\n" instruction "\n"                            \
			      "str x30, [sp, #104]\n ldr x30, [sp, #96]\n" PAIRS(                  \
				      STORE) "ldr x0, [sp, #104]\n str x0, [x30, #240]\n"          \
					     "ldp x19, x20, [sp, #16]\n ldp x21, x22, [sp, "       \
					     "#32]\n ldp x23, x24, [sp, #48]\n"                    \
					     "ldp x25, x26, [sp, #64]\n ldp x27, x28, [sp, "       \
					     "#80]\n ldp x29, x30, [sp], #112\n"                   \
					     "ret\n")

#endif
