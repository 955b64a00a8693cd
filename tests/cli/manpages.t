#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The page of each command, which scripts/manpages cuts out of dmactl.1: every option of --help and
# no other, what it does, and nothing that a formatter complains of.
. "$(dirname "$0")/lib.sh"
top=$here/../..
"$top/scripts/manpages" "$T/man" >"$T/out" 2>"$T/err"
rc=$?
[ "$(cd "$T/man" && printf '%s\n' * | sort)" = "$("$top/scripts/manpages" --list | sort)" ]
point 'the pages are those of the list'
says_of() { # COMMAND: option names of the page
	sed -n '/^\.TP/{n;s/\\-/-/g;p;}' "$T/man/dmactl-$1.1" | grep -oE -e '--[a-z][a-z-]*' | sort -u
}
commands=$(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$here/golden/help.out")
for c in $commands; do
	page=$T/man/dmactl-$c.1
	: >"$T/help"
	[ "$c" = sim ] && verbs='create destroy list profiles fault' || verbs=-
	for verb in $verbs; do
		# shellcheck disable=SC2046 # a command and its verb
		run "$c" $([ "$verb" = - ] || echo "$verb") --help
		cat "$T/out" >>"$T/help"
	done
	grep -oE '^ {2,6}(-., )?--[a-z][a-z-]*' "$T/help" | grep -oE -e '--.*' | sort -u >"$T/given"
	[ -s "$T/given" ] && says_of "$c" | diff "$T/given" - >"$T/out"
	point "dmactl-$c(1) has the options of its help and no other"
	grep -qi "^dmactl.-$c .- $(grep "^  $c " "$here/golden/help.out" | sed 's/^  [a-z]* *//')\$" \
		"$page" && [ "$(sed -n '/^\.SH DESC/,/^\.SH/p' "$page" | wc -l)" -gt 4 ] &&
		[ "$(grep -c '^\.SY ' "$page")" = "$(echo "$verbs" | wc -w)" ]
	point '... its line, how it is called and what it does'
	if command -v mandoc >/dev/null; then
		mandoc -T lint -W warning "$page" >"$T/out" 2>"$T/err" && [ ! -s "$T/out" ]
		point '... mandoc has nothing to say'
	else
		skip 'mandoc has nothing to say' 'no mandoc here'
	fi
done
says_refused() {
	"$top/scripts/manpages" "$@" >"$T/out" 2>"$T/err"
	rc=$?
	[ "$rc" = 64 ] && grep -q usage "$T/err"
	point "manpages $*: wrong usage"
}
says_refused
says_refused a b
done_testing
