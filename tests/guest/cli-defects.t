#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Engines that do less than they should, or another thing: the real dmactl lets none of them pass.

# shellcheck disable=SC2086	# $channel and $loop are several words
# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/guest/cli-ops.sh
. "${0%/*}/cli-ops.sh"

load_modules

# A defect: set, caught; cleared, right.
sim t-ops
broken()
{
	knob t-ops "$1" "$2"
	shift 2
	for mode in run submit; do
		run dmactl "$@" $channel -m $mode -n 24 -q 2 -w 0
		status_is 1
		err_has "wrong"
		err_is_short 1
	done
}

for defect in copies polynomial coefficient; do
	t "an engine with the defect $defect does not pass"
	for c in xor pq "pq --no-p" "pq --no-q" "xor --check" "pq --check" "pq --check --no-p"; do
		case $defect in
		polynomial | coefficient)
			case $c in xor* | *--no-q) continue ;; esac
			;;
		esac
		broken $defect "every 1" $c
	done
	knob t-ops $defect off
	each -n 12 $channel <<-END
		pq
		pq --check
		xor
	END
done
t "one whose coefficients are all 1 is caught by Q alone"
knob t-ops coefficient "every 1"
run dmactl pq $channel -n 24 -w 0
err_has "in operation 23, Q, at offset 0"
run dmactl pq $channel -n 24 -w 0 --no-q -v full
status_is 0
run dmactl pq --sources 20 $channel -m submit -n 24 -w 0
err_has "in operation 23, Q, at offset 0"
knob t-ops coefficient off

for defect in "short/every 1" "stale/every 1" "stale/after 9" "corrupt/every 1"; do
	t "one with the defect ${defect%/*}, ${defect#*/}, does not pass in any operation"
	for c in memcpy memset "memset --segments 3" xor pq "pq --no-p" "$frames" \
		"sg -d mem-to-dev --segments 3" "sg -d dev-to-mem --segments 3" \
		"sg -d dev-to-dev" "sg -d dev-to-mem --endpoint buffer"; do
		broken "${defect%/*}" "${defect#*/}" $c
	done
	knob t-ops "${defect%/*}" off
	each -n 12 $channel <<-END
		memcpy
		$frames
		sg -d mem-to-dev
	END
done
t "a check that overlooks something does not pass"
for defect in "short/every 1" "stale/every 1" "stale/after 9"; do
	for c in "xor --check" "pq --check" "pq --check --no-p" "pq --check --no-q"; do
		broken "${defect%/*}" "${defect#*/}" $c
		err_has "parity checks went wrong: spoiled parity was called good"
	done
	knob t-ops "${defect%/*}" off
done
t "a register that was not written does not pass"
broken stale "every 1" sg -d mem-to-dev --endpoint buffer
err_has "register"
knob t-ops stale off
for defect in stale short corrupt; do
	t "what a register cannot tell of an engine with the defect $defect is not called right"
	knob t-ops $defect "every 1"
	run dmactl sg -d dev-to-dev --endpoint buffer $channel -n 20 -w 0 -v full
	[ $defect = corrupt ] || status_is 0
	[ $defect = corrupt ] || out_has "nothing to verify: the register is both ends"
	! grep -q "all right" "$tmp/out" || bad "called right"
	knob t-ops $defect off
done
t "of what was sent to a register the last value was checked, and no more is said"
run dmactl sg -d mem-to-dev --endpoint buffer $channel -n 20 -w 0 -v full
status_is 0
out_has "verified the last value of 20 of 20 operations: all right"
run dmactl sg -d mem-to-dev --endpoint buffer $channel -n 20 -w 0 -v full -j
json 'd["results"][0]["verify"]["covered_operations"] == 0'
json 'd["results"][0]["verify"]["last_values"] == 20'
for defect in stale corrupt; do
	knob t-ops $defect "every 1"
	run dmactl sg -d mem-to-dev --endpoint buffer -s 4 $channel -n 20 -w 0 -v full
	status_is 1
	err_has "wrong data in 20 of 20 checked operations"
	knob t-ops $defect off
done
t "a loopback that spoils or loses a byte does not pass"
knob t-ops corrupt "every 2"
run dmactl sg -d mem-to-dev $loop -n 20 -w 0 -v full
status_is 1
err_has "wrong data"
knob t-ops corrupt off
run dmactl sg -d mem-to-dev $loop -n 20 -w 0 -v full
status_is 0
no_sims

leaves_nothing
finish
