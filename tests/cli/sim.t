#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sim: devices made, listed, spoiled and removed, through dma-sim's files.
. "$(dirname "$0")/lib.sh"
C=/sys/kernel/config/dma-sim

golden sim-list.out sim list
golden sim-list.json sim list -j
js 'what is not live has no device' '[x["device"] for x in d["results"]] == ["dma-sim.0", None]
	and r["live"] and r["stall"] == "off"'
js 'with the delay of late, and the module that is loaded' 'r["late_ns"] == "1000000000" and
	e["module"] == "1.0-fake"'
FAKE=nosims
says 0 'there is no simulated device' sim list
silent
says 0 - sim list --quiet
FAKE=''

# create
says 0 - sim create x
prints 'x is dma-sim.1: 4 channels, sim:x/0 and so on'
[ "$(cat "$T/log")" = "mkdir $C/x
write $C/x/live 1" ]
point '... by its directory and live alone'
says 0 - sim create x --channels 1
prints 'x is dma-sim.1: 1 channel, sim:x/0'
! grep -q 'and so on' "$T/out"
point '... and no more'
says 0 - sim create x --quiet
silent
says 0 - sim create x --channels 2 --descriptors 9 --latency 5us --bandwidth 1G --context timer \
	--engine null --seed 3 --max-segment 64K --align 16 --no-terminate --no-synchronize --public
for set in channels=2 descriptors=9 latency_ns=5000 bandwidth=1073741824 context=timer engine=null \
	seed=3 max_segment=65536 align=4 terminate=0 synchronize=0 public=1 live=1; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
[ "$(tail -n 1 "$T/log")" = "write $C/x/live 1" ]
point '... and live last'
golden sim-create.json sim create x --channels 2 --context inline -j
js 'the device as it is' 'r["device"] == "dma-sim.1" and r["live"] and r["channels"] == "2"'
says 0 - sim --quiet create x
silent
says 0 - sim create x --order window=16 --fence ignore --max-xor 3 --max-pq 255 --no-continue \
	--widths 4,8 --max-burst 1 --directions mem-to-dev,dev-to-dev --fifo 4K --residue burst --prep-blocks
for set in order=window window=16 fence=ignore max_xor=3 max_pq=255 pq_continue=0 widths=272 max_burst=1 \
	directions=10 fifo=4096 residue=burst prep_blocks=1; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
says 0 - sim create x --rate 176400 --max-periods 16 --no-pause --no-resume --coalesce
for set in rate=176400 max_periods=16 pause=0 resume=0 coalesce=1; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
says 0 - sim create x --operations memcpy,pq-val,slave-sg,repeat --mask-bits 32 --slave-align 8 \
	--min-burst 0 --max-burst 16777215 --max-sg-burst 65535 --no-reports --widths 0,4
for set in operations=1601 mask_bits=32 slave_align=3 min_burst=0 max_burst=16777215 \
	max_sg_burst=65535 reports=0 widths=17; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
says 0 - sim create x --operations none --widths none --max-burst 0
for set in operations=0 widths=0 max_burst=0; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
says 0 - sim create x --no-terminate --terminate --coalesce --no-coalesce --reports --no-cyclic --cyclic \
	--synchronize --pause --resume --continue --no-prep-blocks
for set in terminate=1 coalesce=0 reports=1 cyclic=1 synchronize=1 pause=1 resume=1 pq_continue=1 \
	prep_blocks=0; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
says 0 - sim create x --no-cyclic --rate 0
logs "write $C/x/cyclic 0"
logs "write $C/x/rate 0"
says 0 - sim create x --order execute --directions none --widths 1,2,3 --residue segment --fence honour
for set in order=execute directions=0 widths=14 residue=segment fence=honour; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
! grep -q /window "$T/log"
point '... the window keeps its default'
says 0 - sim create x --order fifo
logs "write $C/x/order fifo"
run sim create x --order execute=9 -j
js '... or has its own' 'r["order"] == "execute" and r["window"] == "9"'
FAKE=ordered
golden sim-list-order.out sim list
FAKE=''
says 0 - sim create x --align 1 --seed 0 --latency 0ns --max-segment 4294967295
logs "write $C/x/align 0"
says 1 'there is a device default already (dmactl sim list)' sim create default
FAKE=badattr
says 1 'dma-sim refuses --channels 3: Invalid argument' sim create x --channels 3
logs "rmdir $C/x"
FAKE=nolive
says 1 'dma-sim could not make x: No such device' sim create x
logs "rmdir $C/x"
FAKE=''
FAULT=mkdir=28
says 1 'could not make x: No space left on device' sim create x
FAULT=''

# Profiles: all of the table is written, and what is given beside it goes before.
says 0 - sim create x --profile pl330
for set in channels=32 descriptors=4096 context=softirq order=fifo fence=ignore operations=513 mask_bits=32 \
	max_segment=1900800 align=0 slave_align=0 widths=279 min_burst=0 max_burst=16 max_sg_burst=0 \
	directions=6 cyclic=1 max_periods=65536 terminate=1 synchronize=0 pause=1 resume=0 coalesce=0 \
	residue=burst reports=0 prep_blocks=0; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
[ "$(grep -c write "$T/log")" = 26 ] && [ "$(tail -n 1 "$T/log")" = "write $C/x/live 1" ]
point '... and no more, and live last'
says 0 - sim create x --resume --order window=4 --profile idxd --channels 2 --no-prep-blocks
for set in resume=1 order=window window=4 channels=2 prep_blocks=0 descriptors=16 fence=ignore; do
	logs "write $C/x/${set%=*} ${set#*=}"
done
says 0 - sim create x --profile idxd --order fifo
logs "write $C/x/order fifo"
says 0 - sim create x --profile pl330 --profile ioat
logs "write $C/x/max_xor 8"
! grep -q 'max_segment 1900800' "$T/log"
point '... the last one only'
for profile in $("$D" sim profiles | sed '1d; s/ .*//'); do
	says 0 - sim create x --profile "$profile" --quiet
	silent
done
says 64 "--profile: there is no 'pl33', but pl330, dw_dmac, imx-sdma, omap-dma, stm32-dma, bcm2835, xilinx-axidma, xilinx-cdma, xilinx-mcdma, xilinx-vdma, ioat, idxd; do you mean pl330?" \
	sim create x --profile pl33
says 64 'do you mean dw_dmac?' sim create x --profile dw-dmac
says 64 "--public: async_tx trusts in order and fences and cannot sleep" sim create x --public \
	--profile pl330
says 64 '--context inline completes at once, nothing could wait: not with --latency' sim create x \
	--profile pl330 --context inline --latency 1us

golden sim-profiles.out sim profiles
golden sim-profiles-one.out sim profiles pl330
run sim profiles -j
js 'a document of all' 'd["kind"] == "profiles" and len(d["results"]) == 12 and
	{x["profile"] for x in d["results"]} > {"pl330", "dw_dmac", "xilinx-vdma", "idxd"}'
js 'each value has its source, and each profile says what it is not' 'all(
	__import__("re").fullmatch(r"[\w/-]+\.[ch]:[0-9]+ .+", s["source"]) for x in d["results"]
	for s in x["settings"]) and all(len(x["notes"]) >= 4 for x in d["results"])'
