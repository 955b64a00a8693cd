# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: the data races that KCSAN reports, and whose they are."""

import re

BEGIN = re.compile(r"BUG: KCSAN: (.*)")
END = re.compile(r"={60}")
ACCESS = re.compile(r" by .* on cpu \d+:$")
FRAME = re.compile(r" \S+\+0x[0-9a-f]+/0x[0-9a-f]+(?: \[(\w+)\])?$")
OURS = ("dmactl", "dma_sim")
# An access counts as made by whoever made it or called what made it: a helper of the kernel, such
# as copy_to_user(), works on its caller's memory. Below that, all is the kernel's own business.
NEAR = 2


class Races:
    """Reports as they come in the log."""

    def __init__(self):
        self.ours, self.others = [], []
        self.report = None

    def take(self, line, during):
        """Whether the line belongs to a report: nobody else has to judge it."""
        begin = BEGIN.search(line)
        if begin:
            self.report = [f"{begin[1]} during: {during}"]
        elif self.report is None:
            return False
        elif END.search(line):
            (self.ours if is_ours(self.report) else self.others).append(self.report)
            self.report = None
        else:
            self.report.append(line)
        return True


def is_ours(report):
    """Whether one of the two accesses is made by our modules."""
    depth = NEAR
    for line in report:
        frame = FRAME.search(line)
        if ACCESS.search(line):
            depth = 0
        elif frame:
            if depth < NEAR and frame[1] in OURS:
                return True
            depth += 1
    return False
