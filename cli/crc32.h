/* SPDX-License-Identifier: GPL-2.0 */
/* CRC-32 of IEEE 802.3, as zlib's crc32(): begin with 0, go on with what the last call returned. */
#ifndef DMACTL_CRC32_H
#define DMACTL_CRC32_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32(uint32_t crc, const uint8_t *p, size_t len);

#endif
