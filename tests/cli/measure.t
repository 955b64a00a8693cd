#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# memcpy, memset, interrupt: tables, JSON, what the numbers mean, options, limits.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any

golden memcpy-single.out memcpy -n 2000 -q 4
golden memcpy-sweep.out memcpy -s 64:1M:*16 -q 1,8 -n 2000
golden memcpy-batch.out memcpy -q 8 -b 1,4,8 -n 2000
golden memcpy-submit.out memcpy -m submit -q 8 -b 2 -n 3000
golden memcpy-channels.out memcpy -c dma0chan0 -c dma0chan1 -c dma1chan1 -n 500
golden memset-coherent.out memset -s 4K -n 500 -B coherent --value 0x5a -v full
golden interrupt.out interrupt -n 2000 -q 2
golden memcpy-no-latency.out memcpy -n 2000 --no-latency
golden memcpy.json memcpy -n 200 -q 4 -j
golden memcpy-channels.json memcpy -c dma0chan0 -c dma2chan0 -n 50 -j
golden memcpy.jsonl.out memcpy -s 64,128 -n 20 --jsonl

# The JSON says everything, null where it is not known.
run memcpy -s 4K -n 2000 -q 4 -b 2 --repeat 2 --label board=x --label run=1 --seed 9 -j
js 'schema, kind, exit code' 'd["schema"] == "dmactl/1" and d["kind"] == "measurement" and
	d["exit_code"] == 0 and d["skipped"] == [] and d["error"] is None'
