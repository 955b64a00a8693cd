// SPDX-License-Identifier: GPL-2.0-only
/* The knobs that break things: counted per device, deterministic. */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "sim.h"

static const struct {
	const char *word;
	enum dmasim_when when;
} dmasim_rules[] = {
	{ "every ", DMASIM_EVERY },
	{ "nth ", DMASIM_NTH },
	{ "after ", DMASIM_AFTER },
};

/* Parses "off", "every N", "nth N" and "after N". Return: 0, or -EINVAL with @knob unchanged. */
int dmasim_knob_parse(const char *page, struct dmasim_knob *knob)
{
	size_t len;
	u32 n;
	int i;

	if (sysfs_streq(page, "off")) {
		*knob = (struct dmasim_knob){ .when = DMASIM_OFF };
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(dmasim_rules); i++) {
		len = str_has_prefix(page, dmasim_rules[i].word);
		if (!len)
			continue;
		if (kstrtou32(page + len, 0, &n) || !n)
			return -EINVAL;
		*knob = (struct dmasim_knob){ .when = dmasim_rules[i].when, .n = n };
		return 0;
	}
	return -EINVAL;
}

ssize_t dmasim_knob_show(const struct dmasim_knob *knob, char *page)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(dmasim_rules); i++)
		if (knob->when == dmasim_rules[i].when)
			return sprintf(page, "%s%u\n", dmasim_rules[i].word, knob->n);
	return sprintf(page, "off\n");
}

/* Counts one more operation. */
static bool dmasim_knob_hit(struct dmasim_knob *knob)
{
	switch (knob->when) {
	case DMASIM_EVERY:
		if (++knob->seen < knob->n)
			return false;
		knob->seen = 0;
		return true;
	case DMASIM_NTH:
		if (knob->seen == knob->n)
			return false;
		return ++knob->seen == knob->n;
	case DMASIM_AFTER:
		if (knob->seen == knob->n)
			return true;
		knob->seen++;
		return false;
	default:
		return false;
	}
}

/* Context: the caller holds @conf->lock. */
void dmasim_defects_init(struct dmasim_defects *f, const struct dmasim_conf *conf)
{
	int i;

	spin_lock_init(&f->lock);
	dmasim_seed(&f->rnd, conf->params.seed);
	f->delay = conf->delay;
	for (i = 0; i < DMASIM_DEFECTS; i++)
		dmasim_defects_set(f, i, &conf->knob[i]);
}

void dmasim_defects_set(struct dmasim_defects *f, enum dmasim_defect which,
			const struct dmasim_knob *knob)
{
	unsigned long flags;

	spin_lock_irqsave(&f->lock, flags);
	f->knob[which] = *knob;
	if (knob->when == DMASIM_OFF)
		WRITE_ONCE(f->armed, f->armed & ~BIT(which));
	else
		WRITE_ONCE(f->armed, f->armed | BIT(which));
	spin_unlock_irqrestore(&f->lock, flags);
}

void dmasim_defects_set_delay(struct dmasim_defects *f, const struct dmasim_delays *delay)
{
	unsigned long flags;

	spin_lock_irqsave(&f->lock, flags);
	WRITE_ONCE(f->delay.late_ns, delay->late_ns);
	f->delay.jitter_ns = delay->jitter_ns;
	spin_unlock_irqrestore(&f->lock, flags);
}

static const char * const dmasim_defect_names[] = {
	[DMASIM_ERROR] = "error",
	[DMASIM_PREP_NULL] = "prep_null",
	[DMASIM_REFUSE] = "refuse",
	[DMASIM_LOST_INTERRUPT] = "lost_interrupt",
	[DMASIM_STALL] = "stall",
	[DMASIM_LATE] = "late",
	[DMASIM_CORRUPT] = "corrupt",
	[DMASIM_POLYNOMIAL] = "polynomial",
	[DMASIM_COPIES] = "copies",
	[DMASIM_COEFFICIENT] = "coefficient",
	[DMASIM_SHORT] = "short",
	[DMASIM_STALE] = "stale",
	[DMASIM_WRONG_RESIDUE] = "wrong_residue",
	[DMASIM_JITTER] = "jitter",
	[DMASIM_SKIP] = "skip",
	[DMASIM_LATE_TERMINATE] = "late_terminate",
};

