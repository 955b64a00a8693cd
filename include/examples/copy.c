// SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note
/*
 * copy CHANNEL: eight copies by one call, and their completions as they come.
 * cc $(pkg-config --cflags dmactl) -o copy copy.c
 */
#include <fcntl.h>
#include <linux/dmactl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define COPIES	8
#define SIZE	4096

static int reap_all(int fd)
{
	struct dmactl_completion done[COPIES];
	struct dmactl_reap reap = {
		.size = sizeof(reap),
		.comp_size = sizeof(done[0]),
		.max = COPIES,
		.min = 1, /* sleep until there is one */
		.comps = (uintptr_t)done,
	};
	int bad = 0;

	for (unsigned int n = 0; n < COPIES; n += reap.taken) {
		if (ioctl(fd, DMACTL_IOC_REAP, &reap))
			return perror("reap"), 1;
		for (unsigned int i = 0; i < reap.taken; i++) {
			printf("copy %llu: result %u after %llu ns\n",
			       (unsigned long long)done[i].user_data, done[i].result,
			       (unsigned long long)(done[i].t3 - done[i].t0));
			bad |= done[i].result != DMACTL_RES_OK;
		}
	}
	return bad;
}

int main(int argc, char **argv)
{
	struct dmactl_claim claim = {
		.size = sizeof(claim),
		.operations = 1 << DMACTL_OP_MEMCPY,
	};
	struct dmactl_buf_create buf = {
		.size = sizeof(buf),
		.kind = DMACTL_BUF_PAGES,
		.bytes = 2 * COPIES * SIZE,
		.node = DMACTL_NONE,
	};
	struct dmactl_buf_sync sync = { .size = sizeof(sync), .len = 2 * COPIES * SIZE };
	struct dmactl_op ops[COPIES];
	struct dmactl_submit submit = {
		.size = sizeof(submit),
		.op_size = sizeof(ops[0]),
		.nr_ops = COPIES,
		.ops = (uintptr_t)ops,
	};
	int fd = open("/dev/dmactl", O_RDWR | O_CLOEXEC);
	char *p;

	if (argc != 2 || strlen(argv[1]) >= sizeof(claim.name))
		return fprintf(stderr, "usage: copy CHANNEL (dmactl list has them)\n"), 64;
	if (fd < 0)
		return perror("/dev/dmactl"), 77;
	strcpy(claim.name, argv[1]);
	if (ioctl(fd, DMACTL_IOC_CLAIM, &claim))
		return perror(argv[1]), 77;
	buf.channel = claim.channel;
	if (ioctl(fd, DMACTL_IOC_BUF_CREATE, &buf))
		return perror("buffer"), 1;
	p = mmap(NULL, buf.mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd, buf.offset);
	if (p == MAP_FAILED)
		return perror("mmap"), 1;

	/* The first half of the buffer is what the second half is to be. */
	for (int i = 0; i < COPIES; i++) {
		memset(p + i * SIZE, 'a' + i, SIZE);
		ops[i] = (struct dmactl_op){
			.opcode = DMACTL_OP_MEMCPY,
			.channel = claim.channel,
			.src = { .buffer = buf.buffer, .offset = i * SIZE },
			.dst = { .buffer = buf.buffer, .offset = (COPIES + i) * SIZE },
			.len = SIZE,
			.user_data = i,
		};
	}
	/* No SYNC_DEVICE: this buffer is mapped for the device by its first operation. */
	if (ioctl(fd, DMACTL_IOC_SUBMIT, &submit))
		return perror("submit"), 1;
	if (reap_all(fd))
		return 1;
	sync.buffer = buf.buffer;
	sync.direction = DMACTL_SYNC_CPU;
	if (ioctl(fd, DMACTL_IOC_BUF_SYNC, &sync))
		return perror("sync"), 1;
	if (memcmp(p, p + COPIES * SIZE, COPIES * SIZE))
		return fprintf(stderr, "wrong data\n"), 1;
	printf("all right\n");
	return 0; /* closing the file gives everything back */
}
