# SPDX-License-Identifier: GPL-2.0
"""A run as a page of text."""
import bars
import judge

TEXT = """<!-- SPDX-License-Identifier: GPL-2.0 -->
# Results of bench/run

{environment}
dma-sim in a user-mode Linux guest: these are ratios between programs that drive the same simulated
channel, not speeds of any hardware. How to read them: README.md beside this file.

## All bars

Each with the median of its rounds, the middle half and the extremes; where they come from is below.

{bars}
## RUN / bare loop, operations per second, no stamps

{loops}
## RUN / bare loop, operations per second, both storing four stamps of each operation

{stamped}
## Latency as dmactl reports it / the bare loop's own, depth 1

The guest's clock goes in steps of {clock_step_ns} ns: of a median below 20 steps the mean is
judged.

{latency}
## RUN at depth 32 / dmatest, operations per second

{dmatest}
## All modes at 1 MiB, inline-copy, depth 32, operations per second

{modes}
## SUBMIT and REAP of 32 operations: ns an operation

The ratio is the difference, SUBMIT+REAP less the two system calls, to RUN.

{calls}
## A chain of 1,000 dependent 64 B copies: ns an operation

{chains}
## Streams of 16 MB a second, by the size of their periods

A ring of 32 periods; dma-sim coalesces callbacks that are late. Lost is what the reader missed.

{streams}
The fastest period of these without loss, every callback counted and every period read:

{stream_limit}
## Allocations, counted by tracing

{allocations}
## Whole commands in the guest (a system call costs 15 to 18 us there), and cp of 4 KiB

{commands}
"""


def skipped(raw):
    return "".join(f"- {what}: {why}\n" for what, why in raw["skipped"].items())


def report(raw):
    environment = "".join(f"- {key}: {value}\n" for key, value in raw["environment"].items())
    tables = {name: getattr(judge, name)(raw) for name in (
        "loops", "stamped", "latency", "dmatest", "modes", "calls", "chains", "streams",
        "stream_limit", "allocations", "commands")}
    page = TEXT.format(environment=environment, clock_step_ns=raw["clock_step_ns"],
                       bars=bars.table(raw), **tables)
    # What was not asked for has a table without a row.
    head, *parts = page.split("\n## ")
    page = "\n## ".join([head] + [part for part in parts if part.count("\n| ") > 2])
    if raw["skipped"]:
        page += "\n## SKIPPED\n\n" + skipped(raw)
    if raw["failures"]:
        page += "\n## Not measured\n\n" + "".join(f"- {text}\n" for text in raw["failures"])
    return page
