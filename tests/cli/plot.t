#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# --plot: below the table, and only there. What it draws, unit_plot.c knows.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any

golden plot-single.out memcpy -n 3000 -q 16 --plot
prints 'latencies of 3000, rows from'
golden plot-sweep.out memcpy -s '64:1M:*4' -q 1,8 -n 300 --plot
prints 'throughput by size, from the first to the last'
says 0 - memcpy -c 'dma-sim.0/*' --quiet -s 4K,8K -n 300 --repeat 2 --plot
grep -qE '^  \[1\] .* GB/s$' "$T/out" && grep -qE '^  all .* GB/s$' "$T/out"
point '... and draws each channel, and all'
says 0 - memcpy -n 300 --repeat 3 --plot
prints 'latencies of 900, rows from'
says 0 - interrupt -q 1,8 -n 300 --plot
prints 'operations by depth'
FAKE=ring
golden plot-cyclic.out cyclic -d dev-to-mem -n 200 --plot
prints 'intervals of 199, rows from'
says 0 - cyclic -d dev-to-mem --period 1K,4K -n 60 --plot
prints 'throughput by period'
says 0 - cyclic -d dev-to-mem --period 1K,4K -n 60
! grep -q throughput "$T/out"
point '... and not without --plot'
FAKE=''
export LC_ALL=C.UTF-8
says 0 - memcpy -n 3000 -q 16 --plot
grep -q '██' "$T/out" && ! grep -q '##' "$T/out" && ! grep -qE '^.{81}|[[:blank:]]$' "$T/out"
point 'blocks, within 80 columns'
export LC_ALL=C

# The table goes to standard error where the data go to standard output.
FAKE=ring
run cyclic -d dev-to-mem -n 200 --save - --plot
grep -q 'intervals of' "$T/err" && ! grep -q 'intervals of' "$T/out"
point 'it goes where the table goes'
FAKE=''

says 64 '--plot is drawn below the table: not with JSON on standard output' memcpy -j --plot
says 64 '--plot is drawn below the table: not with JSON' cyclic -d dev-to-mem --jsonl --plot
says 64 '--plot draws the latencies that --no-latency leaves out' memcpy --no-latency --plot
says 0 - memcpy --no-latency -s 4K,8K -n 100 --plot
prints 'throughput by size'
says 0 - memcpy -n 100 --plot -o "$T/json"
js_file "$T/json" 'a file of JSON is as ever' 'd["exit_code"] == 0 and len(d["results"]) == 1'

# What failed has nothing to be drawn.
FAULT=corrupt=20
says 1 'wrong data' memcpy -n 100 -w 0 -v full --plot
! grep -q 'latencies of' "$T/out"
point '... and no picture'
says 1 'wrong data' memcpy -n 100 -w 0 -s 4K,8K -v full --plot
prints 'no valid result'
done_testing
