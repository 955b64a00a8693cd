// SPDX-License-Identifier: GPL-2.0
/* The reasons why there may be nothing. Each row is tested by its word (tests/cli/doctor.t). */
#include "doctor.h"

const struct check doctor_checks[] = {
	{ "module", WHEN_ALWAYS, doctor_module },
	{ "version", WHEN_ALWAYS, doctor_version },
	{ "cloud-kernel", WHEN_UNLOADED, doctor_cloud },
	{ "kernel-config", WHEN_ALWAYS, doctor_kconfig },
	{ "not-built", WHEN_UNLOADED, doctor_built },
	{ "headers", WHEN_UNLOADED, doctor_headers },
	{ "signature", WHEN_UNLOADED, doctor_signature },
	{ "quarantine", WHEN_LISTED, doctor_quarantine },
	{ "channel", WHEN_LISTED, doctor_channels },
	{ "public", WHEN_LISTED, doctor_public },
	{ "async-tx", WHEN_LISTED, doctor_async_tx },
	{ "request-line", WHEN_LISTED, doctor_request_line },
	{ "no-driver", WHEN_NONE_REAL, doctor_unbound },
	{ "idxd", WHEN_NONE_REAL, doctor_idxd },
	{ "iommu", WHEN_LISTED, doctor_iommu },
	{ "window", WHEN_LISTED, doctor_window },
	{ "bounce", WHEN_LISTED, doctor_bounce },
	{ "memlock", WHEN_ALWAYS, doctor_memlock },
	{ "sim", WHEN_ALWAYS, doctor_sim },
	{ "debugfs", WHEN_ALWAYS, doctor_debugfs },
	{ 0 },
};

static bool applies(struct doctor *d, enum when when)
{
	switch (when) {
	case WHEN_UNLOADED:
		return !d->loaded;
	case WHEN_LISTED:
		return d->table;
	case WHEN_NONE_REAL:
		return !d->channel && !d->real;
	default:
		return true;
	}
}

void doctor_look(struct doctor *d)
{
	for (const struct check *c = doctor_checks; c->reason; c++) {
		if (!applies(d, c->when))
			continue;
		d->reason = c->reason;
		c->look(d);
	}
}
