#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Wrong usage is 64 with a sentence; help and version are on standard output.
. "$(dirname "$0")/lib.sh"

says 64 'which command? (dmactl --help lists them)'
silent
says 64 "there is no command 'memcopy': did you mean memcpy?" memcopy
says 64 "there is no command 'lst': did you mean list?" lst
says 64 'unrecognized option' --nonsense-of-a-length
says 64 "dmactl-fake: unrecognized option '--verison': did you mean --version?" --verison
# Long options: what was meant, unless nothing is near or the word is another option's value.
says 64 "dmactl memcpy: unrecognized option '--dpeth': did you mean --depth?" memcpy --dpeth 4
says 64 "Try \`dmactl memcpy --help'" memcpy --dpeth 4
says 64 "'--verfy': did you mean --verify?" memcpy -pq 4 --verfy=full
says 64 "'--seeds': did you mean --seed?" memcpy -n 5 --repeat 2 --seeds 3
says 64 "dmactl sim create: unrecognized option '--latensy': did you mean --latency?" \
	sim create a --latensy 4us
says 64 "'--endpiont': did you mean --endpoint?" cyclic --endpiont sink
says 64 "'--formt': did you mean --format?" check --formt tap
says 64 "unrecognized option '--x'" memcpy --x
! grep -q 'did you mean' "$T/err"
point '... and nothing is suggested that is not near'
says 64 "--label: '--deph' is not KEY=VALUE" memcpy --label --deph
says 64 "-s: '--deph' is not a list of sizes" memcpy -ps --deph
says 64 "-s: '--deph' is not a list of sizes" memcpy --siz --deph
says 64 "option '--s' is ambiguous" memcpy --s 4K
for c in list info doctor memcpy memset xor pq interleave sg cyclic interrupt chain litmus compare \
	report top monitor trace sim; do
	says 0 - "$c" --help
	prints "Usage: dmactl $c"
	says 0 - "$c" -h
	says 0 - "$c" --version
	[ "$(cat "$T/out")" = 'dmactl 0.0-test' ]
	point '... prints its version'
	says 64 "dmactl $c: unrecognized option '--versino': did you mean --version?" \
		"$c" --versino
	says 64 'unrecognized option' "$c" --nonsense-of-a-length
done
# What an error points to is there.
says 64 "Try \`dmactl memcpy --help' or \`dmactl memcpy --usage' for more information." memcpy -s 4x
says 64 "Try \`dmactl-fake --help' or \`dmactl-fake --usage' for more information." --nonsense
says 0 - --usage
prints 'Usage: dmactl-fake [-h]'
for c in list info doctor memcpy memset xor pq interleave sg cyclic interrupt chain litmus check \
	compare report top monitor trace sim 'sim create' 'sim destroy' 'sim list' 'sim fault'; do
	# shellcheck disable=SC2086	# a command and its verb
	says 0 - $c --usage
	prints "Usage: dmactl $c [-"
done
golden help.out --help
golden help-memcpy.out memcpy --help
says 0 - --version
prints 'dmactl 0.0-test'

