// SPDX-License-Identifier: GPL-2.0
/* Every allocation and every copy from and to the caller fails once: configfs, netlink, modules. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fail.h"
#include "nl.h"

static struct sim sim;
static char attr[64][32];
static const char *value;
static struct nl sock;
static int image = -1, file = -1;

#define DIR_PATH SIM_ROOT "/t-tree"

static void begin_none(u32 v)
{
	(void)v;
}

static int fire_mkdir(u32 v)
{
	(void)v;
	return mkdir(DIR_PATH, 0755) ? -errno : 0;
}

static void end_rmdir(u32 v, bool whole)
{
	(void)v;
	(void)whole;
	CHECK_EQ(rmdir(DIR_PATH), 0);
}

static void begin_mkdir(u32 v)
{
	CHECK_EQ(fire_mkdir(v), 0);
	snprintf(sim.name, sizeof(sim.name), "t-tree");
	sim_set(&sim, "descriptors", "6");
	sim_set(&sim, "channels", "2");
}

static int fire_rmdir(u32 v)
{
	(void)v;
	return rmdir(DIR_PATH) ? -errno : 0;
}

static void end_none(u32 v, bool whole)
{
	(void)v;
	(void)whole;
}

static int fire_live(u32 v)
{
	return sim_write(&sim, "live", v ? "1" : "0");
}

/* However it went: a device that is live has channels that can be claimed. */
static void end_live(u32 v, bool whole)
{
	char path[96];
	int fd;

	if (v) {
		snprintf(path, sizeof(path), DIR_PATH "/dev_name");
		CHECK(read_file(path, sim.dev, sizeof(sim.dev)) > 1);
		sim.dev[strcspn(sim.dev, "\n")] = 0;
		fd = dm_open();
		dm_claim(fd, sim_chan(&sim, 0));
		dm_claim(fd, sim_chan(&sim, 1));
		CHECK_EQ(close(fd), 0);
	}
	end_rmdir(v, whole);
}

static void begin_live(u32 v)
{
	begin_mkdir(v);
	CHECK_EQ(fire_live(1), 0);
}

TEST("mkdir, live, rmdir")
{
	static const struct fail_path paths[] = {
		{ "mkdir", 0, 0, begin_none, fire_mkdir, end_rmdir },
		{ "rmdir", 0, 0, begin_mkdir, fire_rmdir, end_none },
		{ "rmdir of a live one", FAIL_UNSEEN, 0, begin_live, fire_rmdir, end_none },
		{ "live=0", 0, 0, begin_live, fire_live, end_live },
	};

	fail_paths(paths, ARRAY_SIZE(paths));
}

TEST("live=1")
{
	static const struct fail_path paths[] = {
		{ "live=1", FAIL_ANY_ERROR, 1, begin_mkdir, fire_live, end_live },
	};

	fail_paths(paths, ARRAY_SIZE(paths));
}

static void begin_attr(u32 v)
{
	char path[128];

	begin_mkdir(v);
	snprintf(path, sizeof(path), DIR_PATH "/%s", attr[v]);
	file = open(path, *value ? O_WRONLY : O_RDONLY);
	CHECK(file >= 0);
}

static int fire_attr(u32 v)
{
	static char text[4096];
	ssize_t n = *value ? write(file, value, strlen(value)) : read(file, text, sizeof(text));

	(void)v;
	return n < 0 ? -errno : (int)n;
}

static void end_attr(u32 v, bool whole)
{
	CHECK_EQ(close(file), 0);
	end_rmdir(v, whole);
}

/* Each attribute is read, and written what it has. */
static void attributes(u32 from, u32 step)
{
	struct fail_path p = { .begin = begin_attr, .fire = fire_attr, .end = end_attr };
	char path[96], name[64], text[4096];
	struct dirent *e;
	u32 n = 0;
	DIR *dir;

	begin_mkdir(0);
	dir = opendir(DIR_PATH);
	CHECK(dir);
	while ((e = readdir(dir)) && n < ARRAY_SIZE(attr))
		if (e->d_name[0] != '.')
			snprintf(attr[n++], sizeof(attr[0]), "%.31s", e->d_name);
	closedir(dir);
	end_rmdir(0, true);
	CHECK(n > 40);
	for (p.v = from; p.v < n; p.v += step) {
		struct stat st;

		begin_mkdir(0);
		snprintf(path, sizeof(path), DIR_PATH "/%s", attr[p.v]);
		CHECK_EQ(stat(path, &st), 0);
		CHECK(read_file(path, text, sizeof(text)) >= 0);
		end_rmdir(0, true);
		p.name = name;
		value = "";
		snprintf(name, sizeof(name), "read %s", attr[p.v]);
		fail_paths(&p, 1);
		if (!(st.st_mode & 0200))
			continue;
		value = text;
		snprintf(name, sizeof(name), "%s=%.16s", attr[p.v], strtok(text, "\n") ?: "");
		fail_paths(&p, 1);
	}
}

TEST("each attribute, the one half")
{
	attributes(0, 2);
}

TEST("each attribute, the other half")
{
	attributes(1, 2);
}

static void begin_socket(u32 v)
{
	(void)v;
	sock = nl_open();
}

static void end_socket(u32 v, bool whole)
{
	(void)v;
	(void)whole;
	CHECK_EQ(close(sock.fd), 0);
}

static int fire_join(u32 v)
{
	(void)v;
	return setsockopt(sock.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &sock.group,
			  sizeof(sock.group)) ?
		       -errno :
		       0;
}

