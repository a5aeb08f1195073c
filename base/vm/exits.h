/* SPDX-License-Identifier: Apache-2.0 */
/* Why a core left its guest for EL2; counted per vCPU. */
#ifndef BASE_VM_EXITS_H
#define BASE_VM_EXITS_H

enum exit_kind {
	EXIT_HVC,
	EXIT_SMC,
	EXIT_SYSREG,
	EXIT_GICD,
	EXIT_GICR,
	EXIT_UART,
	EXIT_DENIED,
	EXIT_IRQ_TIMER,
	EXIT_IRQ_KICK,
	EXIT_IRQ_UART,
	EXIT_IRQ_DEVICE,
	EXIT_IRQ_VGIC,
	EXIT_IRQ_ALARM,
	EXIT_OTHER,
	EXIT_KINDS
};

#endif
