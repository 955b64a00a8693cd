# SPDX-License-Identifier: GPL-2.0
"""The bars that are quoted, each with its spread and its aim, in one table."""
from judge import (DMATEST_INLINE, DMATEST_LATER, INSTRUCTIONS, LARGE, LATENCY, LOOP_LARGE,
                   LOOP_NULL, MEMORY, NOTHING, REQUEST, STAMPED, SUBMIT, SUBMIT_LARGE, TWO,
                   allocations_line, calls_net, latency_key, of_kind, pairs, ratio_line, size_name)
from judge import table as columns


TWO_LEAST = 1.8     # of busy loops, or nothing can be said of channels


def loops(raw):
    for row in of_kind(raw, "loop"):
        where = f"{size_name(row['size'])}, depth {row['depth']}, {row['engine']}"
        if row["engine"] == "inline-null" and row["depth"] == 32:
            yield [f"RUN / bare loop, {where}", *ratio_line(pairs(row, "bare", "run"), LOOP_NULL)]
            yield [f"RUN / bare loop, with stamps, {where}",
                   *ratio_line(pairs(row, "bare_stamps", "run_stamps", "ns"), STAMPED)]


def dmatest(raw):
    for row in of_kind(raw, "dmatest"):
        if row["size"] == 64:
            aim = DMATEST_INLINE if row["engine"].startswith("inline") else DMATEST_LATER
            yield [f"RUN / dmatest, 64 B, depth 32, {row['engine']}",
                   *ratio_line(pairs(row, "dmatest", "run"), aim)]


def calls(raw):
    for row in of_kind(raw, "calls"):
        if row["engine"] == "inline-null":
            yield ["(SUBMIT+REAP of 32 - two null ioctls) / RUN, 64 B, inline-null",
                   *ratio_line(calls_net(row), SUBMIT)]


def modes(raw):
    for row in of_kind(raw, "modes"):
        yield ["SUBMIT+REAP / RUN, 1 MiB, depth 32, inline-copy",
               *ratio_line(pairs(row, "RUN", "SUBMIT+REAP"), SUBMIT_LARGE)]
        for mode in ("RUN", "RUN, polled", "SUBMIT+REAP"):
            yield [f"{mode} / bare loop, 1 MiB, depth 32, inline-copy",
                   *ratio_line(pairs(row, "bare", mode), LOOP_LARGE)]


def latency(raw):
    for row in of_kind(raw, "loop"):
        if row["depth"] == 1 and row["size"] in (64, LARGE):
            key = latency_key(row, raw["clock_step_ns"])
            yield [f"{key} of total, dmactl's / bare loop's, {size_name(row['size'])}, depth 1, "
                   + row["engine"],
                   *ratio_line(pairs(row, "run_stamps", "bare_stamps", key), LATENCY)]


def allocations(raw):
    for row in of_kind(raw, "allocations"):
        if row["program"] in ("RUN", "RUN with samples", "SUBMIT+REAP"):
            yield [f"allocations an operation, {row['program']}, {row['engine']}",
                   *allocations_line(row)]


def others(raw):
    for row in of_kind(raw, "two"):
        loops_line = ratio_line(pairs(row, "loops_two", "loops_one"), NOTHING)
        line = ratio_line(pairs(row, "two", "one"), TWO)
        if float(loops_line[0]) < TWO_LEAST:
            line[-1] = "not judged: see below"
            loops_line[-1] = "the host has no two CPUs to spare"
        yield ["two channels / one, two CPUs, 64 B, depth 32, inline-null", *line]
        yield ["two busy loops / one, two CPUs: what the host gives", *loops_line]
    for row in of_kind(raw, "request"):
        yield [f"bytes of {row['name']}", *ratio_line([row["bytes"]], REQUEST, "d")]
    for row in of_kind(raw, "instructions"):
        yield ["instructions of `dmactl list` in user space",
               *ratio_line(row["samples"]["list"], INSTRUCTIONS, ".0f")]
    for row in of_kind(raw, "memory"):
        yield ["peak memory, 10 M operations / 100 k, inline-null",
               *ratio_line(pairs(row, "many", "few"), MEMORY)]


def table(raw):
    lines = [line for part in (loops, dmatest, calls, modes, latency, allocations, others)
             for line in part(raw)]
    lines += [[what, "-", "-", "-", "-", "SKIPPED"] for what in raw["skipped"]]
    return columns(["bar", "median", "middle half", "min - max", "aim", ""], lines)
