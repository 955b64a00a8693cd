# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# Shell suites source this. A case is: t "sentence", commands by run, then what must hold. It
# prints TAP.
# A helper that fails notes why; the case goes on, so that all that is wrong is seen at once.

sims=/sys/kernel/config/dma-sim
tmp=$(mktemp -d "${TMPDIR:-/tmp}/dmactl-test.XXXXXX") || exit 1
nr=0
failures=0
name=
why=
skip=

# Ends the case before this one.
result()
{
	[ -n "$name" ] || return 0
	nr=$((nr + 1))
	if [ -n "$why" ]; then
		printf '%s' "$why" | sed 's/^/# /'
		echo "not ok $nr - $name"
		failures=$((failures + 1))
	else
		echo "ok $nr - $name${skip:+ # SKIP $skip}"
	fi
	name=
	why=
	skip=
}

t()
{
	result
	name=$1
}

finish()
{
	result
	echo "1..$nr"
	exit $((failures > 0))
}

bad()
{
	why="$why$*
"
}

# run COMMAND...: its status in $status, what it wrote in $tmp/out and $tmp/err.
run()
{
	what="$*"
	timeout -k 5 "${LIMIT:-300}" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	status=$?
}

# What a plain user runs: no capability, no group.
run_as_user()
{
	run setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all "$@"
}

show()
{
	sed 's/^/  /' "$tmp/out" "$tmp/err" | head -n 20
}

status_is()
{
	[ "$status" = "$1" ] || bad "$what: status $status, not $1
$(show)"
}

out_has()
{
	grep -Eq -e "$1" "$tmp/out" || bad "$what: no '$1' in its output
$(show)"
}

out_lacks()
{
	! grep -Eq -e "$1" "$tmp/out" || bad "$what: '$1' in its output
$(show)"
}

err_has()
{
	grep -Eq -e "$1" "$tmp/err" || bad "$what: no '$1' on standard error
$(show)"
}

err_is_empty()
{
	[ ! -s "$tmp/err" ] || bad "$what: something on standard error
$(show)"
}

# One sentence: a line or two, no stack of errors.
err_is_short()
{
	[ "$(wc -l <"$tmp/err")" -le "${1:-2}" ] || bad "$what: more than ${1:-2} lines of error
$(show)"
}

# json EXPRESSION...: the output is one JSON document d for which these Python expressions are true.
json()
{
	json_file "$tmp/out" "$@"
}

# Without site-packages: a guest pays dearly for every file that is looked for.
json_file()
{
	said=$(python3 -I -S - "$@" 2>&1 <<-'END'
		import json, sys
		d = json.load(open(sys.argv[1]))
		for e in sys.argv[2:]:
		    if not eval("(" + e + ")"):
		        rows = d.get("results", []) if isinstance(d, dict) else []
		        for r in rows:
		            print({k: v for k, v in r.items() if not isinstance(v, (dict, list))})
		        sys.exit("not so: " + e)
	END
	) || bad "$what: $(printf '%s' "$said" | tail -n 4)"
}

# soon COMMAND...: is true within some seconds, in which it was looked for $TRIES times (200).
soon()
{
	tries=0
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries + 1))
		if [ "$tries" -gt "${TRIES:-200}" ]; then
			bad "did not happen: $*"
			return 1
		fi
		sleep 0.05
	done
}

# dones NAME: how many operations channel 0 of that simulated device has completed
dones()
{
	dmactl info "sim:$1/0" 2>/dev/null | sed -n 's/^counters *\([0-9]*\) done.*/\1/p'
}

# more_done NAME BEFORE [MORE]: they have become so many more (1)
more_done()
{
	[ "$(dones "$1")" -ge $(($2 + ${3:-1})) ]
}

# passed NAME PERIODS: so many have passed in the cyclic transfer of its channel 0
passed()
{
	[ "$(head -n 1 "$sims/$1/streams" | cut -d ' ' -f 2)" -ge "$2" ]
}

# sim NAME [ATTRIBUTE=VALUE...]: a live simulated device.
sim()
{
	dir=$sims/$1
	shift
	mkdir "$dir" || return 1
	for pair; do
		echo "${pair#*=}" >"$dir/${pair%%=*}" || return 1
	done
	echo 1 >"$dir/live"
}

knob()
{
	echo "$3" >"$sims/$1/$2"
}

sim_gone()
{
	for knob in stall lost_interrupt late; do
		[ ! -e "$sims/$1/$knob" ] || echo off >"$sims/$1/$knob"
	done
	rmdir "$sims/$1"
}

no_sims()
{
	for dir in "$sims"/t-*; do
		[ ! -d "$dir" ] || sim_gone "${dir##*/}"
	done
}

# Lines of ours in the kernel's log, but for what the loader says of any module that is not in tree,
# and for what UML says of a program that gets SIGBUS, although it has a handler: the ring of a
# provider that left.
our_log()
{
	dmesg 2>/dev/null | grep -E 'dmactl|dma[-_]sim' |
		grep -Ev 'taint|dmactl-mark|segfault at .* error [46] in'
}

our_log_lines()
{
	our_log | wc -l
}

cleanup()
{
	no_sims
	modprobe -q -r dmactl 2>/dev/null
	modprobe -q -r dma-sim 2>/dev/null
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

# The first thing: both modules, and no device yet.
load_modules()
{
	if ! { modprobe dmactl && modprobe dma-sim default=0; }; then
		echo "Bail out! the modules cannot be loaded"
		exit 1
	fi
	log_before=$(our_log_lines)
}

# The last cases, of a suite that began with load_modules.
leaves_nothing()
{
	t "none of this left a line in the kernel's log"
	[ "$(our_log_lines)" = "$log_before" ] ||
		bad "$(our_log | tail -n 5)"

	t "nothing is left behind: both modules unload"
	soon rmmod dmactl
	soon rmmod dma_sim
}
