// SPDX-License-Identifier: GPL-2.0
/* memset's values, segments, frames. */
#include <inttypes.h>

#include "check_rig.h"

#define MOST_BYTES (4ULL << 20) /* of an operation, where the unit is large */

int check_values(struct rig *r)
{
	for (uint32_t v = 0; v < 256; v++) {
		struct trial t = form(r, r->now->opcode, 67 * rig_unit(r, r->now->opcode));

		t.value = v;
		if (rig_try(r, &t))
			return -1;
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "each value of a byte");
}

int check_segments(struct rig *r)
{
	static const uint64_t numbers[] = { 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 64, 255, 256 };
	uint64_t unit = rig_unit(r, r->now->opcode), most = 0;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		uint64_t n = numbers[i];
		struct trial t = form(r, r->now->opcode, unit);

		if (n > r->check->info.max_vec)
			continue;
		most = n;
		/* Segments of a unit each, and of several units, not all the same. */
		for (uint64_t len = n; len <= n * 9 + 5; len += n * 4 + 1) {
			t.n = n;
			t.len = len * unit;
			if (rig_try(r, &t))
				return -1;
		}
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "1 to %" PRIu64 " segments", most);
}

int check_frames(struct rig *r)
{
	static const uint64_t frames[] = { 1, 2, 3, 16, 255 };
	static const uint64_t chunks[] = { 1, 2, 3, 63, 64, 65, 257 };
	static const uint64_t gaps[][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 3, 63 }, { 64, 7 } };
	uint64_t unit = rig_unit(r, r->now->opcode);

	for (size_t f = 0; f < 5; f++) {
		for (size_t c = 0; c < 7; c++) {
			for (size_t g = 0; g < 5; g++) {
				struct trial t = form(r, r->now->opcode, unit);

				t.frames = frames[f];
				t.len = frames[f] * chunks[c] * unit;
				t.src_gap = gaps[g][0] * unit;
				t.dst_gap = gaps[g][1] * unit;
				/* The largest ones only without gaps and with the widest. */
				if ((f == 4 && c > 3 && g % 4) || t.len > MOST_BYTES)
					continue;
				if (rig_try(r, &t))
					return -1;
			}
		}
	}
	if (rig_go(r))
		return -1;
	return rig_say(r, "1 to 255 frames, chunks of 1 to 257, gaps on either side");
}
