// SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note
/*
 * stream CHANNEL PERIODS: a ring from a peripheral, waited for by poll. The peripheral is dma-sim's
 * source, which counts words: a loss would show.
 * cc $(pkg-config --cflags dmactl) -o stream stream.c
 */
#include <fcntl.h>
#include <linux/dmactl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PERIOD	1920 /* 10 ms of 48 kHz, 16 bits, stereo */
#define RING	8    /* periods */

/* The ring until @periods have come; an event is a callback, which may stand for several. */
static int follow(int fd, const uint32_t *ring, unsigned long periods)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	struct dmactl_completion event;
	unsigned long done = 0, where;

	while (done < periods) {
		if (poll(&pfd, 1, 5000) <= 0)
			return fprintf(stderr, "no period for 5 s\n"), 1;
		if (read(fd, &event, sizeof(event)) != sizeof(event))
			return perror("read"), 1;
		if (!(event.flags & DMACTL_COMP_F_PERIOD))
			return fprintf(stderr, "the stream ended\n"), 1;
		/* The residue is what is left of the ring. */
		where = (RING * PERIOD - event.residue) / PERIOD;
		while (done % RING != where % RING) {
			const uint32_t *words = ring + done % RING * (PERIOD / 4);

			if (words[0] != done * (PERIOD / 4))
				return fprintf(stderr, "period %lu was lost\n", done), 1;
			done++;
		}
	}
	printf("%lu periods, none lost\n", done);
	return 0;
}

int main(int argc, char **argv)
{
	struct dmactl_claim claim = {
		.size = sizeof(claim),
		.operations = 1 << DMACTL_OP_CYCLIC,
	};
	struct dmactl_config config = {
		.size = sizeof(config),
		.endpoint = DMACTL_EP_SOURCE,
		.src_width = 4,
		.dst_width = 4,
	};
	struct dmactl_buf_create buf = {
		.size = sizeof(buf),
		.kind = DMACTL_BUF_COHERENT, /* no SYNC needed */
		.bytes = RING * PERIOD,
		.node = DMACTL_NONE,
	};
	struct dmactl_stream stream = {
		.size = sizeof(stream),
		.action = DMACTL_STREAM_START,
		.direction = 2, /* device to memory */
		.periods = RING,
		.period = PERIOD,
	};
	int fd = open("/dev/dmactl", O_RDWR | O_CLOEXEC), ret;
	void *ring;

	if (argc != 3 || strlen(argv[1]) >= sizeof(claim.name))
		return fprintf(stderr, "usage: stream CHANNEL PERIODS\n"), 64;
	if (fd < 0)
		return perror("/dev/dmactl"), 77;
	strcpy(claim.name, argv[1]);
	if (ioctl(fd, DMACTL_IOC_CLAIM, &claim))
		return perror(argv[1]), 77;
	config.channel = buf.channel = stream.channel = claim.channel;
	if (ioctl(fd, DMACTL_IOC_CONFIG, &config))
		return perror("config"), 77;
	if (ioctl(fd, DMACTL_IOC_BUF_CREATE, &buf))
		return perror("buffer"), 1;
	ring = mmap(NULL, buf.mapped, PROT_READ, MAP_SHARED, fd, buf.offset);
	if (ring == MAP_FAILED)
		return perror("mmap"), 1;
	stream.buffer = buf.buffer;
	if (ioctl(fd, DMACTL_IOC_STREAM, &stream))
		return perror("start"), 1;
	ret = follow(fd, ring, strtoul(argv[2], NULL, 0));
	/* What START took is nothing that STOP takes. */
	stream = (struct dmactl_stream){
		.size = sizeof(stream),
		.channel = claim.channel,
		.action = DMACTL_STREAM_STOP,
	};
	if (ioctl(fd, DMACTL_IOC_STREAM, &stream))
		return perror("stop"), 1;
	return ret;
}
