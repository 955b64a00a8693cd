# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# For the suites of `dmactl check`, after lib.sh.

# shellcheck disable=SC2154	# of lib.sh

# verdicts EXPRESSION: over the names of cases ok, failed, skipped, notes, their sentences t, and
# the document d
verdicts()
{
	said=$(python3 - "$tmp/out" "$1" 2>&1 <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		by = {v: {r["case"] for r in d["results"] if r["verdict"] == v}
		      for v in ("ok", "failed", "skipped", "note")}
		ok, failed, skipped, notes = by["ok"], by["failed"], by["skipped"], by["note"]
		t = {r["case"]: r["what"] for r in d["results"]}
		ops = lambda names: {n.split(".")[0] for n in names}
		if not eval("(" + sys.argv[2] + ")"):
		    print("not so: " + sys.argv[2])
		    for n in sorted(failed)[:8]:
		        print("failed: " + n + ": " + t[n])
		    sys.exit(1)
	END
	) || bad "$what: $said"
}

# right ATTRIBUTE=VALUE...: all is right on a device like this
right()
{
	t "right with ${*:-nothing odd}"
	sim t-check "$@" || bad "sim $*"
	run dmactl check -c sim:t-check/0
	status_is 0
	out_has "^1[0-9][0-9] ok, 0 failed, [0-9]+ skipped"
	err_is_empty
	no_sims
}

# wrong "KNOB VALUE" EXPRESSION: this defect is found. Where it is one that is waited for, $ms says
# how long it was; again with longer times where the host may have been too slow for what is right.
wrong()
{
	t "the defect ${1%% *} (${1#* })"
	why_before=$why
	for ms in 200 1000 4000; do
		why=$why_before
		sim t-check
		knob t-check "${1%% *}" "${1#* }"
		case $1 in
		stall* | lost_interrupt* | prep_null*)
			run dmactl check -c sim:t-check/0 -j -T ${ms}ms
			;;
		*)
			run dmactl check -c sim:t-check/0 -j
			ms=4000
			;;
		esac
		status_is 1
		verdicts "$2"
		no_sims
		if [ -z "$why" ] || [ "$ms" = 4000 ]; then
			break
		fi
	done
}
