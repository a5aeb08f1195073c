/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All consoles through the machine's one UART. Every source (each VM, and the base itself) has a buffer;
 * whole lines leave it in turn, each with its source in front, so that lines never tear. A VM whose
 * buffer is full, or that has used up its budget (console-rate), sees a full transmit FIFO and waits;
 * nobody else does.
 */
#ifndef BASE_SVC_CONSOLE_H
#define BASE_SVC_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * color: sources in colour. interactive: the VM with the keyboard is shown character by character.
 * Boot core, once, before any VM runs.
 */
void console_init(bool color, bool interactive);

/* Gives every VM its budget and the first one the keyboard. Boot core, when the VMs are known. */
void console_start(void);

/* A VM that had no room to write may have some now. On a core of that VM. */
void console_retry(uint32_t id);

/* The VM that gets what is typed. On the core that has the UART's interrupt; the id is a VM's. */
uint32_t console_keyboard(void);
void console_move_keyboard(uint32_t id);

/* One line from the base. Any core; never waits for the UART for longer than it takes to empty. */
void base_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The UART's interrupt: received characters and room to transmit. On the core it is routed to. */
void console_interrupt(void);

/* Waits until everything written so far has left. For the end of the machine. */
void console_flush(void);

/*
 * For a base that fails: keeps the other cores' lines out of its own. false: nobody gave the output away within
 * bounded time, perhaps because the caller itself has it; it is to be written all the same.
 */
bool console_seize(void);
void console_release(void);

/*
 * Without interrupts: shows everything and answers keys, until the user ends it. For a base that refused
 * its system description.
 */
_Noreturn void console_wait_for_end(void);

#endif
