#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# On a terminal: names in bold, and a line of progress that goes away again.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any

# on_terminal ARGS...: standard output and error are one, in $T/out
on_terminal() {
	DMACTL_FAULT=$FAULT python3 - "$D" "$@" >"$T/out" 2>"$T/err" <<'PY'
import os, pty, sys
pid, fd = pty.fork()
if not pid:
    os.execv(sys.argv[1], sys.argv[1:])
try:
    while data := os.read(fd, 4096):
        os.write(1, data)
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
	rc=$?
}

shows() {
	grep -qF -- "$(printf '%b' "$1")" "$T/out"
	point "$2"
}

on_terminal memcpy -n 10
shows '\033[1mdma-sim.0/0\033[0m' 'the channel is in bold'
shows '\033[1m  size depth' 'and the head of the table'
FAULT=nap=1500
on_terminal memcpy -w 0 -n 4 -v full
[ $rc = 0 ]
point 'operations that take their time'
# How many they are by then is for the host to say.
grep -qE "$(printf '\r  size 4K, depth 1: [0-9] operations, 1 s\033')\[K" "$T/out"
point 'are told each second'
grep -qE '[1-3] operations, [2-9] s' "$T/out"
point 'and counted'
shows '\r\033[K' 'and not at the end'
printf '%s\n' '[a]' count=4 verify=full warmup=0 size=4K,8K >"$T/job"
on_terminal bench "$T/job" --repeat 1
grep -qE "$(printf '\r  2/2, [0-9]+ s left: size 8K, depth 1: [0-9]')" "$T/out"
point 'bench: how much is left'
shows '\033[1ma\033[0m: memcpy' 'and the job in bold'
on_terminal memcpy -w 0 -n 10 --quiet
! grep -qE 'operations, [0-9]+ s' "$T/out"
point 'nor with --quiet'

FAULT='slow=100000000 corrupt=20'
on_terminal check
shows '\033[1mdma-sim.0/0\033[0m' 'check: the channel is in bold'
shows '\033[1mFAIL \033[0m' 'and what failed'
shows '\r  memcpy.sizes, 3 of 37' 'the case is told, at most once a second'
shows '\r\033[K' 'and not when it is done'
on_terminal check --quiet
! grep -qF 'memcpy.sizes, 3 of' "$T/out"
point 'nor with --quiet'
export DMACTL_FAKE=ring
FAULT=nap=30
on_terminal cyclic -d dev-to-mem -n 100
shows '\033[1m period  periods   lost' 'cyclic: the head of the table is in bold'
grep -qE '[1-9][0-9]* periods, 0 lost, [1-9] s' "$T/out"
point 'periods are told each second'
shows '\r\033[K' 'and not at the end'
on_terminal cyclic -d dev-to-mem -n 50 --quiet
! grep -qF 'periods, 0 lost, 1 s' "$T/out"
point 'nor with --quiet'
unset DMACTL_FAKE
FAULT=''
run memcpy -w 0 -n 10
[ ! -s "$T/err" ] && ! grep -q "$(printf '\033')" "$T/out"
point 'and nothing of it into a file'
done_testing
