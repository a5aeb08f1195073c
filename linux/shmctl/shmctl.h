/* SPDX-License-Identifier: Apache-2.0 */
/* shmctl: what its subcommands share. docs/man/man1/shmctl.1 is the description. */
#ifndef SHMCTL_H
#define SHMCTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "shm_pub.h"

/* Exit status. */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,  /* a call failed; standard error says which and why */
	STATUS_USAGE = 2,   /* wrong options */
	STATUS_NO_PORT = 3, /* no base, no driver, or no right to use it */
	STATUS_TIMEOUT =
		4, /* the other VM did not write, read, answer, stop or start in time, or ended */
	STATUS_FOUND = 5, /* doctor found something wrong */
};

/* Subcommands. argv[0] is the subcommand's name. */
enum status cmd_info(int argc, char **argv);
enum status cmd_send(int argc, char **argv);
enum status cmd_recv(int argc, char **argv);
enum status cmd_echo(int argc, char **argv);
enum status cmd_watch(int argc, char **argv);
enum status cmd_dump(int argc, char **argv);
enum status cmd_ping(int argc, char **argv);
enum status cmd_vm(int argc, char **argv);
enum status cmd_trace(int argc, char **argv);
enum status cmd_doctor(int argc, char **argv);

/* The type of the messages of ping, echo's opposite, and of `doctor --probe`: "PING". */
#define PING_TYPE 0x50494e47

#define US_PER_S 1000000u
#define NO_REGION UINT32_MAX

/* "shmctl: " and the line to standard error. Returns status. */
__attribute__((format(printf, 2, 3))) enum status complain(enum status status, const char *format,
							   ...);

/* A result of the library, said with what was tried; the status that belongs to it. */
enum status complain_result(const char *what, int result);

#endif
