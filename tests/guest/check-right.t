#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The acceptance suite passes on dma-sim with every habit, and tells of it.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/guest/check.sh
. "${0%/*}/check.sh"

load_modules

right context=inline
right context=timer
right context=thread
right terminate=0 synchronize=0
right synchronize=0 context=thread
right order=window
right order=window window=64 fence=ignore context=thread
right order=execute
right residue=segment bandwidth=200000000
right residue=burst latency_ns=20000
right align=4
right max_segment=1000
right max_segment=65535 align=1
right max_xor=2 max_pq=2
right max_xor=3 max_pq=4 pq_continue=0
right max_xor=32 max_pq=16
right descriptors=64
right prep_blocks=1
right channels=1
right directions=2
right directions=0
right widths=2
right fifo=16
right public=1
right prep_blocks=1 descriptors=3
right descriptors=1
right align=3 max_segment=4095
right coalesce=1 pause=0 resume=0

t "habits are notes: what cannot be stopped, what cannot be synchronized, the order"
sim t-check terminate=0 synchronize=0 order=window
run dmactl check -c sim:t-check/0 -j --only 'memcpy.*'
status_is 0
verdicts '{"habit.no-terminate", "habit.out-of-order", "habit.coarse-residue"} <= notes'
verdicts '"out of order" in t["memcpy.poll"] and "memcpy.poll" in skipped'
no_sims
sim t-check synchronize=0 align=4 context=inline public=1
run dmactl check -c sim:t-check/0 -j --only 'memcpy.*'
verdicts '{"habit.no-synchronize", "habit.alignment", "habit.public"} <= notes'
no_sims

leaves_nothing
finish
