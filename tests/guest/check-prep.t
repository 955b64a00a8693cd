#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A provider that gives no descriptor although its ring is not full does not pass; full rings do.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/guest/check.sh
. "${0%/*}/check.sh"

load_modules

for ring in "1024" "64" "16 context=timer" "8 context=thread"; do
	# shellcheck disable=SC2086	# several words
	right descriptors=$ring
done

for when in "every 97" "nth 20" "nth 700" "nth 4000" "nth 20000"; do
	wrong "prep_null $when" 'failed and all("prep gave no descriptor" in t[n] for n in failed)'
done
wrong "prep_null nth 4000" 'len(failed) == 1 and
	"prep gave no descriptor 1 time although" in t[min(failed)]'

t "refused every second time, with nothing in flight"
sim t-check
knob t-check prep_null "every 2"
run dmactl check -c sim:t-check/0 -j --only channel.rate --only memcpy.run
status_is 1
verdicts 'failed == {"channel.rate", "memcpy.run"} and
	all(t[n].startswith("memcpy of 64 bytes: prep gave no descriptor") and
	t[n].endswith("although nothing was in flight") for n in failed)'
no_sims
finish
