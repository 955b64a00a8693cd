#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which of the data races that a kernel reports scripts/vm takes for ours.
. "$(dirname "$0")/lib.sh"

# report FRAME FRAME...: what KCSAN prints; - begins the second stack
report() {
	printf '%s\n' ====================================================================
	printf 'BUG: KCSAN: data-race in one / two\n\nwrite to 0xffff888 of 8 bytes by %s:\n' \
		'task 7 on cpu 0'
	for f; do
		case $f in
		-) printf '\nread to 0xffff888 of 8 bytes by interrupt on cpu 1:\n' ;;
		*) printf ' %s\n' "$f" ;;
		esac
	done
	printf '\nvalue changed: 0x00 -> 0x01\n\nReported by Kernel Concurrency Sanitizer on:\n'
	printf 'CPU: 1 UID: 0 PID: 7 Comm: x Not tainted\n'
	printf '%s\n' ====================================================================
}

# verdict WANT NAME: of the log in $T/log: reports of ours, of others, lines that are no report
verdict() {
	got=$(PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here/../../scripts python3 -c '
import sys
from vmraces import Races
races = Races()
rest = [x for x in sys.stdin if not races.take(x.rstrip("\n"), "it")]
print(len(races.ours), len(races.others), len([x for x in rest if "===" not in x]))' <"$T/log")
	rc=$?
	: >"$T/err"
	echo "$got" >"$T/out"
	[ "$got" = "$1" ]
	point "$2"
}

core='__schedule+0x10/0x90'
ours='dmactl_reap+0x10/0x90 [dmactl]'
sim='dmasim_run+0x10/0x90 [dma_sim]'
report "$ours" "$core" - "$core" "$core" >"$T/log"
verdict '1 0 0' 'our write against a read of the kernel'
report "$core" "$core" - "$sim" "$core" >"$T/log"
verdict '1 0 0' 'our read, the other module'
report '_copy_to_user+0x1/0x9' "$ours" - "$core" "$core" >"$T/log"
verdict '1 0 0' 'a helper of the kernel that we called'
report "$core" "$core" "$ours" - "$core" "$core" "$ours" >"$T/log"
verdict '0 1 0' 'the kernel alone, though we are far below'
report 'x+0x1/0x9 [9p]' "$core" - "$core" "$core" >"$T/log"
verdict '0 1 0' 'another module'
{
	echo before
	report "$ours" - "$core"
	echo between
	report "$core" - "$core"
	report "$core" - "$ours"
	echo 'BUG: KASAN: something else'
} >"$T/log"
verdict '2 1 3' 'three of them, and other lines'
done_testing
