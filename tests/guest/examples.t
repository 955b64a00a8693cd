#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The programs of include/examples do what they say, and see what is wrong.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
top=$(cd "${0%/*}/../.." && pwd)

load_modules

for example in copy stream; do
	t "$example builds against the headers alone"
	run cc -std=gnu11 -Wall -Wextra -Werror -isystem "$top/include/uapi" -o "$tmp/$example" \
		"$top/include/examples/$example.c"
	status_is 0
done

t "copy: eight copies, each completed, all right"
sim t-lab
dev=$(cat "$sims/t-lab/dev_name")
run "$tmp/copy" "$dev/0"
status_is 0
for i in 0 1 2 3 4 5 6 7; do
	out_has "^copy $i: result 0 after [0-9]+ ns$"
done
out_has "^all right$"

t "copy sees data that is wrong, and an operation that failed"
knob t-lab corrupt "nth 5"
run "$tmp/copy" "$dev/0"
status_is 1
err_has "wrong data"
knob t-lab corrupt off
knob t-lab error "nth 2"
run "$tmp/copy" "$dev/0"
status_is 1
out_has "^copy 1: result [1-9]"
knob t-lab error off

t "copy and stream without a channel, or with one that is not there"
run "$tmp/copy"
status_is 64
run "$tmp/copy" none/0
status_is 77
err_has "none/0"
run "$tmp/stream" none/0 3
status_is 77

t "stream: twenty periods, none lost, and the channel is free again"
# The ring is 0.8 s: so late may this machine be.
sim t-pcm rate=$((19200 / ${TEST_SLOW:-1})) residue=burst
pcm=$(cat "$sims/t-pcm/dev_name")
run "$tmp/stream" "$pcm/0" 20
status_is 0
out_has "^2[0-9] periods, none lost$"
run dmactl list
out_has "$pcm/0 .*free"

t "stream sees a period that is left out"
knob t-pcm skip "nth 7"
run "$tmp/stream" "$pcm/0" 20
status_is 1
err_has "was lost"

no_sims
leaves_nothing
finish
