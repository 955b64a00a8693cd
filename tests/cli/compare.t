#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# compare: cells, what is said of them, forms of output, exit codes, what is refused.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 1

# doc FILE PYTHON...: a document of 20 repeats of two sizes, changed by statements about its results
# r, each as x, and itself d. Values are spread by a rule, without ties.
cat >doc.py <<'PY'
import json, sys
r = [dict(command="memcpy", channel="dma2chan0", channel_stable="dma-sim.0/0", driver="dma-sim",
          simulated=True, mode="run", completion="irq", loop="closed", buffer="pages", size=size,
          depth=4, batch=1, buffers=4, pinned_cpu=None, repeat=k + 1, labels={}, parity_checks=None,
          verify={"mode": "sample"}, bytes=1, bytes_written=1, interrupted=False, valid=True,
          throughput_bytes_per_second=1e9 + 1e5 * (k * 7 % 20) + size, operations_per_second=1e6,
          latency_ns={"total": {"p50": 2000 + k * 11 % 20, "p99": 5000 + k * 3 % 20},
                      "submit": {"p99": 100 + k}})
     for size in (4096, 65536) for k in range(20)]
d = dict(schema="dmactl/1", kind="measurement", environment={"platform": "uml", "kernel": "6.12.0",
         "hostname": "h"}, results=r, skipped=[], exit_code=0, error=None)
for statement in sys.argv[1:]:
    exec(statement)
json.dump(d, sys.stdout)
PY
doc() {
	file=$1
	shift
	python3 doc.py "$@" >"$file"
}
slow='[x.update(throughput_bytes_per_second=x["throughput_bytes_per_second"] * .93) for x in r
	if x["size"] == 4096]'
late='[x["latency_ns"]["submit"].update(p99=200) for x in r]'
doc base
doc same
doc slow "$slow"
doc late "$late"
doc few 'del r[3:20]'
doc other '[x.update(depth=8) for x in r]'

golden compare.out compare base same
golden_rc 2 compare-slow.out compare base slow
golden_rc 2 compare-several.out compare base slow few other
golden_rc 2 compare.md compare base slow few --format markdown
golden_rc 2 compare.xml compare base slow few other --format junit
[ "$(python3 -c 'import sys, xml.dom.minidom as m
print(len(m.parse("out").getElementsByTagName("failure")))')" = 1 ]
point 'the XML can be parsed, and has a failure'

# Directions, thresholds, metrics.
says 0 - compare slow base
prints 'throughput 931MB/s 1.00GB/s +7.53%'
prints '0 worse, 1 better'
says 0 - compare base slow --threshold 7.1
prints ' small'
says 2 - compare base slow --threshold 6.9%
says 0 - compare base slow --metric p50,p99
says 0 - compare base late
says 2 - compare base late --metric submit.p99
prints '2 worse, 0 better'
says 0 - compare late base --metric submit.p99,ops
prints '0 worse, 2 better'
says 0 - compare base slow --alpha 0.000000000001
prints '0 worse, 0 better'
says 0 - compare base same --metric device.max
prints '(0 and 0 repeats)'
says 3 - compare base same --metric device.max --strict

# JSON.
run compare base slow -j
js 'its kind and exit code' 'd["kind"] == "comparison" and d["exit_code"] == 2'
js 'a row per cell and metric' '[(x["cell"]["size"], x["metric"], x["verdict"])
	for x in d["results"]] == [(4096, "throughput", "regression"), (4096, "p50", "none"),
	(4096, "p99", "none"), (65536, "throughput", "none"), (65536, "p50", "none"),
	(65536, "p99", "none")]'
js 'its numbers' 'r["unit"] == "bytes/s" and r["better"] == "more" and r["method"] == "exact" and
	r["base_repeats"] == r["new_repeats"] == 20 and abs(r["difference_percent"] + 7) < .01 and
	r["interval_percent"][0] < -7 < r["interval_percent"][1] < -6.9 and r["u"] == 0'
