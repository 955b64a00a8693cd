/* SPDX-License-Identifier: GPL-2.0 */
/* What slots hold before and after an operation; within slots.h's own files. */
#ifndef DMACTL_DATA_H
#define DMACTL_DATA_H

#include "slots.h"

/* Source @src of the use that @v has now. */
void slots_source(const struct slots *s, const struct slot *v, size_t src, uint64_t from,
		  uint8_t *out, size_t len);
/* dma-sim's endpoint source: the counter pattern from byte @from on. */
void slots_stream(uint64_t from, uint8_t *out, size_t len);
bool slots_is_q(const struct slots *s, size_t dst);

#endif
