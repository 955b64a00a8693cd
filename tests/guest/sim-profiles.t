#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A device with a profile has the capabilities that the table tells, no others, and works.

# shellcheck source=tests/guest/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/guest/check.sh
. "${0%/*}/check.sh"

load_modules

# like_table PROFILE CHANNEL: what is not in the table, dma-sim has with every device
like_table()
{
	dmactl sim profiles "$1" -j >"$tmp/table"
	dmactl info "$2" -j >"$tmp/info"
	said=$(python3 -I -S - "$tmp/table" "$tmp/info" 2>&1 <<-'END'
		import json, sys
		table, info = (json.load(open(f))["results"][0] for f in sys.argv[1:])
		table["traits"] += ["private", "simulated", "release"]
		for d in table, info:
		    d["traits"].sort()
		keys = [k for k in table if k in info and k not in ("driver", "max_mapping")]
		for k in keys:
		    if table[k] != info[k]:
		        print(f"{k}: {info[k]}, not {table[k]}")
		if len(keys) < 18:
		    print(f"only {len(keys)} can be compared: {keys}")
	END
	)
	[ -z "$said" ] || bad "$said"
}

profiles=$(dmactl sim profiles | sed '1d; s/ .*//')

t "there are the controllers that were asked for"
for profile in pl330 dw_dmac imx-sdma omap-dma stm32-dma bcm2835 xilinx-axidma xilinx-mcdma \
	xilinx-vdma ioat idxd; do
	echo "$profiles" | grep -qx "$profile" || bad "no $profile"
done

for profile in $profiles; do
	t "$profile: info tells what the table does"
	run dmactl sim create t-prof --profile "$profile" --quiet
	status_is 0
	err_is_empty
	like_table "$profile" sim:t-prof/0

	t "$profile: as many channels as the table has"
	run dmactl list -j
	want=$(dmactl sim profiles "$profile" | sed -n 's/^ *--channels \([0-9]*\).*/\1/p')
	json "sum(x['simulated'] for x in d['results']) == $want"

	run dmactl check -c sim:t-prof/0 -j
	if [ "$profile" = xilinx-vdma ]; then
		t "$profile: nothing that dmactl has an operation for (77)"
		status_is 77
	else
		t "$profile: the acceptance suite passes, and says why of what it skips"
		status_is 0
		verdicts 'not failed and len(ok) >= 5 and all(t[n] for n in skipped)'
		err_is_empty
	fi
	no_sims
done

t "pl330 can pause, but not resume; dw_dmac both; what has no memset refuses it"
run dmactl sim create t-prof --profile pl330 --quiet
run dmactl cyclic -c sim:t-prof/0 -d dev-to-mem --pause 1ms,1ms -n 10
status_is 77
err_has "can pause, but not resume"
run dmactl memset -c sim:t-prof/0 -n 1
status_is 77
no_sims
run dmactl sim create t-prof --profile dw_dmac --quiet
run dmactl cyclic -c sim:t-prof/0 -d dev-to-mem -n 10
status_is 77
err_has "cyclic"
no_sims

t "an option beside the profile goes before it, wherever it stands"
run dmactl sim create t-prof --resume --channels 2 --profile pl330 --synchronize -j
status_is 0
json 'd["results"][0]["channels"] == "2" and d["results"][0]["resume"] == "1" and
	d["results"][0]["synchronize"] == "1" and d["results"][0]["max_burst"] == "16"'
run dmactl info sim:t-prof/0 -j
json '{"resume", "synchronize"} < set(d["results"][0]["traits"])'
no_sims

# fails PROFILE CHECK: of a run of ten, the third operation
fails() {
	run dmactl sim create t-prof --profile "$1" --quiet
	run dmactl sim fault t-prof error --nth 3
	run dmactl memcpy -c sim:t-prof/0 -n 10 -w 0 -v full -j
	status_is 1
	json "$2"
	no_sims
}

t "a driver that reports nothing: the failure is not told, and only the data show it"
fails bcm2835 'd["results"][0]["failure"].startswith("wrong data in 1 of 10")'
t "... and one that does"
fails ioat 'd["results"][0]["failed"] == 1 and "wrong data" not in d["results"][0]["failure"]'

t "idxd: out of order, so it cannot be polled, and prep waits for a descriptor"
run dmactl sim create t-prof --profile idxd --quiet
run dmactl memcpy -c sim:t-prof/0 -n 10 -p
status_is 77
run dmactl memcpy -c sim:t-prof/0 -n 200 -q 64 -v full
status_is 0
no_sims

t "alignment is that of operations on memory; slave segments have one of their own"
sim t-prof align=6
run dmactl sg -c sim:t-prof/0 -d mem-to-dev --endpoint sink -s 4 -n 3
status_is 0
no_sims
sim t-prof slave_align=6
run dmactl memcpy -c sim:t-prof/0 -s 4 -n 3
status_is 0
run dmactl sg -c sim:t-prof/0 -d mem-to-dev --endpoint sink -s 64 -n 3
status_is 0
run dmactl sg -c sim:t-prof/0 -d mem-to-dev --endpoint sink -s 4 -n 3 -T 200ms
status_is 1
run dmactl cyclic -c sim:t-prof/0 -d mem-to-dev --endpoint sink --period 100 -n 3
status_is 77
run dmactl cyclic -c sim:t-prof/0 -d mem-to-dev --endpoint sink --period 128 -n 3
status_is 0
no_sims

leaves_nothing
finish
