// SPDX-License-Identifier: GPL-2.0
/* CONFIG: what a peripheral may be, for whom, and when. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dm.h"

#define RAW_ADDRESS "/sys/module/dmactl/parameters/raw_address"

static struct rig rig(const char *a, const char *b)
{
	return rig_on(sim_make("t-config", a ? a : b, a ? b : NULL, NULL), DMACTL_BUF_PAGES,
		      RIG_BYTES);
}

static struct dmactl_config arg(const struct rig *r, u32 endpoint)
{
	return (struct dmactl_config){
		.size = sizeof(struct dmactl_config),
		.channel = r->chan,
		.endpoint = endpoint,
		.src_width = 4,
		.dst_width = 4,
	};
}

static struct dmactl_op transfer(const struct rig *r, struct dmactl_vec *v, u32 direction, u64 len)
{
	*v = (struct dmactl_vec){ .buffer = direction == 1 ? r->src : r->dst, .len = len };
	return (struct dmactl_op){
		.opcode = DMACTL_OP_SLAVE_SG,
		.channel = r->chan,
		.direction = direction,
		.len = len,
		.nr_vec = 1,
		.vec = (uintptr_t)v,
	};
}

static void works(const struct rig *r)
{
	struct dmactl_completion c;
	struct dmactl_vec v;
	struct dmactl_op op = transfer(r, &v, 2, 64);

	dm_submit_all(r->fd, &op, 1);
	dm_reap_all(r->fd, &c, 1);
	check_ok(&c);
}

static void set_raw(const char *value)
{
	int fd = open(RAW_ADDRESS, O_WRONLY);

	CHECK(fd >= 0);
	CHECK_EQ(write(fd, value, 1), 1);
	close(fd);
}

#define REFUSED(err, set)							\
	do {									\
		struct dmactl_config a_ = arg(&r, DMACTL_EP_SOURCE);		\
		set;								\
		CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a_), -(err));	\
	} while (0)

TEST("what the channel does not list, and what no field may be, is refused; the endpoint stays")
{
	struct rig r = rig("widths=6", "max_burst=8");
	struct dmactl_config good = arg(&r, DMACTL_EP_SOURCE);

	good.src_width = 2;
	good.dst_width = 2;
	good.src_burst = 8;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &good), 0);
	REFUSED(EINVAL, a_.src_width = 4);
	REFUSED(EINVAL, (a_.src_width = 2, a_.dst_width = 8));
	REFUSED(EINVAL, (a_.src_width = 2, a_.dst_width = 3));
	REFUSED(EINVAL, (a_.src_width = 2, a_.dst_width = 0x80000000));
	REFUSED(EINVAL, (a_.src_width = 2, a_.dst_width = 2, a_.src_burst = 9));
	REFUSED(EINVAL, (a_.src_width = 2, a_.dst_width = 2, a_.dst_burst = ~0U));
	REFUSED(EOPNOTSUPP, a_.flags = 4);
	REFUSED(EINVAL, a_.reserved = 1);
	REFUSED(ENOENT, a_.channel = r.chan + 1);
	REFUSED(EINVAL, (a_ = good, a_.endpoint = 0));
	REFUSED(EINVAL, (a_ = good, a_.endpoint = 7));
	REFUSED(EINVAL, (a_ = good, a_.buffer = r.src));
	REFUSED(EINVAL, (a_ = good, a_.address = 64));
	REFUSED(EOPNOTSUPP, (a_ = good, a_.endpoint = DMACTL_EP_LINE));
	works(&r);
}

TEST("a channel without a peripheral's side has no endpoint")
{
	struct rig r = rig("directions=0", NULL);

	REFUSED(EOPNOTSUPP, (void)a_);
	rig_works(&r);
}

TEST("a transfer needs an endpoint, and a direction that the channel has")
{
	struct rig r = rig("directions=4", NULL);
	struct dmactl_config a = arg(&r, DMACTL_EP_SOURCE);
	struct dmactl_submit s = { 0 };
	struct dmactl_vec v;
	struct dmactl_op op = transfer(&r, &v, 2, 64);

	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -ENOTCONN);
	CHECK_EQ(s.why, DMACTL_WHY_ENDPOINT);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a), 0);
	op = transfer(&r, &v, 1, 64);
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -EINVAL);
	CHECK_EQ(s.why, DMACTL_WHY_DIRECTION);
	op.direction = 4;
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -EINVAL);
	CHECK_EQ(s.why, DMACTL_WHY_DIRECTION);
	works(&r);
}

TEST("while something is in flight the endpoint cannot be another")
{
	struct rig r = rig("lost_interrupt=nth 1", NULL);
	struct dmactl_op op = op_interrupt(r.chan);
	struct dmactl_completion c;

	dm_submit_all(r.fd, &op, 1);
	REFUSED(EBUSY, (void)a_);
	sim_set(&r.sim, "lost_interrupt", "off");
	dm_reap_all(r.fd, &c, 1);
	REFUSED(0, (void)a_);
	works(&r);
}

TEST("a register is a whole one, of kernel pages, inside the buffer")
{
	struct rig r = rig(NULL, NULL);
	u32 coherent = dm_buf(r.fd, DMACTL_BUF_COHERENT, r.chan, 4096, NULL);

#define REGISTER(err, set) REFUSED(err, (a_.endpoint = DMACTL_EP_BUFFER, a_.buffer = r.src, set))
	REGISTER(ENOENT, a_.buffer = 999);
	REGISTER(ENOENT, a_.buffer = DMACTL_NONE);
	REGISTER(EINVAL, a_.buffer = coherent);
	REGISTER(ERANGE, a_.address = RIG_BYTES);
	REGISTER(ERANGE, a_.address = RIG_BYTES - 2);
	REGISTER(ERANGE, a_.address = ~0ULL);
	REGISTER(0, a_.address = RIG_BYTES - 4);
	works(&r);
}

TEST("a raw address needs the parameter and CAP_SYS_RAWIO, both")
{
	struct rig r = rig(NULL, NULL);
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	int status, out;
	pid_t pid;

	REFUSED(EPERM, a_.endpoint = DMACTL_EP_RAW);
	set_raw("1");
	pid = fork();
	if (!pid) {
		if (syscall(SYS_capget, &head, data))
			_exit(2);
		data[0].effective &= ~(1U << CAP_SYS_RAWIO);
		data[0].permitted &= ~(1U << CAP_SYS_RAWIO);
		if (syscall(SYS_capset, &head, data))
			_exit(3);
		struct dmactl_config a = arg(&r, DMACTL_EP_RAW);

		_exit(dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a) == -EPERM ? 0 : 1);
	}
	out = waitpid(pid, &status, 0);
	REFUSED(EINVAL, (a_.endpoint = DMACTL_EP_RAW, a_.buffer = r.src));
	set_raw("0");
	CHECK_EQ(out, pid);
	CHECK_EQ(status, 0);
	REFUSED(EPERM, a_.endpoint = DMACTL_EP_RAW);
}

/* The physical address of a page of this process, 0 where that is not told. */
static u64 physical(const void *p)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	u64 entry = 0;

	if (fd < 0)
		return 0;
	CHECK_EQ(pread(fd, &entry, 8, (off_t)((uintptr_t)p / 4096 * 8)), 8);
	close(fd);
	return (entry & ((1ULL << 55) - 1)) * 4096;
}

