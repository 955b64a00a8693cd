#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's own YNL client, with the published specification, against the module in a guest.
. "$(dirname "$0")/lib.sh"
cache=${DMACTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dmactl}
linux=$(find -L "$cache/src" -maxdepth 1 -name 'linux-6.12*' 2>/dev/null | head -n 1)
if [ ! -e "$linux/tools/net/ynl/cli.py" ] ||
	! /usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null; then
	skip 'the client' 'no kernel source in the cache, or no python3-yaml'
	end
fi
cat >"$T/inside" <<'END'
ynl() {
	/usr/bin/python3 -B "$LINUX/tools/net/ynl/cli.py" \
		--spec "$TOP/include/netlink/dmactl.yaml" \
		--schema "$LINUX/Documentation/netlink/genetlink.yaml" --output-json \
		--process-unknown "$@" 2>&1
}
modprobe dmactl && modprobe dma-sim
echo "@@ channels"; ynl --dump channel-get
echo "@@ channel"; ynl --do channel-get --json '{"name": "dma-sim.0/1"}'
echo "@@ none"; ynl --do channel-get --json '{"name": "none/0"}'
dmactl memcpy -c dma-sim.0/0 -n 1000 -w 0 >/dev/null
echo "@@ counted"; ynl --do channel-get --json '{"name": "dma-sim.0/0"}'
dmactl memcpy -c dma-sim.0/0 -t 600 >/dev/null 2>&1 &
while ! dmactl list | grep -q 'dma-sim.0/0 .*busy'; do sleep 0.1; done
echo "@@ sessions"; ynl --dump session-get
kill "$!"; wait
dmactl sim create stuck --no-terminate --quiet && dmactl sim fault stuck stall --nth 1
dmactl memcpy -c sim:stuck/0 -n 10 -w 0 -T 100ms >/dev/null 2>&1
echo "@@ quarantine"; ynl --dump quarantine-get
dmactl sim fault stuck stall --off
(while [ ! -e /run/heard ]; do dmactl memcpy -c dma-sim.0/2 -n 1 >/dev/null; sleep 0.2; done) &
echo "@@ events"; ynl --subscribe events --sleep 2
: >/run/heard; wait
echo "@@ end"
END
"$top/scripts/vm" --time 120 --env "LINUX=$linux" --env "TOP=$top" -- bash "$T/inside" \
	>"$T/out" 2>"$T/err"
cat >"$T/judge.py" <<'PY'
import json, re, sys

NR = BAD = 0
text = dict(re.findall(r"^@@ (\w+)\n(.*?)(?=^@@ )", open(sys.argv[1]).read(), re.S | re.M))


def point(name, section, true):
    """@true of what the section has as JSON, d, and as text, t."""
    global NR, BAD
    NR += 1
    t = text.get(section, "")
    try:
        good = true(json.loads(t) if t.lstrip()[:1] in "[{" else None, t)
    except Exception as e:
        good, t = False, t + repr(e)
    BAD += not good
    print(f"{'' if good else 'not '}ok {NR} - {name}")
    if not good:
        print("\n".join("# " + x for x in (t or "nothing").splitlines()[-12:]))


point("channel-get dumps every channel", "channels", lambda d, t: [
    c["stable"] for c in d] == [f"dma-sim.0/{i}" for i in range(4)] and all(
    c["driver"] == "dma-sim" and c["state"] == "free" and c["operations"] for c in d))
point("channel-get of one name", "channel", lambda d, t: d["stable"] == "dma-sim.0/1" and
      d["name"].startswith("dma") and d["done"] == 0)
point("a name that is not there is ENOENT, with a sentence", "none",
      lambda d, t: "No such file" in t and "extack" in t)
point("what was done is counted", "counted", lambda d, t: d["done"] == 1000 and
      d["bytes"] == 4096000 and d["claims"] == 1)
point("so is what took its time, and that no stream ran", "counted", lambda d, t:
      0 < d["latency-count"] <= 1000 and d["latency-count"] * d["latency-max-ns"] >=
      d["latency-sum-ns"] >= d["latency-max-ns"] > 0 and
      d["streams"] == d["periods"] == d["periods-dropped"] == 0)
point("session-get dumps the session that runs", "sessions", lambda d, t: len(d) == 1 and
      d[0]["command"] == "dmactl" and d[0]["channels"] == 1 and d[0]["pid"] > 0)
point("quarantine-get dumps what is stuck", "quarantine", lambda d, t: len(d) == 1 and
      d[0]["stable"] == "dma-sim.1/0" and d[0]["requests"] >= 1 and d[0]["bytes"] > 0)
point("events come, by their names", "events", lambda d, t: re.search(r"\bclaim\b", t) and
      re.search(r"\brelease\b", t) and "dma-sim.0/2" in t)
print(f"1..{NR}")
sys.exit(bool(BAD))
PY
python3 "$T/judge.py" "$T/out" && exit
sed 's/^/# /' "$T/err" | tail -n 20
exit 1
