// SPDX-License-Identifier: Apache-2.0
/* The CRC-32 of IEEE 802.3, half a byte at a time. */
#include <stdint.h>

#include "zlib.h"

static const uint32_t table[16] = {
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
	0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
	0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

unsigned long crc32(unsigned long crc, const unsigned char *data, unsigned int len)
{
	uint32_t sum = ~(uint32_t)crc;

	while (len--) {
		sum ^= *data++;
		sum = table[sum & 15] ^ (sum >> 4);
		sum = table[sum & 15] ^ (sum >> 4);
	}
	return (uint32_t)~sum;
}
