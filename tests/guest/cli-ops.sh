# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0
# For the suites of the measuring commands, after lib.sh: all of their operations, and what many
# of them give at once.

# shellcheck disable=SC2034,SC2154	# used by the suites; lib.sh's
channel="-c sim:t-ops/0"
loop="-c sim:t-ops/0 -c sim:t-ops/1 --endpoint loopback"
frames="interleave --frames 9 --chunk 1001 --src-gap 77 --dst-gap 33"

# each OPTION... <LIST: every line's command ends well; its JSON goes to $tmp/docs.
each()
{
	: >"$tmp/docs"
	while read -r line; do
		# shellcheck disable=SC2086	# several options
		run dmactl $line "$@" -w 5 -v full -j
		status_is 0
		cat "$tmp/out" >>"$tmp/docs"
	done
}

# docs EXPRESSION: true for every result r of what each() ran.
docs()
{
	said=$(python3 - "$tmp/docs" "$1" 2>&1 <<-'END'
		import json, sys
		text, at, n = open(sys.argv[1]).read(), 0, 0
		while text[at:].strip():
		    d, end = json.JSONDecoder().raw_decode(text[at:].lstrip())
		    at += len(text[at:]) - len(text[at:].lstrip()) + end
		    for r in d["results"]:
		        n += 1
		        assert eval("(" + sys.argv[2] + ")"), "not so: %s" % r
		assert n, "no result"
	END
	) || bad "$(printf '%s' "$said" | tail -n 1)"
}

# Every operation, with sizes that are odd wherever they may be.
commands()
{
	cat <<-END
		memset --segments 3 -s 10001 $channel
		xor -s 10001 $channel
		xor --sources 2 -s 1 $channel
		xor --sources 8 -s 257 $channel
		xor --check -s 10001 $channel
		pq -s 10001 $channel
		pq --sources 1 -s 1 $channel
		pq --sources 8 -s 257 $channel
		pq --no-p -s 4099 $channel
		pq --no-q -s 4099 $channel
		pq --check -s 10001 $channel
		pq --check --no-p -s 4099 $channel
		pq --check --no-q -s 4099 $channel
		$frames $channel
		interleave --frames 300 --chunk 3 --src-gap 5 --dst-gap 61 $channel
		sg -d mem-to-dev --segments 3 -s 10004 $channel
		sg -d dev-to-mem --segments 3 -s 10004 $channel
		sg -d mem-to-mem --segments 3 --width 1 -s 10001 $channel
		sg -d dev-to-dev -s 4100 $channel
		sg -d dev-to-mem --endpoint buffer --width 8 --burst 2 -s 4096 $channel
	END
}
