# SPDX-License-Identifier: GPL-2.0
"""labgrid: pytest --lg-env board.yaml test_labgrid.py, the board being up with dmactl on it.

The tests run over the board's shell or SSH; baseline.json is new.json of a run that was good.
"""
BOARD = "DMACTL_CHANNEL=12680000.dma/1 DMACTL_REQUIRE=1 "


def dmactl(target, arguments):
    """It says what is wrong in its output."""
    shell = target.get_driver("CommandProtocol")
    out, err, status = shell.run(BOARD + "dmactl " + arguments, timeout=600)
    assert status == 0, "\n".join(out + err)


def test_check(target):
    dmactl(target, "check")


def test_bench(target):
    dmactl(target, "bench scripts/ci/board.ini --quiet --force -o new.json")


def test_compare(target):
    dmactl(target, "compare baseline.json new.json")