js 'a result per repeat' '[x["repeat"] for x in d["results"]] == [1, 2]'
js 'every promised field' 'set("""command channel channel_stable driver device device_node
	buffer_node simulated iommu bounced map mode completion loop buffer size depth batch
	pinned_cpu repeat labels operations attempted failed timed_out aborted retries bytes
	elapsed_ns throughput_bytes_per_second operations_per_second cpu_ns_per_operation order
	starts_at latency_ns verify migrations interrupted valid why_invalid""".split()) <= set(r)'
js 'every promised field of the environment' 'set("""dmactl module kernel cmdline arch cpu
	machine hostname platform clocksource stamp_cost_ns preempt governor
	time""".split()) <= set(e)'
js 'labels' 'r["labels"] == {"board": "x", "run": "1"}'
js 'operations and bytes' 'r["operations"] == r["attempted"] == 2000 and
	r["bytes"] == r["bytes_read"] == r["bytes_written"] == 2000 * 4096'
js 'throughput follows from bytes and time' \
	'abs(r["throughput_bytes_per_second"] - r["bytes"] * 1e9 / r["elapsed_ns"]) < 1'
js 'and operations per second' 'abs(r["operations_per_second"] - 2000e9 / r["elapsed_ns"]) < 1'
js 'histograms hold every sample' 'l["samples"] == 2000 and all(sum(c for _, c in
	l[s]["histogram"]) == 2000 for s in ("total", "prepare", "submit", "device"))'
js 'total is the sum of its stages' 'abs(l["total"]["mean"] - sum(l[s]["mean"]
	for s in ("prepare", "submit", "device"))) < 0.01'
js 'percentiles in order, null where too few lie above' '
	l["total"]["p50"] <= l["total"]["p99"] <= l["total"]["max"] and
	l["total"]["p99_9"] is l["total"]["p99_99"] is None'
js 'no wakeup stage in the kernel' 'l["wakeup"] is None and r["mode"] == "run"'
js 'migrations, bounced, iommu' 'r["migrations"] == 0 and r["bounced"] is False and
	r["iommu"] == "none"'

run memcpy -m submit -n 300 -q 4 -b 2 -j
js 'submit mode has a wakeup stage, which is no part of total' 'l["wakeup"]["min"] >= 200 and
	abs(l["total"]["mean"] - sum(l[s]["mean"] for s in ("prepare", "submit", "device"))) < .01'
js 'and no count of retries' 'r["mode"] == "submit" and r["retries"] is None'
run memcpy -n 100 -w 0 --no-latency -j
js 'no latency when none was asked for' 'l is None and r["elapsed_ns"] > 0 and
	r["operations"] == 100'
run memcpy -n 100 -p -j
js 'polled' 'r["completion"] == "poll" and r["interrupt"] is None'
run memcpy -n 100 -p
prints 'in the kernel (run), polled'
run memcpy -n 100 -q 4 -b 4 --interrupt batch -j
js 'an interrupt per batch' 'r["completion"] == "irq" and r["interrupt"] == "batch"'
says 0 - memcpy -n 100 -q 4 -b 4 --interrupt batch -m submit
prints 'through user space (submit), an interrupt per batch'
run memcpy -c dma1chan1 -n 100 --node 1,0 -B pages,coherent -C 2 -j
js 'node, kinds and CPU are told' 'r["buffer_node"] == 0 and r["pinned_cpu"] == 2 and
	r["buffer"] == "pages,coherent"'
js 'and what is known of the device' 'r["iommu"] == "dma" and r["bounced"] is None and
	r["device_node"] is None'
run memcpy -c dma1chan1 -n 100 -C 2
logs 'cpu 2'
run interrupt -n 100 -j
js 'interrupt moves nothing' 'r["bytes"] == 0 and r["buffer"] is None and
	r["verify"]["mode"] == "none" and r["operations"] == 100'
run memset -n 100 -j
js 'memset reads nothing' 'r["bytes_read"] == 0 and r["bytes_written"] == 409600'
run memcpy -t 10ms -j
js '-t bounds the time' '10e6 <= r["elapsed_ns"] < 30e6 and r["operations"] > 1000'
run memcpy -t 1 -n 50 -j
js '-n and -t: whichever is first' 'r["operations"] == 50'
run memcpy -n 100000 -j
js 'windows add up' 'r["operations"] == 100000 == l["samples"]'
run memcpy -n 33 -w 5k -j
js 'a warm-up by count is not counted' 'r["operations"] == 33'
run memcpy -n 33 -q 4 --buffers 10 --align 64K --offset 8,24 --cache cold -v full -T 3s -j
js 'buffers, cache' 'r["buffers"] == 10 and r["cache"] == "cold" and
	r["verify"]["covered_operations"] == 33'
run memcpy -n 33 -v none -j
js 'nothing is checked when that is asked for' 'r["verify"] == {"mode": "none",
	"covered_operations": 0, "last_values": 0, "mismatches": 0, "first": None}'
FAKE=smallpieces
says 0 - memcpy -s 100,4000,4064,5000,64K -q 8 -n 40 -v full
FAKE=''

# Several channels.
run memcpy -c dma0chan0 -c dma2chan0 -n 100 -q 2 -j
js 'one result each and one for all' '
	[x["channel"] for x in d["results"]] == ["dma0chan0", "dma2chan0", "all"] and
	d["results"][2]["operations"] == 200 and d["results"][2]["simulated"] is True'
js 'all: latest end minus earliest start' \
	'd["results"][2]["elapsed_ns"] == d["results"][0]["elapsed_ns"]'
js 'their IOMMUs differ' '[x["iommu"] for x in d["results"]] == ["dma-fq", "none", None]'
FAULT='slow=9000 only=1'
run memcpy -c dma0chan0 -c dma0chan1 -t 500ms -j
js 'a slow one and a fast one are measured at the same time' 'len(d["results"]) == 3 and
	all(5e8 <= x["elapsed_ns"] < 6e8 for x in d["results"]) and
	r["operations"] > 4 * d["results"][1]["operations"]'
FAULT=''
run memcpy -c dma0chan1 -n 10 -j
js 'an IOMMU that does not translate' 'r["iommu"] == "identity" and r["bounced"] is False'

# Where the engine starts in tx_submit.
FAKE=early
run memcpy -n 100 -j
js 'early completion: device from tx_submit, no submit stage' 'r["starts_at"] == "submit" and
	l["submit"] is None and l["device"]["min"] > 1000'
run memcpy -n 100 -c dma0chan0 -c dma0chan1 -j
js 'early completion on all channels' 'd["results"][2]["starts_at"] == "submit"'
says 0 - memcpy -n 100
prints 'the engine starts in tx_submit: device counts from there'
FAKE=''
FAULT=negative
says 1 'a stage has negative time' memcpy -n 100
run memcpy -n 100 -j
js 'a negative stage is invalid: no rate' 'r["valid"] is False and d["exit_code"] == 1 and
	r["why_invalid"] == "a stage has negative time" and
	r["throughput_bytes_per_second"] is None'
FAULT=''

# CPU time of the machine, where it accounts for enough of it.
FAKE=stat
run memcpy -s 64 -t 1 -j
js 'CPU time per operation' '
	r["cpu_ns_per_operation"]["accounting"] == "tick" and
	abs(r["cpu_ns_per_operation"]["machine"] * r["operations"] / r["elapsed_ns"] - 1) < .05 and
	abs(r["cpu_ns_per_operation"]["submitters"] * r["operations"] / r["elapsed_ns"] - .5) < .05'
run memcpy -s 64 -t 50ms -j
js 'a few ticks tell nothing' 'r["cpu_ns_per_operation"]["machine"] is None'
FAKE=uml
run memcpy -n 100 -j
js 'neither do they for the submitter on UML' 'r["cpu_ns_per_operation"]["submitters"] is None'

# Limits: 2 when worse, 3 when it cannot be judged.
FAKE=''
says 0 - memcpy -n 2000 \
	--limit 'p99<50us,throughput>1M,ops>=1k,device.max<1s,min>1ns,mean<=1s'
says 2 'limit p50<1us is not met: it is 2.17us' memcpy -n 2000 --limit 'p50<1us'
says 2 'limit throughput>200G is not met: it is 1.726 GB/s' memcpy -n 2000 --limit 'throughput>200G'
says 2 'limit ops>10G is not met: it is 421' memcpy -n 2000 --limit 'ops>10G'
says 3 'limit p99.99<1s cannot be judged: there are too few samples or no valid result' \
	memcpy -n 2000 --limit 'p99.99<1s'
says 3 'limit wakeup.p50<1s cannot be judged' memcpy -n 2000 --limit 'wakeup.p50<1s'
says 2 'cannot be judged' memcpy -n 2000 --limit 'p99.99<1s,p50<1us'
says 2 'all channels: limit ops>1M is not met' memcpy -n 2000 -c dma0chan0 -c dma0chan1 \
	--limit 'ops>1M'
run memcpy -n 2000 --limit 'p50<1us,wakeup.p50<1s' -j
js 'limits in the JSON' 'r["limits"] == [{"limit": "p50<1us", "value": 2174, "met": False},
	{"limit": "wakeup.p50<1s", "value": None, "met": None}] and d["exit_code"] == 2'

# What this module, channel or machine does not have is 77, and nothing is transferred.
says 77 '--map each: the loaded module maps a buffer once only' memcpy --map each
says 77 '-p: dma-sim.0/3 completes out of order and cannot be polled' memcpy -c sim:default/3 -p
says 77 '-s: dma-sim.0/3 asks for multiples of 16 bytes' memcpy -c sim:default/3 -s 100
says 77 '--offset: dma-sim.0/3 asks for multiples of 16 bytes' memcpy -c sim:default/3 --offset 8
says 77 '--align: dma-sim.0/3 asks for multiples of 16 bytes' memset -c sim:default/3 --align 8
says 0 - memcpy -c sim:default/3 --offset 16 -n 10
says 77 '-s: 134217728 bytes are above the module' memcpy -s 128M
says 77 "-q: a depth of 1000 is above the module's limit of 256" memcpy -q 1k
says 77 "-q: a depth of 257 is above the module's limit of 256" memcpy -q 257
says 77 "--buffers: 1000 are above the module's limit of 512" memcpy --buffers 1000
says 77 '-C: CPU 9 cannot be used: Invalid argument' memcpy -C 9 -n 10
says 64 '-C: 1 CPUs for 2 channels' memcpy -c dma0chan0 -c dma0chan1 -C 1
FAKE=features=0x1
says 77 'the loaded module cannot run operations in the kernel: -m submit goes through user space' \
	memcpy
says 0 - memcpy -m submit -n 10
FAKE=features=0x11
says 77 '-p: the loaded module cannot poll' memcpy -p
says 77 '-B coherent: the loaded module has no such buffers' memcpy -B coherent
FAKE=features=0x7f
says 0 - memcpy --map each -n 10
FAKE=noops
says 77 'the loaded module cannot do memcpy' memcpy
FAKE=''

# All of several --limit must hold.
says 2 'limit p50<1ns is not met' memcpy -n 2000 --limit 'p50<1ns' --limit 'p50<10s'
says 2 'limit p50<1ns is not met' memcpy -n 2000 --limit 'p50<10s' --limit 'p50<1ns'
run memcpy -n 2000 --limit 'p50<1s,max<10s' --limit 'min>0ns' -j
js 'each of them is told' '[x["limit"] for x in r["limits"]] == ["p50<1s", "max<10s", "min>0ns"]'
done_testing
