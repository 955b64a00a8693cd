// SPDX-License-Identifier: GPL-2.0
/* Calls that are no ioctl: simulated devices, descriptors, memory, processes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"
#include "dm.h"
#include "pass.h"

int inbox[PROCS][2];

static int failed(long ret)
{
	return ret < 0 ? -errno : (int)(ret & 0x7fffffff);
}

void directory_of(u64 nr, char *path, size_t room)
{
	snprintf(path, room, SIM_ROOT "/t-fuzz%u", (unsigned int)(nr % DIRS));
}

static void sleep_us(u64 us)
{
	usleep((useconds_t)(us % 20000));
}

static int act_device(const struct block *b)
{
	u64 nr = arg_value(b, "dir");
	char path[192], text[4200];
	size_t n;
	int err;

	directory_of(nr, path, sizeof(path));
	n = strlen(path);
	switch (b->shape) {
	case S_MKDIR:
		return failed(mkdir(path, 0755));
	case S_RMDIR:
		return failed(rmdir(path));
	case S_UNBIND:
		return write_file(SIM_DRIVER "/unbind", shared->dev[nr % DIRS]);
	default:
		break;
	}
	snprintf(path + n, sizeof(path) - n, "/%s", arg_text(b, "name"));
	if (b->shape == S_GET)
		return read_file(path, text, sizeof(text));
	expand_text(arg_text(b, "value"), text, sizeof(text));
	err = write_file(path, text);
	if (!err && !strcmp(arg_text(b, "name"), "live")) {
		snprintf(path + n, sizeof(path) - n, "/dev_name");
		if (read_file(path, text, sizeof(text)) > 1) {
			text[strcspn(text, "\n")] = 0;
			snprintf(shared->dev[nr % DIRS], sizeof(shared->dev[0]), "%.63s", text);
		}
	}
	return err;
}

static void set_fd(u64 slot, int fd)
{
	int old = __atomic_exchange_n(&me.fd[slot % FDS], fd, __ATOMIC_ACQ_REL);

	if (old >= 0 && fd >= 0)
		close(old);
}

static int take_fd(u64 slot)
{
	int fd = pass_take(inbox[me.nr][1], MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (fd < 0)
		return fd;
	set_fd(slot, fd);
	return 0;
}

static int make_dmabuf(u64 slot, u64 len)
{
	int dev = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), mem, fd;
	struct udmabuf_create u = { .flags = UDMABUF_FLAGS_CLOEXEC };

	if (dev < 0)
		return -errno;
	mem = memfd_create("border", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	u.memfd = (u32)mem;
	u.size = (len % (1 << 20) + PAGE) & ~(PAGE - 1);
	fd = ftruncate(mem, (off_t)u.size) || fcntl(mem, F_ADD_SEALS, F_SEAL_SHRINK) ?
		     -1 :
		     ioctl(dev, UDMABUF_CREATE, &u);
	if (fd >= 0)
		set_fd(slot, fd);
	close(mem);
	close(dev);
	return failed(fd);
}

static int act_fd(const struct block *b)
{
	u64 slot = arg_value(b, "fd"), to = arg_value(b, "to");
	int fd = me.fd[slot % FDS], new;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char path[64], text[4096];

	switch (b->shape) {
	case S_OPEN:
		new = open(NODE, O_RDWR | O_CLOEXEC | (int)(arg_value(b, "flags") & O_NONBLOCK));
		if (new >= 0)
			set_fd(slot, new);
		return failed(new);
	case S_CLOSE:
		set_fd(slot, -1);
		return failed(close(fd));
	case S_DUP:
		new = dup(fd);
		if (new >= 0)
			set_fd(to, new);
		return failed(new);
	case S_PASS:
		return pass_send(inbox[to % PROCS][0], fd, MSG_DONTWAIT);
	case S_TAKE:
		return take_fd(slot);
	case S_READ:
		return failed(
			read(fd, (void *)(uintptr_t)arg_value(b, "address"), arg_value(b, "len")));
	case S_POLL:
		return failed(poll(&p, 1, (int)(arg_value(b, "timeout") % 50)));
	case S_UDMABUF:
		return make_dmabuf(slot, arg_value(b, "len"));
	default:
		snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
		return read_file(path, text, sizeof(text));
	}
}

struct touching {
	volatile u8 *at;
	size_t len;
	u32 write;
};

static void touch(void *arg)
{
	struct touching *t = arg;
	size_t i;

	for (i = 0; i < t->len; i += 512) {
		if (t->write)
			t->at[i] = (u8)i;
		else
			(void)t->at[i];
	}
}

/* Parts of mappings: unmapped, protected, moved, read and written. */
static int act_memory(const struct block *b)
{
	u64 nr = arg_value(b, "map") % MAPS, offset = arg_value(b, "offset");
	size_t len = arg_value(b, "len");
	u8 *map = me.map[nr], *at;
	struct touching t;

	if (b->shape == S_MMAP) {
		int flags = (int)arg_value(b, "flags") & (MAP_SHARED | MAP_PRIVATE);

		at = mmap(NULL, len, (int)arg_value(b, "prot") & 7, flags,
			  me.fd[arg_value(b, "fd") % FDS], (off_t)offset);
		if (at == MAP_FAILED)
			return -errno;
		me.map_len[nr] = len;
		me.map[nr] = at;
		return 0;
	}
	if (!map)
		return -ENOENT;
	at = map + offset % (me.map_len[nr] + PAGE);
	len = len ? len % (me.map_len[nr] + PAGE) : me.map_len[nr];
	if (b->shape == S_MUNMAP) {
		switch (arg_value(b, "how")) {
		case 1:
			return failed(mprotect(at, len, PROT_READ));
		case 2:
			return failed(madvise(at, len, MADV_DONTNEED));
		case 3:
			return failed(madvise(at, len, MADV_DOFORK));
		case 4:
			return mremap(at, len, len / 2, 0) == MAP_FAILED ? -errno : 0;
		default:
			return failed(munmap(at, len));
		}
	}
	t = (struct touching){ at, len, arg_value(b, "how") & 1 };
	return guarded(touch, &t) ? 0 : -EFAULT;
}

