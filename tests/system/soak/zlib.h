/* SPDX-License-Identifier: Apache-2.0 */
/* For tests/stress/message.c in a VM, where there is no zlib: the one function of it that is used.
 */
#ifndef SOAK_ZLIB_H
#define SOAK_ZLIB_H

unsigned long crc32(unsigned long crc, const unsigned char *data, unsigned int len);

#endif
