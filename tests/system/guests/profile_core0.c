/* SPDX-License-Identifier: Apache-2.0 */
/* The same image for a second description, systems/profile_core0.dts. */
#include "profile.c"