static_assert(ARRAY_SIZE(dmasim_defect_names) == DMASIM_DEFECTS);

ssize_t dmasim_defects_show(struct dmasim_dev *sim, char *page)
{
	struct dmasim_defects *f = &sim->defects;
	u64 hits[DMASIM_DEFECTS];
	unsigned long flags;
	ssize_t len = 0;
	int i;

	spin_lock_irqsave(&f->lock, flags);
	memcpy(hits, f->hits, sizeof(hits));
	spin_unlock_irqrestore(&f->lock, flags);
	for (i = 0; i < DMASIM_DEFECTS; i++)
		len += sprintf(page + len, "%s %llu\n", dmasim_defect_names[i], hits[i]);
	return len;
}

/* Those of a call of the provider, and not of what the engine does. */
#define DMASIM_CALL_DEFECTS	(BIT(DMASIM_PREP_NULL) | BIT(DMASIM_REFUSE))

/* Counts one more call. */
bool dmasim_defects_hit(struct dmasim_defects *f, enum dmasim_defect which)
{
	unsigned long flags;
	bool hit;

	spin_lock_irqsave(&f->lock, flags);
	hit = dmasim_knob_hit(&f->knob[which]);
	f->hits[which] += hit;
	spin_unlock_irqrestore(&f->lock, flags);
	return hit;
}

/* Below @ns. Context: the caller holds @f->lock. */
static u64 dmasim_defects_delay(struct dmasim_defects *f, u64 ns)
{
	return mul_u64_u32_shr(ns, prandom_u32_state(&f->rnd), 32);
}

/* What a period can have. Context: the caller holds @f->lock. */
static void dmasim_defects_period(struct dmasim_defects *f, struct dmasim_desc *d)
{
	d->defects &= ~BIT(DMASIM_LATE);
	if (d->defects & BIT(DMASIM_JITTER))
		d->jitter = dmasim_defects_delay(f, f->delay.jitter_ns);
	if (d->defects & BIT(DMASIM_LATE_TERMINATE))
		d->linger = dmasim_defects_delay(f, f->delay.late_ns);
}

/*
 * Decides, once, what is wrong with operation @d, or with the period that it comes to. Context: the
 * caller holds the channel's lock.
 */
void dmasim_defects_draw(struct dmasim_defects *f, struct dmasim_desc *d)
{
	unsigned long flags, had;
	int i;

	spin_lock_irqsave(&f->lock, flags);
	for (i = 0; i < DMASIM_DEFECTS; i++)
		if (!(DMASIM_CALL_DEFECTS & BIT(i)) && dmasim_knob_hit(&f->knob[i]))
			d->defects |= BIT(i);
	if (!d->work)
		d->defects &= ~DMASIM_DATA_DEFECTS;
	if (d->period)
		dmasim_defects_period(f, d);
	else
		d->defects &= ~DMASIM_PERIOD_DEFECTS;
	if (d->defects & (BIT(DMASIM_CORRUPT) | BIT(DMASIM_WRONG_RESIDUE))) {
		d->spoil_at = ((u64)prandom_u32_state(&f->rnd) * (d->period ?: d->len)) >> 32;
		if (d->period)
			d->spoil_at += rounddown(d->done, d->period);
		d->spoil_xor = 1 + prandom_u32_state(&f->rnd) % 255;
	}
	had = d->defects;
	for_each_set_bit(i, &had, DMASIM_DEFECTS)
		f->hits[i]++;
	spin_unlock_irqrestore(&f->lock, flags);
	d->drawn = true;
}