says 64 "-s: '4x' is not a list of sizes" memcpy -s 4x
says 64 "-s: '-4' is not a list of sizes" memcpy -s -4
says 64 "-s: '4K:64K' is not a list of sizes" memcpy -s 4K:64K
says 64 "-s: '99999999999999999999' is too large" memcpy -s 99999999999999999999
says 64 '-s: 0 is no size: an operation moves at least 1 byte' memcpy -s 0
says 64 '-s: interrupt moves nothing, it has no size' interrupt -s 4K
says 64 "-q: 'x' is not a list of counts" memcpy -q x
says 64 '-q: 0 is no depth' memcpy -q 0
says 64 '-b: 0 is no batch' memcpy -b 0
says 64 '-b: a batch of 8 is larger than a depth of 4' memcpy -q 4,16 -b 8
says 64 '--buffers: 2 are fewer than a depth of 4' memcpy -q 4 --buffers 2
says 64 "--buffers: '0' is not a number of at least 1" memcpy --buffers 0
says 64 "-n: '0' is not a count of at least 1" memcpy -n 0
says 64 "-t: '5m' could mean minutes or milliseconds" memcpy -t 5m
says 64 "-w: '100m' could mean minutes or milliseconds (or a count of millions)" memcpy -w 100m
says 64 "-T: '0' is not a time" memcpy -T 0
says 64 "-t: '1h' is not a time: a number with ns, us, ms, s or min" memcpy -t 1h
says 64 '-t, -T and -w: at most 30 days' memcpy -t 99999min
says 64 "-w: 'x' is not a count (k, M) or a time" memcpy -w x
says 64 "--repeat: '0' is not a count" memcpy --repeat 0
says 64 "-m: 'fast' is neither run nor submit" memcpy -m fast
says 64 "--interrupt: 'x' is neither each nor batch" memcpy --interrupt x
says 64 "--cache: 'x' is neither warm nor cold" memcpy --cache x
says 64 "--map: 'x' is neither once nor each" memcpy --map x
says 64 "-v: 'x' is not none, sample or full" memcpy -v x
says 64 "-B: 'heap' is not pages, coherent, user" memcpy -B heap
says 64 "-B: 'pages,x' is not pages, coherent, user" memcpy -B pages,x
says 64 "--node: 'x' is not N or N,N" memcpy --node x
says 64 '--node: there is no such node' memcpy --node 4294967296
says 64 "--align: '3' is not a power of two" memcpy --align 3
says 64 '--align: at most 1M' memcpy --align 2M
says 64 "--offset: 'x' is not a size or two: SRC,DST" memcpy --offset x
says 64 '--offset: 64 is not below the alignment 64' memcpy --align 64 --offset 64
says 64 '--offset: at most 1M - 1' memcpy --offset 1M
says 64 "--seed: 'x' is not a number" memcpy --seed x
says 64 "-C: '1-' is not a list of CPUs such as 0,2-3" memcpy -C 1-
says 64 "--rate: '0' is not a number of operations per second" memcpy --rate 0
says 64 "--rate: '5k,often' is not a number of operations per second" memcpy --rate 5k,often
says 64 "--limit: 'p98<5us' is not a list of METRIC<TIME" memcpy --limit 'p98<5us'
says 64 "--limit: 'p99<5m' could mean minutes or milliseconds" memcpy --limit 'p99<5m'
says 64 "--label: 'x' is not KEY=VALUE" memcpy --label x
says 64 "--label: '=x' is not KEY=VALUE" memcpy --label =x
says 64 "--value: '256' is not a byte" memset --value 256
says 64 "--sources: '0' is not a number of at least 1" xor --sources 0
says 64 "--sources: 'x' is not a number of at least 1" pq --sources x
says 64 "--sources: '5G' is not a number" pq --sources 5G
says 64 "--sources: '5000M' is too large" pq --sources 5000M
says 64 '--sources: xor takes at least 2' xor --sources 1
says 64 '--no-p and --no-q: neither P nor Q is left' pq --no-p --no-q
says 64 '--map each: only memcpy, memset without segments, and interrupt' xor --map each
says 64 '--map each: only memcpy, memset without segments' memset --segments 2 --map each
says 64 '--save: there is no destination in memory' pq --check --save x
says 64 "--segments: '0' is not a number of at least 1" memset --segments 0
says 64 '-s: 4 bytes are too few for 5 segments of at least 1' memset --segments 5 -s 64,4
says 64 'interleave needs --frames and --chunk' interleave --frames 4
says 64 'interleave needs --frames and --chunk' interleave --chunk 4
says 64 '-s: the size of interleave is --frames times --chunk' interleave --frames 4 --chunk 4 -s 16
says 64 "--frames: '0' is not a number of at least 1" interleave --frames 0
says 64 "--chunk: '0' is not a size of at least 1" interleave --chunk 0
says 64 "--chunk: '4X' is not a size of at least 1" interleave --chunk 4X
says 64 "--src-gap: '-1' is not a size" interleave --frames 4 --chunk 4 --src-gap -1
says 64 "--dst-gap: 'x' is not a size" interleave --frames 4 --chunk 4 --dst-gap x
says 64 '--frames: so many frames of that size are more than 63 bits' \
	interleave --frames 4000M --chunk 8000000G
