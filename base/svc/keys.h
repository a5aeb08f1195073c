/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys typed at the machine's console: to the VM with the keyboard, and Ctrl-] and then 0..7 (keyboard to that
 * VM), n (to the next VM), s (counters), q (end: counters, machine off), ? (help), Ctrl-] (a literal Ctrl-]).
 */
#ifndef BASE_SVC_KEYS_H
#define BASE_SVC_KEYS_H

/* Takes all that have arrived. On the core that has the UART's interrupt. */
void keys_take(void);

#endif
