# SPDX-License-Identifier: GPL-2.0
"""trace_right.py FILE EXPRESSION: a trace is right in itself, and the expression is true of it.

r are its slices, requests and periods, the first one x; i its instants, n the names of its
threads by their numbers, o its otherData.
"""

import json
import sys


def ns(us):
    return round(us * 1000)


def check_nesting(slices):
    """Those of a thread are apart or nested."""
    ends = []
    for e in sorted(slices, key=lambda e: (ns(e["ts"]), -ns(e["dur"]))):
        begin, end = ns(e["ts"]), ns(e["ts"]) + ns(e["dur"])
        while ends and ends[-1] <= begin:
            ends.pop()
        assert not ends or end <= ends[-1], ("neither apart nor nested", e)
        ends.append(end)


with open(sys.argv[1], encoding="utf-8") as f:
    d = json.load(f)
events, o = d["traceEvents"], d["otherData"]
assert d["displayTimeUnit"] == "ns"
assert {e["ph"] for e in events} <= {"X", "i", "M"}
assert all(e["pid"] == 1 for e in events)
r = [e for e in events if e["ph"] == "X"]
i = [e for e in events if e["ph"] == "i"]
n = {e["tid"]: e["args"]["name"] for e in events if e["name"] == "thread_name"}
assert all(e["tid"] in n for e in r + i)
assert all(e["dur"] >= 0 and e["ts"] >= 0 for e in r)
assert o["requests"] == sum(e["cat"] == "request" for e in r)
assert o["periods"] >= sum(e["cat"] == "period" for e in r)
for thread in n:
    check_nesting([e for e in r if e["tid"] == thread])
x = r[0] if r else None
if not eval("(" + sys.argv[2] + ")"):
    sys.exit(f"not so: {sys.argv[2]}: {r[:20]} {i[:20]} {n} {o}")
