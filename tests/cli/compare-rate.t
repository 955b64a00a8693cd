#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# How often compare is wrong: 100 comparisons of 50 cells with themselves, of skewed values with
# outliers and ties; and how often it misses a slow-down a little above the threshold.
. "$(dirname "$0")/lib.sh"

cat >"$T/rate.py" <<'PY'
import json, random, subprocess, sys

tool, tmp, mode, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
R = random.Random(20)


def noise():
    """1 at best, and slower: by a little, at times by much."""
    return 1 + R.expovariate(40) + (R.random() < 0.1) * R.uniform(0, 0.3)


def document(slower):
    results = []
    for cell in range(50):
        for repeat in range(20):
            # Throughput has no ties, p50 only a few values.
            time = noise() * (slower if cell == 7 else 1)
            results.append({
                "command": "memcpy", "channel_stable": "dma-sim.0/0", "simulated": True,
                "size": 64 << cell % 10, "depth": 1 + cell // 10, "repeat": repeat + 1,
                "valid": True, "interrupted": False, "throughput_bytes_per_second": 2e9 / time,
                "latency_ns": {"total": {"p50": round(200 * noise()) * 10}}})
    return {"schema": "dmactl/1", "kind": "measurement", "environment": {"platform": "uml"},
            "results": results, "skipped": [], "exit_code": 0}


alarms = regressions = tests = below = 0
for _ in range(rounds):
    for name, slower in (("base", 1), ("new", float(mode))):
        with open(f"{tmp}/{name}", "w", encoding="utf-8") as f:
            json.dump(document(slower), f)
    # Without a threshold there is only the test that can hold back.
    p = subprocess.run([tool, "compare", f"{tmp}/base", f"{tmp}/new", "--metric", "throughput,p50",
                        "--threshold", "0" if mode == "1" else "5", "-j"],
                       capture_output=True, check=False)
    assert p.returncode in (0, 2), p
    d = json.loads(p.stdout)
    p_values = [x["p"] for x in d["results"] if x["metric"] == "throughput"]
    tests += len(p_values)
    below += sum(p < 0.05 for p in p_values)
    said = {x["verdict"] for x in d["results"]}
    assert len(d["results"]) == 100
    alarms += said != {"none"}
    regressions += p.returncode == 2
print(alarms, regressions, round(1000 * below / tests))
PY

# rate NAME SLOWER ROUNDS
rate() {
	DMACTL_FAKE='' python3 "$T/rate.py" "$D" "$T" "$1" "$2" >"$T/out" 2>"$T/err"
	rc=$?
	read -r alarms regressions below <"$T/out" || alarms='' regressions='' below=0
}

# Of 100 with a chance of 5 percent each there are more than 12 once in 700 times, of which this is
# none: the seed is fixed. Without Holm's correction nearly all would be.
rate 1 100
[ "$rc" = 0 ] && [ "$alarms" -le 12 ]
point "100 comparisons with itself, alpha 0.05: ${alarms:-?} say that something differs"
[ "$rc" = 0 ] && [ "$regressions" -le "$alarms" ]
point "... ${regressions:-?} of them a regression"
# 5000 tests, each for itself: 50 in 1000, give or take four standard deviations.
[ "$rc" = 0 ] && [ "$below" -ge 38 ] && [ "$below" -le 62 ]
point "... and of 1000 tests by themselves $below have a p below 0.05"
rate 1.075 20
[ "$rc" = 0 ] && [ "$regressions" -ge 18 ]
point "one cell of 50 loses 7 percent: ${regressions:-?} of 20 find it above 5 percent"
done_testing