says 64 'sg needs a direction: -d mem-to-dev, dev-to-mem, mem-to-mem or dev-to-dev' sg
says 64 "-d: 'up' is not mem-to-dev, dev-to-mem, mem-to-mem or dev-to-dev" sg -d up
says 64 "--endpoint: 'x' is not buffer, source, sink, loopback, line or raw:ADDRESS" \
	sg -d mem-to-dev --endpoint x
says 64 "--endpoint: 'raw:' is not buffer" sg -d mem-to-dev --endpoint raw:
says 64 "--endpoint: 'raw' is not buffer" sg -d mem-to-dev --endpoint raw
says 64 '--endpoint source: it only gives, -d dev-to-mem' sg -d mem-to-dev --endpoint source
says 64 '--endpoint source: it only gives' sg -d mem-to-mem --endpoint source
says 64 '--endpoint sink: it only takes, -d mem-to-dev' sg -d dev-to-mem --endpoint sink
says 64 '--endpoint loopback: one channel sends and one receives' \
	sg -d mem-to-mem --endpoint loopback
says 64 "--width: '0' is not a number of at least 1" sg -d mem-to-dev --width 0
says 64 '--width: at most 64 bytes' sg -d mem-to-dev --width 65
says 64 "--burst: '0' is not a number of at least 1" sg -d mem-to-dev --burst 0
says 64 "--flow-control: 'x' is neither device nor dma" sg -d mem-to-dev --flow-control x
says 64 '-s: 10 bytes are no multiple of the width 4' sg -d mem-to-dev -s 64,10
says 64 '-s: 16 bytes are too few for 5 segments of at least 4' sg -d mem-to-dev -s 16 --segments 5
says 64 '--segments: from device to device there is no memory to cut' sg -d dev-to-dev --segments 2
says 64 '--save: there is no destination in memory' sg -d mem-to-dev --save x
says 64 '--input: only memcpy has a source' xor --input /etc/passwd
says 64 "-B: 'dmabuf:heap/' is not pages, coherent, user" memcpy -B dmabuf:heap/
says 64 "-B: 'dmabuf:heap/a/b' is not pages, coherent, user" memcpy -B dmabuf:heap/a/b
says 64 '--map each: a user or dma-buf buffer is mapped for good' memcpy -B user --map each
says 64 '--map each: a user or dma-buf buffer is mapped for good: only with -B pages' \
	memcpy -B pages,dmabuf:udmabuf --map each
says 64 '-p: completions are polled in the kernel: only with -m run' memcpy -p -m submit
says 64 '--map each: only with -m run' memcpy --map each -m submit
says 64 '--map each: a coherent buffer is mapped for good: only with -B pages' \
	memcpy --map each -B pages,coherent
says 64 '--samples needs the stamps that --no-latency leaves out' memcpy --no-latency --samples x
says 64 '--input: only memcpy has a source' memset --input /etc/passwd
says 64 '--input sends the file once: -n and -t cannot bound it' memcpy --input /etc/passwd -n 4
says 64 '--save: interrupt has no destination' interrupt --save x
says 64 '--save needs one channel, one size' memcpy --save x -s 1,2
says 64 'list takes no argument' list dma0chan0
says 64 'which channel? (dmactl list shows them)' info
says 64 "info takes one channel, 'b' is a second" info a b
says 64 "doctor takes one channel, 'b' is a second" doctor a b
says 64 "-n: 'x' is not a count of at least 1" monitor -n x
says 64 "-t: 'x' is not a time" monitor -t x
says 64 "monitor takes no argument: 'x'" monitor x
silent
done_testing
