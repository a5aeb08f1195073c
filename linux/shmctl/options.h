/* SPDX-License-Identifier: Apache-2.0 */
/* Values of options. What is no such value ends the program with STATUS_USAGE. */
#ifndef SHMCTL_OPTIONS_H
#define SHMCTL_OPTIONS_H

#include <getopt.h>
#include <stdint.h>

/* An integer, decimal or 0x..., from least to most. */
int64_t option_number(const char *option, const char *text, int64_t least, int64_t most);

/* The same for an argument that belongs to no option: `what` is said before it. */
int64_t argument_number(const char *what, const char *text, int64_t least, int64_t most);

/* Seconds such as 2 or 0.5, in microseconds; 0.000001 to 4000. */
unsigned int option_seconds(const char *option, const char *text);

/* getopt_long() met what it does not know, and has said so: STATUS_USAGE. */
_Noreturn void option_unknown(const char *command);

/* There are arguments behind the options that the subcommand does not take. */
void option_no_more(const char *command, int argc, char **argv);

#endif
