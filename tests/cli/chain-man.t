#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The examples of dmactl-chain(5) do what the page says, and the page names all that there is.
. "$(dirname "$0")/lib.sh"
top=$(cd "$here/../.." && pwd)
page=$top/man/dmactl-chain.5
export DMACTL_CHANNEL=sim:any

mkdir "$T/examples"
awk -v dir="$T/examples" '/^\.EX$/ { n++; on = 1; next } /^\.EE$/ { on = 0 }
	on { gsub(/\\-/, "-"); gsub(/\\e/, "\\"); print >(dir "/" n) }' "$page"
rc=0
[ "$(find "$T/examples" -type f | wc -l)" -ge 7 ]
point 'there are examples'
for engine in '' 'window=4' 'window=4 ignorefence'; do
	FAKE="deps able $engine"
	for e in "$T/examples"/*; do
		case $(grep -c 'order none' "$e")$engine in
		1window*)
			says 1 - chain "$e"
			prints 'checks found wrong data'
			;;
		*) says 0 - chain "$e" --strict ;;
		esac
	done
done
FAKE='deps able'
says 0 - chain "$T/examples/2" -D SIZE=64 -D ROUNDS=3
prints 'tally c == a 3 3'

text=$(sed 's/^\.[A-Z]* //; s/\\f[IRBP]//g; s/\\-/-/g; s/["\\]//g' "$page")
for word in $(sed -n '/^static const char \*const words/,/^};/s/"\([a-z0-9]*\)",*/\1/gp' \
	"$top/cli/chain_words.c" | tr -cs '[:lower:]' ' '); do
	case $word in static | const | char | words) continue ;; esac
	echo "$text" | grep -qw -- "$word"
	point "the page has the word $word"
done
for word in source sink loopback line buffer raw frames chunk src_gap dst_gap width burst auto \
	hardware emulated none zero random pattern file coherent crc32 xor q prev; do
	echo "$text" | grep -qw -- "$word"
	point "the page has $word"
done

# What the page and the tool say of a driver is one thing.
# shellcheck disable=SC2013 # words are meant
for place in $(sed 's/\\-/-/g' "$page" | grep -oE '[a-z0-9/_-]+\.c:[0-9]+'); do
	grep -qF "${place##*/}" "$top/cli/quirk.c" || grep -qF "(${place##*:})" "$top/cli/quirk.c"
	point "the table has $place"
done
source=$(find "${DMACTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dmactl}/src" -maxdepth 2 -type d \
	-path '*/linux-6.12*/drivers' 2>/dev/null | head -n 1)
if [ -n "$source" ]; then
	for place in $(grep -oE '"[a-z0-9/_-]+\.c:[0-9]+"' "$top/cli/quirk.c" | tr -d '"'); do
		sed -n "${place##*:}p" "$source/dma/${place%:*}" 2>/dev/null >"$T/out"
		: >"$T/err"
		grep -qE 'fence|FENCE|start|OUT_OF_ORDER|first_queued|next_desc|nxtdscr|NWD|cyclic = false|xfer|execute|START' \
			"$T/out"
		point "Linux 6.12 has what the table says at $place"
	done
else
	skip 'Linux 6.12 has what the table says' 'its source is not in the cache'
fi
done_testing
