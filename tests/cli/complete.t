#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What bash and zsh complete: each command's options are those of its --help, its values what the
# help calls them, and channels those that are there.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
install=$here/../../scripts/install
mkdir "$T/bin"
ln -s "$(realpath "$D")" "$T/bin/dmactl"
PATH=$T/bin:$PATH
cd "$T" || exit 1
touch a-file.json
# shellcheck source=scripts/install/dmactl.bash
. "$install/dmactl.bash"

# completes LINE: what bash offers at its end, one a line in $T/out
completes() {
	COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
	_dmactl 2>"$T/err"
	printf '%s\n' "${COMPREPLY[@]}" >"$T/out"
	rc=$?
}

offers() { # LINE WORDS
	completes "$1"
	[ "$(tr '\n' ' ' <"$T/out")" = "$2 " ]
	point "bash: '$1' can go on with: $2"
}

commands='list info doctor memcpy memset xor pq interleave sg cyclic interrupt bench chain litmus
check compare report top monitor trace sim'
commands=${commands//$'\n'/ }
offers 'dmactl ' "$commands"
run --help
[ "$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$T/out" | tr '\n' ' ')" = \
	"$commands " ]
point 'those are the commands of --help'
for c in '' $commands 'sim create' 'sim destroy' 'sim list' 'sim fault'; do
	# shellcheck disable=SC2086 # a command and its verb
	run $c --help
	grep -oE '^ {2,6}(-., )?--[a-z-]+=?' "$T/out" | grep -oE -e '--.*' | sort >"$T/help"
	completes "dmactl $c${c:+ }--"
	sort "$T/out" >"$T/offered"
	[ -s "$T/help" ] && diff "$T/help" "$T/offered" >"$T/out"
	point "bash: the options of dmactl $c are those of its help"
done
offers 'dmactl mem' 'memcpy memset'
offers 'dmactl memcpy --ver' '--verify= --version'
offers 'dmactl memcpy --verify=' 'none sample full'
offers 'dmactl memcpy -v s' 'sample'
offers 'dmactl memcpy --mode r' 'run'
offers 'dmactl memcpy --time ' ''
offers 'dmactl top --sort=' 'channel state ops bytes flight latency max lost bad holder'
offers 'dmactl sim ' 'create destroy list profiles fault'
offers 'dmactl sim create --fence=' 'honour ignore'
offers 'dmactl info dma-sim.0/' "$(printf 'dma-sim.0/%d ' 0 1 2 3 4 5)dma-sim.0/6"
offers 'dmactl memcpy -c 0000:00:04.0/' '04.0/0 04.0/1'
offers 'dmactl memcpy -c dma-sim.0/0 --channel=12680000.dma/' \
	'12680000.dma/0 12680000.dma/1 12680000.dma/2'
offers 'dmactl doctor s' 'sim:any'
offers 'dmactl chain a-f' 'a-file.json'
offers 'dmactl report --output=a-f' 'a-file.json'
offers 'dmactl trace -o x -- dmactl mem' ''
# Without the module nothing is loaded, however often the key is pressed.
export DMACTL_FAKE='nomodule'
offers 'dmactl info ' 'any sim:any'
says 77 'names do not load it' list --format names
unset DMACTL_FAKE

if command -v zsh >/dev/null; then
	# What its function hands to the shell, by others of the same names.
	cat >"$T/try" <<-END
		compadd() { shift; print -l -- \${(P)1}; }
		_files() { print -l -- files; }
		_message() { print -l -- "\$1"; }
		compset() { :; }
		_describe() { print -l -- \${plain%%:*} \${valued%%:*}; }
		words=("\$@") CURRENT=\$#
		. $install/_dmactl
	END
	zoffers() { # WORDS LINE-WORDS...
		want=$1
		shift
		[ "$(zsh -f "$T/try" "$@" 2>"$T/err" | tee "$T/out" | tr '\n' ' ')" = "$want " ] &&
			[ ! -s "$T/err" ]
		point "zsh: '$*' can go on with: $want"
	}
	for c in $commands 'sim create' 'sim destroy' 'sim list' 'sim fault'; do
		# shellcheck disable=SC2086 # a command and its verb
		run $c --help
		grep -oE '^ {2,6}(-., )?--[a-z-]+' "$T/out" | grep -oE -e '--.*' | sort >"$T/help"
		# shellcheck disable=SC2086
		zsh -f "$T/try" dmactl $c - 2>"$T/err" | grep -e '^--' | sort >"$T/offered"
		diff "$T/help" "$T/offered" >"$T/out"
		point "zsh: the options of dmactl $c are those of its help"
	done
	zoffers 'none sample full' dmactl memcpy -v ''
	zoffers 'none sample full' dmactl memcpy --verify=
	zoffers 'TIME' dmactl memcpy --time ''
	zoffers 'files' dmactl memcpy -o ''
	zsh -f "$T/try" dmactl memcpy -c '' >"$T/out" 2>"$T/err"
	rc=$?
	grep -qx 'dma-sim.0/0' "$T/out" && grep -qx 'any' "$T/out"
	point 'zsh: channels are those that are there'
else
	skip zsh 'zsh is not installed'
fi
done_testing