/* What other threads pass to the module while it reads it; or the memory itself goes. */
static int act_scribble(const struct block *b)
{
	u64 offset = arg_value(b, "offset") % (MEM_PAGES * PAGE), len = 2 * PAGE;
	struct touching t = { me.mem + offset, 4096, 1 };

	if (offset + len > MEM_PAGES * PAGE)
		len = MEM_PAGES * PAGE - offset;
	switch (arg_value(b, "how")) {
	case 1:
		offset &= ~(PAGE - 1);
		return failed(madvise(me.mem + offset, len & ~(PAGE - 1), MADV_DONTNEED));
	case 2:
		offset &= ~(PAGE - 1);
		return mmap(me.mem + offset, PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED ?
			       -errno :
			       0;
	default:
		return guarded(touch, &t) ? 0 : -EFAULT;
	}
}

/* A child that shares all descriptors, and writes to what its parent has pinned. */
static int act_fork(const struct block *b)
{
	u64 how = arg_value(b, "how"), us = arg_value(b, "us");
	int fd = me.fd[arg_value(b, "fd") % FDS];
	pid_t pid = gate_fork();

	if (pid < 0)
		return -errno;
	if (!pid) {
		struct touching t = { me.mem, MEM_PAGES * PAGE, how & 1 };
		struct touching m = { me.map[0], me.map_len[0], 1 };

		if (how == 2)
			close(fd);
		if (how == 3)
			guarded(touch, &m); /* not inherited: it faults */
		guarded(touch, &t);
		if (how == 4)
			execl("/bin/true", "true", NULL);
		sleep_us(us);
		_exit(0);
	}
	if (how == 5) {
		sleep_us(us / 2);
		kill(pid, SIGKILL);
		__atomic_fetch_add(&shared->kills, 1, __ATOMIC_RELAXED);
	}
	return 0;
}

static int act_process(const struct block *b)
{
	u64 to = arg_value(b, "to"), us = arg_value(b, "us");
	struct itimerval it = { .it_value.tv_usec = (long)(us % 100000) };
	pid_t pid;
	int err;

	switch (b->shape) {
	case S_FORK:
		return act_fork(b);
	case S_KICK:
		pid = shared->tid[to % ACTORS];
		return pid ? failed(syscall(SYS_tkill, pid, SIGUSR1)) : -ESRCH;
	case S_KILL:
		sleep_us(us);
		pid = shared->pid[to % PROCS];
		if (!pid)
			return -ESRCH;
		__atomic_fetch_add(&shared->kills, 1, __ATOMIC_RELAXED);
		gate_close();
		err = failed(kill(pid, SIGKILL));
		gate_open(); /* not when it was us: the next program resets it */
		return err;
	case S_TIMER:
		return failed(setitimer(ITIMER_REAL, &it, NULL));
	case S_USER:
		/* This thread alone: the system call, not the library's. */
		return failed(syscall(SYS_setresuid, PLAIN_USER, PLAIN_USER, PLAIN_USER));
	default:
		sleep_us(us);
		return 0;
	}
}

int act_system(struct actor *a, const struct block *b)
{
	(void)a;
	switch (b->shape) {
	case S_MKDIR:
	case S_SET:
	case S_GET:
	case S_RMDIR:
	case S_UNBIND:
		return act_device(b);
	case S_MMAP:
	case S_MUNMAP:
	case S_TOUCH:
		return act_memory(b);
	case S_SCRIBBLE:
		return act_scribble(b);
	case S_FORK:
	case S_KICK:
	case S_KILL:
	case S_TIMER:
	case S_SLEEP:
	case S_USER:
		return act_process(b);
	default:
		return act_fd(b);
	}
}
