#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which of the data races that a kernel reports scripts/vm takes for ours.
. "$(dirname "$0")/lib.sh"

line='==================================================================='

# report FUNCTION FUNCTION: what KCSAN prints
report() {
	cat <<-END
		$line
		BUG: KCSAN: data-race in $1 / $2

		write to 0xffff888003c1c740 of 4 bytes by task 836 on cpu 0:
		 ${1%% *}+0x2a/0x130${1#"${1%% *}"}
		 dmactl_ioctl+0x60/0x90 [dmactl]

		read to 0xffff888003c1c740 of 4 bytes by interrupt on cpu 1:
		 ${2%% *}+0x2a/0x130${2#"${2%% *}"}

		value changed: 0x00000000 -> 0x00000001

		Reported by Kernel Concurrency Sanitizer on:
		CPU: 1 UID: 0 PID: 839 Comm: threads.t Tainted: G           O       6.12.117 #1
		$line
	END
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

report 'dmactl_reap [dmactl]' memcpy >"$T/log"
verdict '1 0 0' 'ours against the kernel'
report dma_async_device_register 'dmasim_run [dma_sim]' >"$T/log"
verdict '1 0 0' 'the kernel against the other module'
report init_file '__schedule' >"$T/log"
verdict '0 1 0' 'the kernel against itself, though we called it'
report 'p9_client_read [9pnet]' dmatest_callback >"$T/log"
verdict '0 1 0' 'another module'
{
	echo before
	report 'dmactl_reap [dmactl]' 'dmactl_reap [dmactl]'
	echo between
	report vfs_open vfs_open
	report vfs_open 'dmactl_open [dmactl]'
	echo 'BUG: KASAN: something else'
} >"$T/log"
verdict '2 1 3' 'three of them, and other lines'
# A guest may die in the middle of one.
report 'dmactl_reap [dmactl]' memcpy | head -n 4 >"$T/log"
verdict '1 0 0' 'one without its end'
done_testing