TEST("a raw address is read and written where it is")
{
	struct rig r = rig(NULL, NULL);
	u8 *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED,
		     -1, 0);
	struct dmactl_completion c;
	struct dmactl_vec v;
	struct dmactl_op op;
	u64 address;
	int err, refused, i;

	CHECK(p != MAP_FAILED);
	memcpy(p + 256, "\1\2\3\4", 4);
	address = physical(p);
	if (!address)
		SKIP("this kernel has no /proc/self/pagemap");
	set_raw("1");
	struct dmactl_config a = arg(&r, DMACTL_EP_RAW);

	a.address = address + 256;
	err = dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a);
	a.address = 1ULL << 50;
	refused = dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a);
	set_raw("0");
	CHECK_EQ(err, 0);
	CHECK_EQ(refused, -EINVAL); /* by the provider: the endpoint stays what it was */
	works(&r);
	for (i = 0; i < 16; i++)
		CHECK_MEM(r.pdst + 4 * i, "\1\2\3\4", 4);
	op = transfer(&r, &v, 1, 64);
	dm_submit_all(r.fd, &op, 1);
	dm_reap_all(r.fd, &c, 1);
	check_ok(&c);
	CHECK_MEM(p + 256, r.psrc + 60, 4);
	CHECK_BYTES(p + 260, 0, 64);
}

