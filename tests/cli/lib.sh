# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# TAP for tests of the tool on the fake machine. FAKE and FAULT say what is odd about it (fake.h).
# GOLDEN=1 records golden/ anew: look at each of them afterwards.

here=$(cd "$(dirname "$0")" && pwd)
# Called by hand it is built first; run-all has done that.
if [ -z "$O" ]; then
	O=${DMACTL_BUILD:-$here/../../build}/tests-cli
	MAKEFLAGS='' make -s -C "$here" O="$O" "$(realpath -m "$O")/dmactl-fake" >&2 || exit 1
fi
D=$O/dmactl-fake
T=$(mktemp -d) || exit 1
trap 'rm -rf "$T"' EXIT
unset DMACTL_CHANNEL DMACTL_REQUIRE DMACTL_PLATFORM DMACTL_FAKE DMACTL_FAULT DMACTL_FAKE_LOG
unset DMACTL_FAKE_APPEAR DMACTL_FAKE_TRACE
export LC_ALL=C TZ=UTC ASAN_OPTIONS=detect_leaks=1:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
nr=0 bad=0 FAKE='' FAULT=''

# run ARGS...: rc, $T/out and $T/err
run() {
	: >"$T/log"
	DMACTL_FAKE=$FAKE DMACTL_FAULT=$FAULT DMACTL_FAKE_LOG=$T/log \
		timeout 300 "$D" "$@" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
	case $rc in
	0 | 1 | 2 | 3 | 64 | 77 | 130) ;;
	*)
		false
		point "no crash, sanitizer's report or time-out: $*"
		;;
	esac
}

point() { # NAME: the verdict is the last command's status
	[ $? -eq 0 ] && ok='' || ok='not '
	nr=$((nr + 1))
	echo "${ok}ok $nr - $1"
	[ -z "$ok" ] && return
	bad=1
	echo "# exit $rc, stdout and stderr:"
	sed 's/^/# /' "$T/out" "$T/err" | head -40
}

oneline() { tr -s ' \n' '  ' <"$1"; }

# says CODE SENTENCE ARGS...: the exit code, and the sentence on stderr (- for nothing at all)
says() {
	want=$1 text=$2
	shift 2
	run "$@"
	if [ "$text" = - ]; then
		[ "$rc" = "$want" ] && [ ! -s "$T/err" ]
	else
		[ "$rc" = "$want" ] && oneline "$T/err" | grep -qF -- "$text"
	fi
	point "$want: ${FAKE:+[$FAKE] }${FAULT:+<$FAULT> }$(printf '%.60s: %.90s' "$*" "$text")"
}

# prints TEXT: standard output of the last run has it
prints() {
	oneline "$T/out" | grep -qF -- "$1"
	point "... prints: $1"
}

silent() {
	[ ! -s "$T/out" ]
	point "... and nothing on standard output"
}

# file FILE NAME: it is there and not empty; no_file FILE NAME
file() {
	[ -s "$1" ]
	point "$2"
}

no_file() {
	[ ! -e "$1" ]
	point "$2"
}

# logs LINE: a line of the fake's log
logs() {
	grep -qxF -- "$1" "$T/log"
	point "... and did: $1"
}

# golden FILE ARGS...: standard output is golden/FILE, exit code 0; golden_1: exit code 1
golden() { golden_rc 0 "$@"; }

golden_1() { golden_rc 1 "$@"; }

golden_rc() {
	want=$1 name=$2
	shift 2
	run "$@"
	[ -n "$GOLDEN" ] && cp "$T/out" "$here/golden/$name"
	: >"$T/diff"
	[ "$rc" = "$want" ] && diff "$here/golden/$name" "$T/out" >"$T/diff" 2>&1
	point "golden $name: $*"
	[ -s "$T/diff" ] && sed 's/^/# /' "$T/diff"
	case $name in *.json | *.jsonl.out | *tap | *.xml | *.md) return ;; esac
	! grep -qE '^.{81}|[[:blank:]]$' "$T/out"
	point "... within 80 columns, no blanks at the end"
}

# js NAME EXPRESSION: a Python expression over the document d, its environment e, its first result r
# and that one's latencies l
js() { js_file "$T/out" "$@"; }

js_file() {
	python3 - "$1" "$3" >"$T/js" 2>&1 <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
e = d["environment"]
r = d["results"][0] if d["results"] else {}
l = r.get("latency_ns")
sys.exit(0 if eval("(" + sys.argv[2] + ")") else 1)
PY
	point "$2"
	[ -s "$T/js" ] && sed 's/^/# /' "$T/js"
	return 0
}

# change FROM TO PROGRAM: a document d, its environment e and its results r, changed by Python
change() {
	python3 - "$T/$1" "$T/$2" "$3" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
e, r = d["environment"], d["results"]
exec(sys.argv[3])
json.dump(d, open(sys.argv[2], "w"))
PY
}

skip() { # NAME WHY
	nr=$((nr + 1))
	echo "ok $nr - $1 # SKIP $2"
}

done_testing() {
	echo "1..$nr"
	exit $bad
}
