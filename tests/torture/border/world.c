// SPDX-License-Identifier: GPL-2.0
/* Between two programs nothing is left of the one before: no device, no session, nothing kept. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"
#include "dm.h"
#include "nl.h"

#define SETTLE_S 30
#define ALLOWED	 (1UL << 20)

static struct nl control;

void world_begin(void)
{
	modules_up();
	/* Its mode is a test's business elsewhere; here a plain user is to come through. */
	if (chmod(NODE, 0666))
		FAIL("chmod " NODE ": %s", strerror(errno));
	control = nl_open();
	family = control.family;
	group = control.group;
}

static u32 entries(u8 cmd, u32 leaked_attr, u32 *leaked)
{
	struct nlreply *r = nl_ask(&control, cmd, NLM_F_DUMP, NULL, 0);
	u32 i;

	CHECK_EQ(r->err, 0);
	for (i = 0; leaked && i < r->n; i++)
		*leaked += nl_has(&r->msg[i], leaked_attr);
	return r->n;
}

static int remove_devices(void)
{
	static const char *const knobs[] = {
		"stall", "lost_interrupt", "late", "error", "prep_null", "refuse", "late_terminate",
	};
	char path[128], attr[160];
	u32 i, k;

	for (i = 0; i < DIRS; i++) {
		directory_of(i, path, sizeof(path));
		if (access(path, F_OK))
			continue;
		for (k = 0; k < ARRAY_SIZE(knobs); k++) {
			snprintf(attr, sizeof(attr), "%s/%s", path, knobs[k]);
			write_file(attr, "off");
		}
		if (rmdir(path)) {
			printf("# rmdir %s: %s\n", path, strerror(errno));
			return -1;
		}
	}
	return 0;
}

int world_clean(void)
{
	u64 end = clock_ns() + SETTLE_S * SEC * slow();
	unsigned int wait = 0;
	u32 sessions, kept, leaked;

	if (remove_devices())
		return -1;
	do {
		leaked = 0;
		sessions = entries(DMACTL_CMD_SESSION_GET, 0, NULL);
		kept = entries(DMACTL_CMD_QUARANTINE_GET, DMACTL_A_QUARANTINE_LEAKED, &leaked);
		if (!sessions && !kept)
			return 0;
		sleep_ms(wait++ < 10 ? 1 : 20);
	} while (clock_ns() < end);
	printf("# left behind: %u sessions, %u channels in quarantine, %u of them leaked\n",
	       sessions, kept, leaked);
	return -1;
}

/* In a process of its own: as a plain user, who may lock this much and has it all for buffers. */
static void use_all_of_limit(void)
{
	struct rlimit limit = { ALLOWED, ALLOWED };
	struct dmactl_buf_create b = {
		.size = sizeof(b),
		.kind = DMACTL_BUF_PAGES,
		.channel = DMACTL_NONE,
		.node = DMACTL_NONE,
		.bytes = ALLOWED,
	};
	int fd;

	CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &limit), 0);
	CHECK_EQ(setresuid(PLAIN_USER, PLAIN_USER, PLAIN_USER), 0);
	fd = open(NODE, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0);
	CHECK_EQ(ioctl(fd, DMACTL_IOC_BUF_CREATE, &b) ? -errno : 0, 0);
	b.bytes = PAGE;
	CHECK_EQ(ioctl(fd, DMACTL_IOC_BUF_CREATE, &b) ? -errno : 0, -ENOMEM);
}

static bool charges_are_back(void)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		use_all_of_limit();
		_exit(0);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && !status)
		return true;
	printf("# memory is still charged to the user that programs had\n");
	return false;
}

static bool unloaded(const char *name)
{
	u64 end = clock_ns() + SETTLE_S * SEC * slow();

	while (module_loaded(name)) {
		int err = module_unload(name);

		if (!err)
			return true;
		if (clock_ns() > end) {
			printf("# %s does not unload: %s\n", name, strerror(-err));
			return false;
		}
		sleep_ms(20);
	}
	return true;
}

int world_end(void)
{
	bool ok = charges_are_back();

	close(control.fd);
	return unloaded("dmactl") && unloaded("dma_sim") && ok ? 0 : -1;
}
