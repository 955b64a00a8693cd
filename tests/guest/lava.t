#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The LAVA test definition: its steps are run as LAVA does, with stand-ins that note what is told.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/guest/lib.sh
. "$here/lib.sh"
lava=$(cd "$here/../../scripts/ci/lava" && pwd)

# Words as LAVA's own helpers take them: each call is a line of calls.
mkdir "$tmp/bin"
for helper in lava-test-case lava-test-set; do
	cat >"$tmp/bin/$helper" <<-END
		#!/bin/sh
		echo "$helper \$*" >>"$tmp/calls"
	END
	chmod +x "$tmp/bin/$helper"
done
printf "[copy]\nsize=64,4K\ntime=10ms\nwarmup=0\nrepeat=2\nbaseline=none\n" >"$tmp/job"

t 'the definition is one, and has steps and defaults'
python3 - "$lava" "$tmp" 2>"$tmp/err" <<'PY' || bad "$(cat "$tmp/err")"
import sys
import yaml

with open(sys.argv[1] + "/dmactl.yaml", encoding="utf-8") as file:
    d = yaml.safe_load(file)
assert d["metadata"]["format"] == "Lava-Test Test Definition 1.0"
assert all(isinstance(d["metadata"][key], str) for key in ("name", "description"))
assert set(d["params"]) == {"CHANNEL", "JOBFILE"} and list(d["run"]) == ["steps"]
with open(sys.argv[2] + "/steps", "w", encoding="utf-8") as file:
    file.write("\n".join(d["run"]["steps"]) + "\n")
for name in ("qemu", "device"):
    with open(f"{sys.argv[1]}/{name}.yaml", encoding="utf-8") as file:
        assert isinstance(yaml.safe_load(file.read().replace("@", "")), dict), name
PY

# board CHANNEL JOBFILE: the steps, where LAVA has put a copy of the repository
board()
{
	: >"$tmp/calls"
	(
		cd "$lava/../../.." || exit 1
		PATH="$tmp/bin:$PATH" CHANNEL=$1 JOBFILE=$2 sh -e "$tmp/steps"
	) >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
	what='the steps'
}

# told NUMBER PATTERN: so many calls
told()
{
	n=$(grep -cE -e "$2" "$tmp/calls")
	[ "$n" = "$1" ] || bad "$n calls of '$2', not $1
$(tail -n 20 "$tmp/calls")"
}

load_modules

t 'a channel that is right: each point is told, with what was measured'
sim t-lava || bad sim
board sim:t-lava/0 "$tmp/job"
status_is 0
ok=$(grep -cE '^  ok [0-9]+ [^#]*$' "$tmp/out")
skipped=$(grep -cE '^  ok .* # SKIP ' "$tmp/out")
[ "$ok" -gt 100 ] || bad "only $ok points"
told $((ok + 2)) '^lava-test-case [A-Za-z0-9._+-]+ --result pass'
told "$skipped" '^lava-test-case [A-Za-z0-9._+-]+ --result skip$'
told 0 ' --result fail'
cell='^lava-test-case memcpy\.size-(64|4K)\.depth-1'
told 2 "$cell --result pass --measurement [0-9.]+ --units GB/s\$"
told 1 '^lava-test-set start check-dma-sim\.[0-9]+-0$'
told 1 '^lava-test-set start bench-copy$'
told 2 '^lava-test-set stop$'
told 1 '^lava-test-case check\.exit-status --result pass --measurement 0$'
told 1 '^lava-test-case bench\.exit-status --result pass --measurement 0$'

t 'a defect, and a limit that is not met'
knob t-lava corrupt 'every 1'
printf 'limit=p50<1ns\n' >>"$tmp/job"
board sim:t-lava/0 "$tmp/job"
[ "$status" != 0 ] || bad 'status 0'
told 1 '^lava-test-case memcpy\.lengths --result fail$'
told 2 '^lava-test-case memcpy\.size-(64|4K)\.depth-1 --result fail$'
told 1 '^lava-test-case check\.exit-status --result fail --measurement 1$'
told 1 '^lava-test-case bench\.exit-status --result fail --measurement [12]$'

t 'no channel: said to be skipped, and not to be right'
board sim:none/0 "$tmp/job"
told 1 '^lava-test-case check\.exit-status --result (skip|fail) --measurement [0-9]+$'
told 0 ' --result pass'
finish
