# SPDX-License-Identifier: GPL-2.0
"""scripts/vm: the data races that KCSAN reports, and whose they are."""

import re

# The two functions that access the same memory; one of a module has the module's name behind it.
BEGIN = re.compile(r"BUG: KCSAN: (.*)")
END = re.compile(r"={60}")
OURS = re.compile(r"\[(dmactl|dma_sim)\]")


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
            (self.ours if OURS.search(begin[1]) else self.others).append(self.report)
        elif self.report is None:
            return False
        elif END.search(line):
            self.report = None
        else:
            self.report.append(line)
        return True
