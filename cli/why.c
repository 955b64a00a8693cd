// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "backend.h"

const char *why_text(uint32_t why, char *buf, size_t size)
{
	static const char *const texts[] = {
		[DMACTL_WHY_NONE] = "no operation is at fault",
		[DMACTL_WHY_OPCODE] = "the module does not know the operation",
		[DMACTL_WHY_FLAGS] = "the module does not know a flag",
		[DMACTL_WHY_RESERVED] = "a field that is not used is not zero",
		[DMACTL_WHY_CHANNEL] = "there is no such channel",
		[DMACTL_WHY_LACKS] = "the channel lacks the operation",
		[DMACTL_WHY_BUFFER] = "there is no such buffer",
		[DMACTL_WHY_KIND] = "a buffer's kind",
		[DMACTL_WHY_LENGTH] = "its length",
		[DMACTL_WHY_RANGE] = "outside of its buffer",
		[DMACTL_WHY_OVERLAP] = "operands share bytes",
		[DMACTL_WHY_VALUE] = "its value is no byte",
		[DMACTL_WHY_ALIGN] = "not aligned as the channel asks for",
		[DMACTL_WHY_SPLIT] = "it takes too many descriptors",
		[DMACTL_WHY_MAPPED] = "a buffer is in flight on another device",
		[DMACTL_WHY_MAP] = "its memory could not be mapped for the device",
		[DMACTL_WHY_STATE] = "the channel is stopping, busy, in quarantine or gone",
		[DMACTL_WHY_DEPTH] = "too many operations are in flight or not taken",
		[DMACTL_WHY_PREP] = "the driver prepared no descriptor until the deadline",
		[DMACTL_WHY_DEPS] = "its dependencies",
		[DMACTL_WHY_SOURCES] = "too many or too few sources or segments",
		[DMACTL_WHY_SEGMENT] = "its segments",
		[DMACTL_WHY_DIRECTION] = "its direction",
		[DMACTL_WHY_ENDPOINT] = "it has no endpoint",
		[DMACTL_WHY_TEMPLATE] = "its frames",
	};

	if (why < sizeof(texts) / sizeof(texts[0]) && texts[why])
		return texts[why];
	snprintf(buf, size, "reason %u of a newer module", why);
	return buf;
}
