// SPDX-License-Identifier: GPL-2.0
/* Why the module cannot be loaded into this kernel. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "machine.h"

#define MODULES "/lib/modules"

static bool is_debian(const struct backend *b)
{
	return !b->access("/etc/debian_version", F_OK);
}

/* Debian's name of the architecture, the last word of its kernels' names. */
static const char *flavour(const struct doctor *d)
{
	const char *dash = strrchr(d->u.release, '-');

	return dash && dash[1] ? dash + 1 : "amd64";
}

void doctor_cloud(struct doctor *d)
{
	char todo[300];

	if (!strstr(d->u.release, "-cloud-") || doctor_has_dmaengine(d->ctx->b))
		return;
	snprintf(todo, sizeof(todo),
		 "as root: apt install linux-image-%s linux-headers-%s; reboot into it, then "
		 "remove the cloud kernel (apt remove linux-image-cloud-%s) or it is booted again",
		 flavour(d), flavour(d), flavour(d));
	doctor_find(d, G_PROBLEM,
		    "Debian builds its cloud kernels without CONFIG_DMADEVICES: they have no DMA "
		    "engine, and no module that uses one can be loaded",
		    todo, "this is the cloud kernel %s", d->u.release);
}

/* Where make install, DKMS and others put it. */
static bool built_for(const struct backend *b, const char *release, char *path, size_t size)
{
	static const char *const dirs[] = { "updates/dkms", "updates", "extra", "weak-updates" };
	static const char *const ends[] = { "", ".xz", ".zst", ".gz" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
			snprintf(path, size, MODULES "/%s/%s/dmactl.ko%s", release, dirs[i],
				 ends[k]);
			if (!b->access(path, F_OK))
				return true;
		}
	}
	path[0] = '\0';
	return false;
}

static bool built(const struct doctor *d)
{
	char path[256];

	return built_for(d->ctx->b, d->u.release, path, sizeof(path));
}

/* Another kernel that it was built for; "" without. */
static void other_kernel(struct doctor *d, char *release, size_t size)
{
	const struct backend *b = d->ctx->b;
	struct vec names = { 0 };
	char path[256];

	release[0] = '\0';
	b->list_dir(MODULES, &names);
	for (size_t i = 0; i < names.n && !release[0]; i++) {
		const char *name = ((char **)names.v)[i];

		if (strcmp(name, d->u.release) && built_for(b, name, path, sizeof(path)))
			snprintf(release, size, "%s", name);
	}
	vec_free_names(&names);
}

void doctor_built(struct doctor *d)
{
	char other[128], todo[300], path[256];

	if (built_for(d->ctx->b, d->u.release, path, sizeof(path))) {
		doctor_find(d, G_NOTE, "",
			    "as root: modprobe -v dmactl, and read dmesg's last lines if it is "
			    "refused",
			    "the module was built for this kernel: %s", path);
		return;
	}
	other_kernel(d, other, sizeof(other));
	if (!other[0]) {
		doctor_find(d, G_NOTE, "it was never built, or installed elsewhere",
			    "make kmod; as root: make install, or make install-dkms, which builds "
			    "it anew with each kernel",
			    "there is no dmactl.ko for the running kernel below " MODULES "/%s",
			    d->u.release);
		return;
	}
	snprintf(todo, sizeof(todo),
		 "make kmod; as root: make install; or, where it came by DKMS, as root: dkms "
		 "autoinstall -k %s",
		 d->u.release);
	doctor_find(d, G_PROBLEM,
		    "a module fits the kernel that it was built for alone: the kernel was "
		    "upgraded since",
		    todo, "dmactl.ko is there for %s, not for the running %s", other, d->u.release);
}

void doctor_headers(struct doctor *d)
{
	char path[256], todo[400];

	snprintf(path, sizeof(path), MODULES "/%s/build", d->u.release);
	if (built(d) || !d->ctx->b->access(path, F_OK))
		return;
	if (is_debian(d->ctx->b))
		snprintf(todo, sizeof(todo),
			 "as root: apt install linux-headers-%s; when the archive has it no more "
			 "(kernels leave it when a newer one comes): apt install linux-image-%s "
			 "linux-headers-%s; reboot",
			 d->u.release, flavour(d), flavour(d));
	else
		snprintf(todo, sizeof(todo),
			 "install the headers of %s (kernel-devel, linux-headers); when there are "
			 "none any more, upgrade the kernel with its headers and reboot",
			 d->u.release);
	doctor_find(d, G_PROBLEM,
		    "the module is built against the headers of the running kernel, and they are "
		    "not installed",
		    todo, "there is no %s", path);
}

static bool locked(const char *text)
{
	return strstr(text, "[integrity]") || strstr(text, "[confidentiality]");
}

/* Four bytes of attributes, then the value. */
static bool secure_boot(const struct backend *b)
{
	char v[16];

	return b->read_file("/sys/firmware/efi/efivars/"
			    "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
			    v, sizeof(v)) == 5 &&
	       v[4] == 1;
}

void doctor_signature(struct doctor *d)
{
	const struct backend *b = d->ctx->b;
	char lockdown[128] = "", enforce[16] = "", seen[200];
	bool secure = secure_boot(b), tells;

	tells = machine_line(b, "/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
	machine_line(b, "/sys/module/module/parameters/sig_enforce", enforce, sizeof(enforce));
	if (enforce[0] == 'Y')
		snprintf(seen, sizeof(seen), "module.sig_enforce is on%s",
			 secure ? ", and Secure Boot too" : "");
	else if (locked(lockdown))
		snprintf(seen, sizeof(seen), "the kernel is locked down (%s)%s", lockdown,
			 secure ? " by Secure Boot" : "");
	else if (secure && !tells)
		snprintf(seen, sizeof(seen), "Secure Boot is on");
	else
		return;
	doctor_find(
		d, built(d) ? G_PROBLEM : G_NOTE,
		"only modules with a signature that this kernel knows are loaded: modprobe "
		"says 'Key was rejected by service', 'Required key not available' or "
		"'Operation not permitted'",
		"install it by DKMS (make install-dkms), which signs it; as root: mokutil "
		"--import /var/lib/dkms/mok.pub; reboot and confirm the key in the blue menu; or "
		"switch Secure Boot off in the firmware's setup",
		"%s", seen);
}