# 2 / C(40, 20), and Holm: the smallest of six.
js 'p, and p of all' 'abs(r["p"] * 137846528820 - 2) < 1e-6 and
	abs(r["p_holm"] / r["p"] - 6) < 1e-6'
run compare base slow --jsonl
[ "$(wc -l <out)" = 8 ]
point 'lines: the environment, six rows, the end'
says 2 - compare base slow -o result.json --quiet
js_file result.json 'written to a file as well' 'd["exit_code"] == 2 and len(d["results"]) == 6'
says 64 'result.json exists already' compare base slow -o result.json
doc nonsense 'd["schema"] = "x"'
says 64 "its schema is 'x'" compare base nonsense -o new.json
no_file new.json.partial 'and nothing is left of the file'

# Too few, vanished, new, invalid, torn: said, and with --strict exit 3.
says 0 - compare base few
prints '(20 and 3 repeats)'
prints 'undecided: fewer than 5 repeats a side'
says 3 - compare base few --strict
doc gone 'del r[20:]'
says 0 - compare base gone
prints 'vanished: size 64K'
says 3 - compare base gone --strict
says 0 - compare gone base
prints 'new, not in the base: size 64K'
says 3 - compare gone base --strict
doc invalid 'r[0].update(valid=False, throughput_bytes_per_second=None)' \
	'r[1].update(interrupted=True)'
says 0 - compare base invalid
prints 'invalid: 2 of 40 results are invalid or were interrupted: not used'
prints '(20 and 18 repeats)'
says 3 - compare base invalid --strict
run compare invalid invalid -j
js 'what was not used is told' 'd["skipped"] == [{"job": "invalid", "why":
	"2 of 40 results are invalid or were interrupted: not used"}] * 2'
doc whole
head -c 20000 whole >torn.partial
says 0 - compare base torn.partial
prints 'torn.partial: 1 of 1 documents have no end: the run broke off'
says 3 - compare base torn.partial --strict
says 3 'no cell that base shares with the new results' compare base other
doc empty 'd["results"] = []'
says 3 'nothing was compared' compare empty empty
says 2 - compare base slow few --strict
doc twice '[x.update(repeat=1) for x in r]'
says 0 - compare base twice
prints 'twice: 38 results have the cell and the repeat of another one'

# Environments.
doc newer 'd["environment"]["kernel"] = "6.13.0\033[31m"' '[x.update(iommu="dma") for x in r]'
says 0 - compare base newer
prints 'environment: kernel: 6.12.0, then 6.13.0?[31m'
prints 'environment: iommu: unknown, then dma'
[ "$(grep -c iommu out)" = 1 ]
point '... each once'
says 3 - compare base newer --strict
run compare base newer -j
js 'a row for each' '[(x["key"], x["verdict"]) for x in d["results"] if "key" in x] ==
	[("kernel", "environment"), ("iommu", "environment")]'

# What makes a cell, and what does not.
for member in 'command="memset"' 'channel_stable="dma-sim.0/1"' 'mode="submit"' 'batch=2' \
	'completion="poll"' 'pinned_cpu=1' 'labels={"a": "b"}' 'segments=2' 'rate=1000' \
	'verify={"mode": "full"}' 'parity_checks={"good": 1}' 'bytes_written=2'; do
	doc changed "[x.update($member) for x in r]"
	says 3 'nothing was compared' compare base changed
done
# What later versions tell: the usual is no difference to what was not told.
told='[x.update(value=None, align=None, src_offset=0, dst_offset=0, parity="pq") for x in r]'
doc now "$told"
says 0 - compare base now --strict
says 0 - compare now base --strict
for member in value=0 align=64 src_offset=64 dst_offset=8 'parity="q"'; do
	doc changed "$told" "[x.update($member) for x in r]"
	says 3 'nothing was compared' compare now changed
	says 0 - compare changed changed --strict
	# An older version did not tell which it was.
	says 0 - compare base changed --strict
	says 0 - compare changed base --strict