/* One transfer each way, of a length that the width divides but the limit does not. */
static void moves(const struct rig *r, u32 width, u32 burst, u64 len)
{
	for (u32 direction = 0; direction < 4; direction++) {
		u32 endpoint = direction == 2 ? DMACTL_EP_SOURCE : DMACTL_EP_SINK;
		struct dmactl_config a = arg(r, direction == 3 ? DMACTL_EP_LOOPBACK : endpoint);
		struct dmactl_completion c;
		struct dmactl_vec v;
		struct dmactl_op op;

		a.src_width = width;
		a.dst_width = width;
		a.src_burst = burst;
		a.dst_burst = burst;
		CHECK_EQ(dm_ioctl(r->fd, DMACTL_IOC_CONFIG, &a), 0);
		op = transfer(r, &v, direction, len);
		if (direction == 3) {	/* what the loopback gives, somebody has to put in */
			op = transfer(r, &v, 1, len);
			dm_submit_all(r->fd, &op, 1);
			dm_reap_all(r->fd, &c, 1);
			check_ok(&c);
			op = transfer(r, &v, 3, len);
			v.buffer = DMACTL_NONE;
		}
		dm_submit_all(r->fd, &op, 1);
		dm_reap_all(r->fd, &c, 1);
		CHECK_EQ(c.result, DMACTL_RES_OK);
	}
}

TEST("a segment above the limit is cut where the register's width allows, in all directions")
{
	struct sim sim = sim_make("t-config", "max_segment=65", "directions=15", "max_burst=64",
				  "widths=0x11e", NULL);
	struct rig r = rig_on(sim, DMACTL_BUF_PAGES, RIG_BYTES);

	for (u32 width = 1; width <= 8; width *= 2)
		moves(&r, width, 1, 64 * 11);
	moves(&r, 3, 1, 3 * 111);
	moves(&r, 4, 4, 64 * 11);	/* whole bursts, where a segment has room for one */
	moves(&r, 8, 64, 64 * 11);
}

TEST("memory that is contiguous only where the width does not allow a cut is refused at once")
{
	struct rig r = rig(NULL, NULL);
	struct dmactl_config a = arg(&r, DMACTL_EP_SINK);
	struct dmactl_buf_create b = dm_buf_arg(DMACTL_BUF_USER, DMACTL_NONE, 16 * 4096);
	void *p = mmap(NULL, b.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct dmactl_submit s = { 0 };
	struct dmactl_vec v;
	struct dmactl_op op;

	CHECK(p != MAP_FAILED);
	memset(p, 1, b.bytes);
	b.address = (uintptr_t)p;
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_BUF_CREATE, &b), 0);
	CHECK_EQ(dm_ioctl(r.fd, DMACTL_IOC_CONFIG, &a), 0);
	op = transfer(&r, &v, 1, 15 * 4096);
	v.buffer = b.buffer;
	v.offset = 2;
	if ((1ULL << b.granule) >= b.bytes)
		SKIP("these pages happen to be contiguous");
	CHECK_EQ(dm_submit(r.fd, &op, 1, &s), -EINVAL);
	CHECK_EQ(s.why, DMACTL_WHY_ALIGN);
	v.offset = 4;
	dm_submit_all(r.fd, &op, 1);
}