js 'every profile decides the same things' 'all({"channels", "descriptors", "context", "order",
	"fence", "operations", "mask-bits", "max-segment", "align", "directions", "residue"} <=
	{s["option"] for s in x["settings"]} and {"cyclic", "no-cyclic"} & {s["option"] for s in
	x["settings"]} and {"reports", "no-reports"} & {s["option"] for s in x["settings"]}
	for x in d["results"])'
run sim profiles idxd -j
js 'of one' 'len(d["results"]) == 1 and r["operations"] == ["memcpy", "interrupt"] and
	r["traits"] == ["no-order"] and r["stop"] == "quarantine" and r["src_widths"] is None and
	r["residue"] is None and r["max_segment"] == 65536 and r["mask_bits"] == 64'
run sim profiles xilinx-vdma -j
js 'slave capabilities without an operation' 'r["operations"] == [] and "slave" in r["traits"] and
	r["directions"] == 6 and r["residue"] == "descriptor" and r["align_copy"] == 2'
says 64 "there is no profile 'ioatdma', but pl330, dw_dmac" sim profiles ioatdma
says 64 'do you mean ioat?' sim profiles ioatd
says 64 "one PROFILE, 'idxd' is a second" sim profiles ioat idxd
FAKE='user nosim'
says 0 - sim profiles
FAKE=''

# fault
says 0 - sim fault default error
logs "write $C/default/error every 1"
says 0 - sim fault default prep-null --nth 4
logs "write $C/default/prep_null nth 4"
says 0 - sim fault default lost_interrupt --every 0x10
logs "write $C/default/lost_interrupt every 16"
says 0 - sim fault default corrupt --every 3
logs "write $C/default/corrupt every 3"
says 0 - sim fault default stale --after 100
logs "write $C/default/stale after 100"
for kind in refuse polynomial copies coefficient short stale wrong-residue jitter skip late-terminate; do
	says 0 - sim fault default $kind
	logs "write $C/default/$(echo $kind | tr - _) every 1"