done
doc two "$told" 'r.extend([dict(x, align=64) for x in r])'
says 0 - compare base two
prints 'new, not in the base: size 4K, align 64'
[ "$(grep -c 'new, not' out)" = 2 ]
point '... and only that: the usual is what the base has'
doc odd "$told" 'r.extend([dict(x, align=64) for x in r])' \
	'[x.update(align=4096) for x in r if not x["align"]]'
says 3 'nothing was compared' compare base odd
differ() { # COMMAND OPTIONS OPTIONS
	# shellcheck disable=SC2086 # words
	run $1 -c sim:any -n 50 -w 0 -j $2
	cp out one
	# shellcheck disable=SC2086
	run $1 -c sim:any -n 50 -w 0 -j $3
	cp out two
	says 3 'nothing was compared' compare one two
	says 0 - compare one one
}
differ memset '--value 1' '--value 2'
differ memcpy '--align 64' '--align 128'
differ memcpy '--align 64 --offset 0,8' '--align 64 --offset 8,0'
FAKE=able
differ pq '' --no-p
differ pq --no-q --no-p
FAKE=''
doc same2 '[x.update(channel="dma9chan3", migrations=7, elapsed_ns=x["repeat"]) for x in r]'
says 0 - compare base same2 --strict
doc all '[x.update(channel="all", channel_stable=None) for x in r]'
says 3 'nothing was compared' compare base all
says 0 - compare all all --strict
prints 'channel all'

# Several new files; one sample of several; several documents in a file; lines; a pipe.
says 0 - compare base few few --strict --pool --metric p50
prints '(20 and 6 repeats)'
cat few few >fews
says 0 - compare base fews
prints '(20 and 6 repeats)'
run memcpy -c sim:any -s 64,4K -n 2000 --repeat 5 --jsonl
cp out lines
run memcpy -c sim:any -s 64,4K -n 2000 --repeat 5 -j
cp out ours
says 0 - compare lines ours --strict
prints '(5 and 5 repeats)'
"$D" compare - ours <lines >out 2>err
rc=$?
[ "$rc" = 0 ]
point 'the base from standard input'
FAKE=ring
run cyclic -c sim:any -d dev-to-mem --period 64 -n 200 -j
cp out ring
FAKE=''
says 0 - compare ring ring --metric interval.p50,jitter.p50,mean
prints 'interval.p50'
run interrupt -c sim:any -n 2000 --repeat 5 -j
cp out nothing
says 0 - compare nothing nothing
! grep -q throughput out
point 'what moves nothing has no throughput'

# Refused.
doc real '[x.update(simulated=False) for x in r]'
says 64 'one is of a simulated channel, one of a real one' compare base real
doc half '[x.update(simulated=False) for x in r if x["size"] == 4096]'
says 64 'one is of a simulated channel' compare base half
says 0 - compare half half
says 64 'compare what?' compare
says 64 'compare with what?' compare base
says 64 'nosuch: No such file or directory' compare base nosuch
says 64 'standard input (-) can be read only once' compare - -
says 64 "--metric: 'p98' is not a list" compare base same --metric p98
says 64 "--metric: 'p50,total.ops' is not a list" compare base same --metric p50,total.ops
says 64 "--metric: 'p50,p50' is not a list" compare base same --metric p50,p50
says 64 "--threshold: '-1' is not a percentage" compare base same --threshold=-1
says 64 "--alpha: '0' is not a probability above 0 and up to 0.5" compare base same --alpha 0
says 64 "--format: 'html' is not table, markdown or junit" compare base same --format html
says 64 '--format junit and JSON: one of them' compare base same --format junit -j
run list -j
cp out list
says 64 "list has results of another kind, 'list'" compare base list
echo '{ "schema": "dmactl/1",' >torn
says 64 'torn, line 2, byte 24: it ends before the first result; expected a document that' \
	compare base torn
silent
done_testing