/* A request and its whole answer, which lies there when send() returns, but for a dump's rest. */
static int fire_ask(u32 v)
{
	static u8 answer[65536];
	struct {
		struct nlmsghdr h;
		struct genlmsghdr g;
		u8 attrs[128];
	} m = { .h = { .nlmsg_type = sock.family,
		       .nlmsg_flags =
			       (u16)(NLM_F_REQUEST | NLM_F_ACK | (v & 256 ? NLM_F_DUMP : 0)) },
		.g = { .cmd = (u8)v, .version = 1 } };
	u32 len = NLMSG_HDRLEN + GENL_HDRLEN;

	if (!(v & 256))
		len += nl_put(m.attrs, DMACTL_A_CHANNEL_NAME, sim_chan(&sim, 0),
			      (u32)strlen(sim_chan(&sim, 0)) + 1);
	m.h.nlmsg_len = len;
	if (send(sock.fd, &m, len, 0) < 0)
		return -errno;
	for (;;) {
		ssize_t n = recv(sock.fd, answer, sizeof(answer), MSG_DONTWAIT);
		const struct nlmsghdr *h = (const void *)answer;

		if (n < 0)
			return -errno;
		for (; NLMSG_OK(h, (u32)n); h = NLMSG_NEXT(h, n))
			if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE)
				return *(const int *)NLMSG_DATA(h);
	}
}

TEST("netlink: each command and dump, and the group")
{
	static const struct fail_path paths[] = {
		{ "channel-get", 0, DMACTL_CMD_CHANNEL_GET, begin_socket, fire_ask, end_socket },
		{ "dump of channels", 0, DMACTL_CMD_CHANNEL_GET | 256, begin_socket, fire_ask,
		  end_socket },
		{ "dump of sessions", 0, DMACTL_CMD_SESSION_GET | 256, begin_socket, fire_ask,
		  end_socket },
		{ "dump of quarantine", 0, DMACTL_CMD_QUARANTINE_GET | 256, begin_socket, fire_ask,
		  end_socket },
		{ "join", 0, 0, begin_socket, fire_join, end_socket },
	};

	sim = sim_make("t-tree", "descriptors=6", NULL);
	dm_open();
	fail_paths(paths, ARRAY_SIZE(paths));
}

static int fire_bad_load(u32 v)
{
	return syscall(SYS_finit_module, image, v ? "default=x" : "raw_address=x", 0) ? -errno : 0;
}

static int fire_load(u32 v)
{
	return syscall(SYS_finit_module, image, v ? "default=0" : "", 0) ? -errno : 0;
}

static void begin_load(u32 v)
{
	const char *name = v ? "dma_sim" : "dmactl";

	CHECK_SOON(!module_loaded(name) || !module_unload(name));
}

static void load(const char *name, u32 v, u32 from, u32 most)
{
	struct fail_path p = { .name = name,
			       .flags = FAIL_UNSEEN | FAIL_ANY_ERROR,
			       .v = v,
			       .begin = begin_load,
			       .fire = fire_load,
			       .end = end_none };
	struct utsname u;
	char path[256];

	CHECK_EQ(uname(&u), 0);
	snprintf(path, sizeof(path), "/lib/modules/%s/updates/%s.ko", u.release, name);
	image = open(path, O_RDONLY | O_CLOEXEC);
	if (image < 0)
		FAIL("%s: %s", path, strerror(errno));
	/*
	 * The kernel's loader, which is not ours, complains of its own failures. It has made most
	 * of its way when it finds a parameter that is none.
	 */
	begin_load(v);
	p.spared = fail_count(fire_bad_load, v) + from;
	p.most = most;
	CHECK(!module_loaded(v ? "dma_sim" : "dmactl"));
	fail_paths(&p, 1);
	begin_load(v);
	modules_up();
}

TEST("loading dma-sim, what fails first")
{
	load("dma-sim", 1, 0, 50);
}

TEST("loading dma-sim, what fails then")
{
	load("dma-sim", 1, 50, 50);
}

TEST("loading dma-sim, the rest")
{
	load("dma-sim", 1, 100, 0);
}

/* Two scans, since the first one finds what is still in a register; young objects do not count. */
static FILE *leaks(const char *path)
{
	sleep_ms(6000);
	CHECK_EQ(write_file(path, "scan"), 0);
	sleep_ms(500);
	CHECK_EQ(write_file(path, "scan"), 0);
	return fopen(path, "r");
}

/*
 * device_register() has named a channel when it fails, and dmaengine then frees the channel by
 * kfree() and not by put_device(): the name is lost. Nothing else may be.
 */
TEST("nothing is leaked but names of channels that dmaengine could not register")
{
	static const char path[] = "/sys/kernel/debug/kmemleak";
	unsigned int objects = 0, names = 0, dev, chan;
	char line[1024], *text;
	FILE *f;

	CHECK(read_file("/proc/cmdline", line, sizeof(line)) > 0);
	if (access(path, W_OK) || strstr(line, "kmemleak=off"))
		SKIP("this kernel has no kmemleak");
	f = leaks(path);
	CHECK(f);
	while (fgets(line, sizeof(line), f)) {
		printf("# %s", line);
		objects += !strncmp(line, "unreferenced object", 19);
		text = strstr(line, "  dma");
		names += text && sscanf(text, "  dma%uchan%u", &dev, &chan) == 2;
	}
	fclose(f);
	CHECK_EQ(objects, names);
	CHECK_EQ(write_file(path, "clear"), 0);
}

TEST("how many there were")
{
	fail_total_line("configfs, netlink, modules");
}
