# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# Sourced by the suites. One boot of an emulated board does the work and leaves its results; they
# are judged outside the guest.

set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
out=$dir/out
n=0
failed=0

ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		failed=1
	fi
}

# 400 copies, each of which needs the one before it.
cat >"$dir/chain" <<'END'
buf a 4K fill=random; buf b 4K
repeat 200 { memcpy b <- a; fence; memcpy a[0+2K] <- b[0+2K]; fence }
expect a == b
END

# What the job in the guest has: try NAME COMMAND... keeps exit status and output.
cat >"$dir/lib" <<'END'
try() {
	name=$1
	shift
	echo "dmactl-mark: $name" >/dev/kmsg
	"$@" >"$VM_OUT/$name.out" 2>"$VM_OUT/$name.err"
	echo $? >"$VM_OUT/$name.status"
}
first() {
	dmactl list | sed -n 's/.*\([0-9a-f]\{8\}\.dma[a-z-]*\/[0-9]*\).*/\1/p' | head -n 1 |
		tee "$VM_OUT/channel"
}
. "$VM_IN/job"
END

# board MACHINE [OPTION...]: have it do $dir/job, with the other files of $dir at hand.
board() {
	local machine=$1 put=() f boot
	shift
	for f in "$dir"/*; do
		[ ! -f "$f" ] || put+=(--put "$f")
	done
	"$top/scripts/vm" --machine "$machine" --time 1500 "${put[@]}" "$@" --out "$out" -- \
		sh /run/in/lib 2>"$dir/vm.err"
	boot=$?
	ok $boot "the guest ran to its end without a complaint of its kernel"
	[ $boot = 0 ] || sed 's/^/# /' "$dir/vm.err"
}

# Exit status of the guest's command NAME.
status() {
	cat "$out/$1.status" 2>/dev/null || echo none
}

# told NAME STATUS TEXT WHAT: the guest's command ended so, and said this on standard error.
told() {
	local rc
	[ "$(status "$1")" = "$2" ] && { [ -z "$3" ] || grep -qF -- "$3" "$out/$1.err"; }
	rc=$?
	ok $rc "$4"
	[ $rc = 0 ] || sed "s/^/# $1: /" "$out/$1".* 2>/dev/null
}

succeeded() {
	told "$1" 0 '' "$2"
}

# An expression over the JSON document d of the guest's command NAME.
says() {
	python3 -c 'import json, sys; d = json.load(open(sys.argv[1]))
sys.exit(not eval("(" + sys.argv[2] + ")"))' "$out/$1.out" "$2"
	ok $? "$3"
}

# last_word NAME FILE WHAT: what devmem read in the guest is the end of a file of 4 KiB.
last_word() {
	[ "$(tr 'A-F' 'a-f' <"$out/$1.out")" = "0x$(od -An -tx4 -j 4092 "$2" | tr -d ' ')" ]
	ok $? "$3"
}

# same MACHINE: its info and doctor say what is kept here of them; GOLDEN=1 keeps what they say now.
same() {
	local kept of
	for of in info doctor; do
		kept=$top/tests/hardware/golden/$1-$of.out
		: >"$dir/diff"
		[ -z "${GOLDEN:-}" ] || cp "$out/$of.out" "$kept"
		[ "$(status $of)" = 0 ] && diff "$kept" "$out/$of.out" >"$dir/diff"
		ok $? "$of explains this machine, as in ${kept##*/}"
		sed 's/^/# /' "$dir/diff"
	done
}

# The driver's own "info -j", in real, against the profile that dma-sim has of it, in profile.
matches_profile() {
	python3 - "$out/real.out" "$out/profile.out" <<-'END'
	import json, sys
	real, profile = (json.load(open(f))["results"][0] for f in sys.argv[1:])
	# What all simulated devices have the same of is in no profile.
	for d in real, profile:
	    d["traits"] = sorted(set(d["traits"]) - {"private", "release", "reuse", "simulated"})
	# No segment is longer than what the machine can map at once.
	profile["max_segment"] = min(profile["max_segment"], real["max_mapping"])
	keys = [k for k in profile if k in real and k != "max_mapping"]
	wrong = [f"{k}: {real[k]}, and in the profile {profile[k]}" for k in keys
	         if real[k] != profile[k]]
	print(*("# " + w for w in wrong), sep="\n", end="\n" * bool(wrong))
	sys.exit(bool(wrong) or len(keys) < 19)
	END
	ok $? "... has all capabilities that the driver tells, and no other"
}
