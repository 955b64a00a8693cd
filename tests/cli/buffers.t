#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Memory of every kind: the module's, our own, dma-bufs; as source and as destination.
. "$(dirname "$0")/lib.sh"
export DMACTL_CHANNEL=sim:any
FAKE=able

for k in pages coherent user dmabuf:udmabuf dmabuf:heap/system pages,user user,coherent \
	dmabuf:heap/system,dmabuf:udmabuf user,dmabuf:udmabuf; do
	for m in run submit; do
		run memcpy -B $k -m $m -s 1,100,4096,10000 -q 5 -n 40 -w 5 -v full -j
		js "$m: $k" "d['exit_code'] == 0 and len(d['results']) == 4 and
			all(x['buffer'] == '$k' and x['verify']['covered_operations'] == 40
			for x in d['results'])"
	done
done
for c in 'memset' 'memset --segments 3' 'xor' 'pq --check' 'pq --sources 9 -m submit' \
	'sg -d mem-to-dev --segments 3' 'sg -d dev-to-mem --segments 3' \
	'interleave --frames 5 --chunk 333 --src-gap 7 --dst-gap 3'; do
	for k in user,dmabuf:heap/system dmabuf:udmabuf,user; do
		# shellcheck disable=SC2086	# several options
		says 0 - $c -B $k -q 3 -n 20 -w 5 -v full
	done
done
run memcpy -B user -s 64K -n 10 -w 0 -j
js 'what is not contiguous is split, and that is counted' 'r["descriptors"] == 16'
says 0 - memcpy -B user -s 64K -n 10 -w 0
prints '16 descriptors per operation'
says 0 - memcpy -B user -s 5000K -n 10 -w 0
prints '1250 descriptors per operation'
run memcpy -s 64K -n 10 -w 0 -j
js 'what is, is not' 'r["descriptors"] == 1'
run memcpy -B dmabuf:heap/system,pages -n 4 -w 0
logs 'dma-buf heap/system'
grep -q '^dma-buf start$' "$T/log" && grep -q '^dma-buf end$' "$T/log"
point '... and the exporter is told when the CPU looks at it'

# What there is not.
says 77 '-B dmabuf:heap/cma: there is no /dev/dma_heap/cma here' memcpy -B dmabuf:heap/cma
silent_but_head() {
	[ "$(grep -c . "$T/out")" = 3 ]
	point '... and nothing was transferred'
}
silent_but_head
FAULT=dmabuf=2
says 77 '-B dmabuf:udmabuf: there is no /dev/udmabuf here' memcpy -B pages,dmabuf:udmabuf
FAULT=dmabuf=13
says 77 '-B dmabuf:udmabuf: no permission to open /dev/udmabuf' memcpy -B dmabuf:udmabuf
says 77 '-B dmabuf:heap/system: no permission to open /dev/dma_heap/system' \
	memcpy -B dmabuf:heap/system
FAULT=dmabuf=12
says 77 '-B dmabuf:udmabuf: it gives no buffer of 8320 bytes: Cannot allocate memory' \
	memcpy -B dmabuf:udmabuf
FAULT=dmabufsync=5
says 1 'a buffer could not be synced: Input/output error' memcpy -B dmabuf:udmabuf
for k in user dmabuf:udmabuf; do
	FAULT=create=12
	says 77 'no memory for a buffer of 8320 bytes, or RLIMIT_MEMLOCK is used up' memcpy -B $k
	FAULT=create=95
	says 77 'this module has no buffers of that kind' memcpy -B $k
	FAULT=create=14
	says 1 'a buffer of 8320 bytes' memcpy -B $k
	FAULT=''
	FAKE='able features=0x33'
	says 77 "-B $k: the loaded module has no such buffers" memcpy -B $k
	says 77 "-B $k: the loaded module has no such buffers" memcpy -B pages,$k
	FAKE=able
done
FAULT=create=14
says 1 'a buffer of 8320 bytes of dmabuf:udmabuf: Bad address' memcpy -B dmabuf:udmabuf
FAULT=''
done_testing
