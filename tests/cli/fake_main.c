// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "fake.h"
#include "fake_order.h"
#include "stop.h"

__thread uint64_t fake_clock = 1000000000000ULL;

long fake_word(const char *env, const char *word)
{
	const char *s = getenv(env);
	size_t n = strlen(word);

	for (; s && *s; s += strcspn(s, " "), s += *s == ' ') {
		if (strncmp(s, word, n))
			continue;
		if (s[n] == '=')
			return strtol(s + n + 1, NULL, 0);
		if (!s[n] || s[n] == ' ')
			return 1;
	}
	return -1;
}

bool fake_is(const char *word)
{
	return fake_word("DMACTL_FAKE", word) >= 0;
}

long fake_fault(const char *word)
{
	long v = fake_word("DMACTL_FAULT", word);

	return v < 0 ? 0 : v;
}

void fake_log(const char *fmt, ...)
{
	const char *path = getenv("DMACTL_FAKE_LOG");
	FILE *f = path ? fopen(path, "a") : NULL;
	va_list ap;

	if (!f)
		return;
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
}

/* Somebody presses Ctrl-C during the N-th call that waits. */
bool fake_interrupted(void)
{
	static int calls;

	if (!fake_fault("interrupt"))
		return false;
	if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) == fake_fault("interrupt")) {
		kill(getpid(), SIGINT);
		while (!stop_asked)
			usleep(1000);
		if (fake_fault("again")) {
			usleep(1000 * (useconds_t)fake_fault("again"));
			kill(getpid(), SIGTERM);
			kill(getpid(), SIGINT);
			usleep(10000);
		}
	}
	return stop_asked;
}

/* At once, and only once. */
static void be_signalled(long sig)
{
	if (!sig || stop_asked)
		return;
	kill(getpid(), (int)sig);
	while (!stop_asked)
		usleep(1000);
}

static int claim(int fd, struct dmactl_claim *c)
{
	be_signalled(fake_fault("early"));
	return fake_order_claim(fd, c);
}

static uint64_t now(void)
{
	return fake_clock += 10;
}

static uint64_t cpu_time(void)
{
	return fake_clock / 2;
}

static time_t wall(void)
{
	return 1767225600; /* 2026-01-01 */
}

static int pin(unsigned int cpu)
{
	fake_log("cpu %u\n", cpu);
	return cpu < 4 ? 0 : -EINVAL;
}

/* Signals of others are let in by ppoll() alone: one that came before would be missed there. */
static bool interrupted_here(void)
{
	sigset_t none, old;
	bool stopped;

	if (!fake_fault("interrupt"))
		return false;
	sigemptyset(&none);
	pthread_sigmask(SIG_SETMASK, &none, &old);
	stopped = fake_interrupted();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return stopped;
}

/* Nothing but keys takes time here. Ctrl-C may be held back until now, as top does. */
static int wait_for(uint64_t ns, int fd)
{
	struct timespec ts = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t none;
	int ret;

	if (fake_fault("wait"))
		return -(int)fake_fault("wait");
	if (interrupted_here())
		return -EINTR;
	if (fd < 0)
		ts = (struct timespec){ 0 };
	sigemptyset(&none);
	ret = ppoll(&p, 1, &ts, &none);
	if (ret < 0)
		return -EINTR;
	if (!ret)
		fake_clock += ns;
	return ret;
}

static const char *preempt(void)
{
	if (fake_is("rt"))
		return " PREEMPT_RT";
	if (fake_is("full"))
		return " PREEMPT";
	return fake_is("voluntary") ? "" : " PREEMPT_DYNAMIC";
}

static int sysname(struct utsname *u)
{
	const char *release = getenv("DMACTL_FAKE_RELEASE");

	/* When the head of a document is about to be written. */
	be_signalled(fake_fault("head"));
	strcpy(u->sysname, "Linux");
	strcpy(u->nodename, "bench1");
	snprintf(u->release, sizeof(u->release), "%s", release ? release : "6.12.0-test");
	sprintf(u->version, "#1 SMP%s", preempt());
	strcpy(u->machine, "x86_64");
	return 0;
}

static const char *hypervisor(void)
{
	return fake_is("kvm") ? "KVMKVMKVM" : fake_is("tcg") ? "TCGTCGTCGTCG" : "";
}

static const struct backend fake = {
	.open = fake_order_open,
	.close = fake_order_close,
	.info = fake_order_info,
	.claim = claim,
	.release = fake_release,
	.config = fake_order_config,
	.buf_create = fake_buf_create,
	.buf_destroy = fake_buf_destroy,
	.buf_sync = fake_buf_sync,
	.buf_map = fake_buf_map,
	.buf_unmap = fake_buf_unmap,
	.submit = fake_order_submit,
	.reap = fake_order_reap,
	.run = fake_run,
	.stream = fake_stream_call,
	.connect = fake_connect,
	.disconnect = fake_disconnect,
	.channels = fake_order_channels,
	.sessions = fake_sessions,
	.quarantines = fake_quarantines,
	.lines = fake_lines,
	.events_open = fake_events_open,
	.events_next = fake_events_next,
	.read_file = fake_order_read_file,
	.write_file = fake_write_file,
	.list_dir = fake_list_dir,
	.make_dir = fake_make_dir,
	.remove_dir = fake_remove_dir,
	.access = fake_access,
	.open_file = fake_open_file,
	.dma_buf = fake_dma_buf,
	.dma_buf_sync = fake_dma_buf_sync,
	.modprobe = fake_modprobe,
	.privileged = fake_privileged,
	.now = now,
	.cpu_time = cpu_time,
	.wall = wall,
	.pin = pin,
	.wait = wait_for,
	.sysname = sysname,
	.hypervisor = hypervisor,
};

int main(int argc, char **argv)
{
	return dmactl_main(&fake, argc, argv);
}
