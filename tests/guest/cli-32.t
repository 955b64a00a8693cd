#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A 32-bit dmactl on a 64-bit kernel: it sees the same and moves the same.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"

load_modules
sim t-32 channels=2

t "the tool is a 32-bit program"
run od -An -tu1 -j4 -N1 "$(command -v dmactl32)"
out_has '^ +1$'

t "it lists and tells what the 64-bit one does"
for args in "list -j" "info sim:t-32/1 -j"; do
	# shellcheck disable=SC2086 # an option apart
	run dmactl $args
	status_is 0
	sed -n '/"results"/,$p' "$tmp/out" >"$tmp/wide"
	# shellcheck disable=SC2086
	run dmactl32 $args
	status_is 0
	sed -n '/"results"/,$p' "$tmp/out" | cmp - "$tmp/wide" || bad "$args: they differ"
done

t "every byte is right that it moves, in the kernel and through user space"
run dmactl32 memcpy -c sim:t-32/0 -s 63,4K,65537 -q 1,8 -n 50 -v full
status_is 0
run dmactl32 memcpy -c sim:t-32/0 -s 4K -q 4 -n 50 -v full -p
status_is 0

t "a chain on two channels ends right"
cat >"$tmp/chain" <<'END'
buf a 4K fill=random; buf b 4K
repeat 20 { memcpy b <- a; fence; memcpy a[0+2K] <- b[0+2K]; fence }
expect a == b
END
run dmactl32 chain "$tmp/chain" -c sim:t-32/1
status_is 0
out_has '^0 of 1 checks found wrong data'

t "what a cyclic stream delivers is right; a slow host may lose some of it"
run dmactl32 cyclic -c sim:t-32/0 -d dev-to-mem --period 4K --periods 16 -n 50 --allow-lost 100000
status_is 0
out_has 'checked [0-9]+ periods: all right'

t "the acceptance suite finds memcpy and slave-sg right"
run dmactl32 check -c sim:t-32/0 --only 'memcpy.[lsoc]*' --only 'slave.*'
status_is 0

sim_gone t-32
finish