done
says 0 - sim fault default stall --off
logs "write $C/default/stall off"
says 0 - sim fault default late --delay 5ms
[ "$(cat "$T/log")" = "write $C/default/late_ns 5000000
write $C/default/late every 1" ]
point '... the delay first'
says 0 - sim fault default late-terminate --delay 7us
logs "write $C/default/late_ns 7000"
says 0 - sim fault default jitter --delay 2ms
logs "write $C/default/jitter_ns 2000000"
FAULT=write=16
says 1 'could not set a defect of default: Device or resource busy' sim fault default error
FAULT=''
says 77 'there is no simulated device nonsense (dmactl sim list)' sim fault nonsense error

# What dma-sim refuses with no more than an errno is said in a sentence.
for o in '--latency 1us' '--bandwidth 1G'; do
	# shellcheck disable=SC2086	# an option and its value
	says 64 '--context inline completes at once, nothing could wait: not with --latency or' \
		sim create y --context inline $o
	[ ! -s "$T/log" ]
	point '... before anything is made'
done
says 0 - sim create y --context inline --latency 0ns
for o in '--order window=4' '--fence ignore' --prep-blocks; do
	# shellcheck disable=SC2086
	says 64 '--public: async_tx trusts in order and fences and cannot sleep: not with' \
		sim create z --public $o
done
FAKE=nullengine FAULT=write=22
says 1 'the engine of default is null: it moves no data that corrupt could spoil' \
	sim fault default corrupt
FAKE=public FAULT=write=16
says 1 'default is public, async_tx may rely on it: it can have no defect' sim fault default error
FAKE='' FAULT=''

# destroy
says 0 - sim destroy spare
[ "$(cat "$T/log")" = "write $C/spare/live 0
rmdir $C/spare" ]
point '... stopped, then removed'
says 0 - sim destroy spare --force
[ "$(cat "$T/log")" = "rmdir $C/spare" ]
point '... or just removed'
says 0 - sim destroy default
logs "write $C/default/live 0"
says 0 - sim destroy default --force
logs "write $C/default/live 0"
FAKE=held
says 1 'a channel of spare is held (dmactl list): --force unbinds it nevertheless' sim destroy spare
! grep -q rmdir "$T/log"
point '... and it is still there'
says 0 - sim destroy spare --force
says 1 'a channel of default is held (dmactl list): end its user first' sim destroy default
says 1 'a channel of default is held (dmactl list): end its user first' sim destroy default --force
FAKE=''
FAULT=rmdir=39
says 1 'could not remove spare: Directory not empty' sim destroy spare
FAULT=write=5
says 1 'could not remove spare: Input/output error' sim destroy spare
FAULT=''
says 77 'there is no simulated device nonsense (dmactl sim list)' sim destroy nonsense

# Who may, and what must be there.
FAKE=user
says 77 'no permission to make x: run as root' sim create x
says 77 'no permission to set a defect of default: run as root' sim fault default error
says 77 'no permission to remove spare: run as root' sim destroy spare
says 1 'no permission to remove spare: run as root' sim destroy spare --require
FAKE=simunloaded
says 0 - sim create x
logs 'modprobe dma-sim default=0'
FAKE='simunloaded user'
says 77 'the module dma-sim is not loaded: load it as root with modprobe dma-sim' sim create x
[ ! -s "$T/log" ]
point '... and modprobe was not tried'
FAKE=nosim
for verb in list 'create x' 'fault x error' 'destroy x'; do
	# shellcheck disable=SC2086	# a verb and its arguments
	says 77 'dma-sim does not appear in configfs: modprobe dma-sim, and mount -t configfs' \
		sim $verb
done
for verb in list 'create x' 'fault x error' 'destroy x'; do
	# shellcheck disable=SC2086	# a verb and its arguments
	run sim $verb -j
	js "a failure of $verb is one document" 'd["exit_code"] == 77 and d["kind"] == "sim" and
		d["results"] == [] and d["error"].startswith("dma-sim does not appear in configfs")'
done
FAKE=''
run sim create default -j
js 'with its exit code' 'd["exit_code"] == 1 and "a device default already" in d["error"]'
FAKE='noconfigfs nosim'
says 77 'configfs is not there: modprobe configfs, then mount -t configfs none' sim create x
FAKE=''

# Wrong usage.
says 64 'which of create, destroy, list, profiles and fault?' sim
says 64 'which of create, destroy, list, profiles and fault?' sim -j
says 64 "'nonsense' is none of create, destroy, list, profiles and fault" sim nonsense
says 64 "'nonsense' is none of create, destroy, list, profiles and fault" sim --quiet nonsense list
run sim -j list
js 'options may come before the verb' 'd["kind"] == "sim" and len(d["results"]) == 2'
for verb in create destroy list profiles fault; do
	says 0 - sim $verb --help
	prints "Usage: dmactl sim $verb [OPTION...]"
	says 64 'unrecognized option' sim $verb --nonsense
done
golden sim-create-help.out sim create --help
says 64 "list takes no argument: 'x'" sim list x
says 64 'which NAME?' sim create
says 64 'which NAME?' sim destroy
says 64 'NAME and KIND are needed' sim fault
says 64 'NAME and KIND are needed' sim fault default
says 64 "one NAME, 'b' is a second" sim create a b
says 64 "one NAME, 'b' is a second" sim destroy a b
says 64 "'stall' is too much: NAME KIND" sim fault default error stall
for name in '' . .a a/b 'a b' 'a*' a: '[a]' a?b "$(printf %048d 0)"; do
	says 64 "'$name' is no name for a device" sim create "$name"
	says 64 "'$name' is no name of a device" sim destroy "$name"
	says 64 "'$name' is no name of a device" sim fault "$name" error
done
says 64 "'nonsense' is no defect: error, prep-null, refuse, lost-interrupt, stall, late, corrupt, polynomial, copies, coefficient, short, stale, wrong-residue" \
	sim fault default nonsense
says 64 "--every: '0' is not a number of at least 1" sim fault default error --every 0
says 64 "--nth: '4294967296' is not a number of at least 1" sim fault default error --nth 4294967296
says 64 "--after: '0' is not a number of at least 1" sim fault default error --after 0
says 64 'only one of --every, --nth, --after and --off' sim fault default error --every 3 --off
says 64 'only one of --every, --nth, --after and --off' sim fault default error --after 3 --nth 1
says 64 '--delay belongs to late, late-terminate and jitter' sim fault default error --delay 5ms
says 64 "--delay: '5' is not a time with ns, us, ms, s or min" sim fault default late --delay 5
for n in 0 65 x; do
	says 64 "--channels: '$n' is not a number from 1 to 64" sim create x --channels $n
done
says 64 "--descriptors: '4097' is not a number from 1 to 4096" sim create x --descriptors 4097
says 64 "--latency: '5' is not a time up to 10s: a number with ns, us, ms or s" \
	sim create x --latency 5
says 64 "--latency: '11s' is not a time up to 10s" sim create x --latency 11s
says 64 "--bandwidth: 'x' is not a size per second" sim create x --bandwidth x
says 64 "--rate: '10000000001' is not a size per second up to 10000000000" sim create x \
	--rate 10000000001
says 64 "--max-periods: '0' is not a number from 1 to 65536" sim create x --max-periods 0
says 64 "--max-segment: '4G' is not a size from 1 to 4G - 1" sim create x --max-segment 4G
says 64 "--seed: '1k' is not a number" sim create x --seed 1k
says 64 "--context: 'x' is not softirq, timer, thread or inline" sim create x --context x
says 64 "--engine: 'x' is not copy or null" sim create x --engine x
for n in 0 3 8K x; do
	says 64 "--align: '$n' is not a power of two up to 4K" sim create x --align $n
done
for order in '' FIFO fifo=3 window= window=1 window=65 window=x windows execute=8,9 random; do
	says 64 "--order: '$order' is not fifo, window=N or execute=N with N from 2 to 64" \
		sim create x --order "$order"
done
says 64 "--fence: 'x' is not honour or ignore" sim create x --fence x
for n in 1 256 x; do
	says 64 "--max-xor: '$n' is not a number from 2 to 255" sim create x --max-xor $n
	says 64 "--max-pq: '$n' is not a number from 2 to 255" sim create x --max-pq $n
done
for list in '' 5 16 64 '4,' x 1,2,9 none,1; do
	says 64 "--widths: '$list' is not none or a list of 0, 1, 2, 3, 4 and 8" sim create x \
		--widths "$list"
done
for o in min-burst max-burst; do
	says 64 "--$o: '16777216' is not a number up to 16777215" sim create x --$o 16777216
done
says 64 "--max-sg-burst: '65536' is not a number up to 65535" sim create x --max-sg-burst 65536
says 64 "--mask-bits: '31' is not a number from 32 to 64" sim create x --mask-bits 31
says 64 "--slave-align: '3' is not a power of two up to 4K" sim create x --slave-align 3
for list in '' memcopy 'memcpy,' memcpy,memcpy none,memcpy cyclic; do
	says 64 "--operations: '$list' is not none or a list of memcpy, memset, interrupt, xor, xor-val, pq, pq-val, memset-sg, interleaved, slave-sg and repeat" \
		sim create x --operations "$list"
done
for list in '' up 'mem-to-dev,' none,mem-to-dev; do
	says 64 "--directions: '$list' is not none or a list of mem-to-mem, mem-to-dev, dev-to-mem and dev-to-dev" \
		sim create x --directions "$list"
done
says 64 "--fifo: '3' is not a size from 4 to 1M" sim create x --fifo 3
says 64 "--residue: 'x' is not descriptor, segment or burst" sim create x --residue x
done_testing
