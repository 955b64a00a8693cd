// SPDX-License-Identifier: GPL-2.0-only
/* The user interface: the attributes in /sys/kernel/config/dma-sim/NAME/. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "sim.h"

static const char * const dmasim_contexts[] = {
	[DMASIM_INLINE] = "inline",
	[DMASIM_SOFTIRQ] = "softirq",
	[DMASIM_TIMER] = "timer",
	[DMASIM_THREAD] = "thread",
};

static const char * const dmasim_engines[] = {
	[DMASIM_COPY] = "copy",
	[DMASIM_NULL] = "null",
};

static const char * const dmasim_orders[] = {
	[DMASIM_FIFO] = "fifo",
	[DMASIM_WINDOW] = "window",
	[DMASIM_EXECUTE] = "execute",
};

static const char * const dmasim_fences[] = {
	[DMASIM_HONOUR] = "honour",
	[DMASIM_IGNORE] = "ignore",
};

static const char * const dmasim_residues[] = {
	[DMA_RESIDUE_GRANULARITY_DESCRIPTOR] = "descriptor",
	[DMA_RESIDUE_GRANULARITY_SEGMENT] = "segment",
	[DMA_RESIDUE_GRANULARITY_BURST] = "burst",
};

/* What must not change under a live device. */

static int dmasim_parse(const char *page, u64 min, u64 max, u64 *value)
{
	u64 v;
	int err = kstrtou64(page, 0, &v);

	if (err)
		return err;
	if (v < min || v > max)
		return -ERANGE;
	*value = v;
	return 0;
}

static int dmasim_param_set(struct dmasim_conf *conf, u64 *param, u64 value)
{
	int err = 0;

	mutex_lock(&conf->lock);
	if (conf->sim)
		err = -EBUSY;
	else
		*param = value;
	mutex_unlock(&conf->lock);
	return err;
}

#define DMASIM_NUMBER(_name, _min, _max)						\
static ssize_t dmasim_##_name##_show(struct config_item *item, char *page)		\
{											\
	return sprintf(page, "%llu\n", to_dmasim_conf(item)->params._name);		\
}											\
											\
static ssize_t dmasim_##_name##_store(struct config_item *item, const char *page,	\
				      size_t count)					\
{											\
	struct dmasim_conf *conf = to_dmasim_conf(item);				\
	u64 value;									\
	int err = dmasim_parse(page, _min, _max, &value);				\
											\
	if (!err)									\
		err = dmasim_param_set(conf, &conf->params._name, value);		\
	return err ?: count;								\
}											\
CONFIGFS_ATTR(dmasim_, _name)

#define DMASIM_WORD(_name, _words)							\
static ssize_t dmasim_##_name##_show(struct config_item *item, char *page)		\
{											\
	return sprintf(page, "%s\n", _words[to_dmasim_conf(item)->params._name]);	\
}											\
											\
static ssize_t dmasim_##_name##_store(struct config_item *item, const char *page,	\
				      size_t count)					\
{											\
	struct dmasim_conf *conf = to_dmasim_conf(item);				\
	int word = sysfs_match_string(_words, page);					\
											\
	if (word >= 0)									\
		word = dmasim_param_set(conf, &conf->params._name, word);		\
	return word < 0 ? word : count;							\
}											\
CONFIGFS_ATTR(dmasim_, _name)

DMASIM_NUMBER(channels, 1, DMASIM_CHANNELS_MAX);
DMASIM_NUMBER(descriptors, 1, DMASIM_DESCRIPTORS_MAX);
DMASIM_WORD(context, dmasim_contexts);
DMASIM_WORD(engine, dmasim_engines);
DMASIM_NUMBER(latency_ns, 0, DMASIM_LATENCY_MAX);
DMASIM_NUMBER(bandwidth, 0, U64_MAX);
DMASIM_WORD(order, dmasim_orders);
DMASIM_NUMBER(window, 2, DMASIM_WINDOW_MAX);
DMASIM_WORD(fence, dmasim_fences);
DMASIM_NUMBER(seed, 0, U64_MAX);
DMASIM_NUMBER(operations, 0, DMASIM_OPERATIONS_MAX);
DMASIM_NUMBER(mask_bits, 32, DMASIM_MASK_BITS_MAX);
DMASIM_NUMBER(max_segment, 1, U32_MAX);
DMASIM_NUMBER(align, 0, DMASIM_ALIGN_MAX);
DMASIM_NUMBER(slave_align, 0, DMASIM_ALIGN_MAX);
DMASIM_NUMBER(max_xor, 2, DMASIM_SOURCES_MAX);
DMASIM_NUMBER(max_pq, 2, DMASIM_SOURCES_MAX);
DMASIM_NUMBER(pq_continue, 0, 1);
DMASIM_NUMBER(widths, 0, DMASIM_WIDTHS_MAX);
DMASIM_NUMBER(min_burst, 0, DMASIM_BURST_MAX);
DMASIM_NUMBER(max_burst, 0, DMASIM_BURST_MAX);
DMASIM_NUMBER(max_sg_burst, 0, DMASIM_SG_BURST_MAX);
DMASIM_NUMBER(directions, 0, DMASIM_DIRECTIONS_MAX);
DMASIM_NUMBER(fifo, 4, DMASIM_FIFO_MAX);
DMASIM_NUMBER(cyclic, 0, 1);
DMASIM_NUMBER(max_periods, 1, DMASIM_PERIODS_MAX);
DMASIM_NUMBER(rate, 0, DMASIM_RATE_MAX);
DMASIM_NUMBER(terminate, 0, 1);
DMASIM_NUMBER(synchronize, 0, 1);
DMASIM_NUMBER(pause, 0, 1);
DMASIM_NUMBER(resume, 0, 1);
DMASIM_NUMBER(coalesce, 0, 1);
DMASIM_WORD(residue, dmasim_residues);
DMASIM_NUMBER(reports, 0, 1);
DMASIM_NUMBER(prep_blocks, 0, 1);
DMASIM_NUMBER(forgets, 0, 1);

/* Context: the caller holds @conf->lock. */
static bool dmasim_is_broken(const struct dmasim_conf *conf)
{
	int i;

	for (i = 0; i < DMASIM_DEFECTS; i++)
		if (conf->knob[i].when != DMASIM_OFF)
			return true;
	return false;
}

static ssize_t dmasim_public_show(struct config_item *item, char *page)
{
	return sprintf(page, "%llu\n", to_dmasim_conf(item)->params.public);
}

/* A public device is taken by whoever needs one, md-raid for example: never a broken one. */
static ssize_t dmasim_public_store(struct config_item *item, const char *page, size_t count)
{
	struct dmasim_conf *conf = to_dmasim_conf(item);
	u64 value;
	int err = dmasim_parse(page, 0, 1, &value);

	if (err)
		return err;
	mutex_lock(&conf->lock);
	if (conf->sim || (value && dmasim_is_broken(conf)))
		err = -EBUSY;
	else
		conf->params.public = value;
	mutex_unlock(&conf->lock);
	return err ?: count;
}
CONFIGFS_ATTR(dmasim_, public);

/* Defects: writable at any time. */

static ssize_t dmasim_defect_show(struct config_item *item, enum dmasim_defect which, char *page)
{
	struct dmasim_conf *conf = to_dmasim_conf(item);
	ssize_t len;

	mutex_lock(&conf->lock);
	len = dmasim_knob_show(&conf->knob[which], page);
	mutex_unlock(&conf->lock);
	return len;
}

static ssize_t dmasim_defect_store(struct config_item *item, enum dmasim_defect which,
				   const char *page, size_t count)
{
	struct dmasim_conf *conf = to_dmasim_conf(item);
	struct dmasim_knob knob;
	int err = dmasim_knob_parse(page, &knob);

	if (err)
		return err;
	mutex_lock(&conf->lock);
	if (knob.when != DMASIM_OFF && conf->params.public) {
		err = -EBUSY;
	} else if (knob.when != DMASIM_OFF && DMASIM_DATA_DEFECTS & BIT(which) && conf->sim &&
		   conf->params.engine == DMASIM_NULL) {
		err = -EINVAL;
	} else {
		conf->knob[which] = knob;
		if (conf->sim)
			dmasim_dev_set_knob(conf->sim, which, &knob);
	}
	mutex_unlock(&conf->lock);
	return err ?: count;
}

#define DMASIM_KNOB(_name, _which)							\
static ssize_t dmasim_##_name##_show(struct config_item *item, char *page)		\
{											\
	return dmasim_defect_show(item, _which, page);					\
}											\
											\
static ssize_t dmasim_##_name##_store(struct config_item *item, const char *page,	\
				      size_t count)					\
{											\
	return dmasim_defect_store(item, _which, page, count);				\
}											\
CONFIGFS_ATTR(dmasim_, _name)

DMASIM_KNOB(error, DMASIM_ERROR);
DMASIM_KNOB(prep_null, DMASIM_PREP_NULL);
DMASIM_KNOB(refuse, DMASIM_REFUSE);
DMASIM_KNOB(lost_interrupt, DMASIM_LOST_INTERRUPT);
DMASIM_KNOB(stall, DMASIM_STALL);
DMASIM_KNOB(late, DMASIM_LATE);
DMASIM_KNOB(corrupt, DMASIM_CORRUPT);
DMASIM_KNOB(polynomial, DMASIM_POLYNOMIAL);
DMASIM_KNOB(copies, DMASIM_COPIES);
DMASIM_KNOB(coefficient, DMASIM_COEFFICIENT);
DMASIM_KNOB(short, DMASIM_SHORT);
DMASIM_KNOB(stale, DMASIM_STALE);
DMASIM_KNOB(wrong_residue, DMASIM_WRONG_RESIDUE);
DMASIM_KNOB(jitter, DMASIM_JITTER);
DMASIM_KNOB(skip, DMASIM_SKIP);
DMASIM_KNOB(late_terminate, DMASIM_LATE_TERMINATE);

static ssize_t dmasim_delay_store(struct dmasim_conf *conf, u64 *delay, const char *page,
				  size_t count)
{
	u64 value;
	int err = dmasim_parse(page, 0, DMASIM_LATE_MAX, &value);

	if (err)
		return err;
	mutex_lock(&conf->lock);
	*delay = value;
	if (conf->sim)
		dmasim_defects_set_delay(&conf->sim->defects, &conf->delay);
	mutex_unlock(&conf->lock);
	return count;
}

#define DMASIM_DELAY(_name)								\
static ssize_t dmasim_##_name##_show(struct config_item *item, char *page)		\
{											\
	return sprintf(page, "%llu\n", to_dmasim_conf(item)->delay._name);		\
}											\
											\
static ssize_t dmasim_##_name##_store(struct config_item *item, const char *page,	\
				      size_t count)					\
{											\
	struct dmasim_conf *conf = to_dmasim_conf(item);				\
											\
	return dmasim_delay_store(conf, &conf->delay._name, page, count);		\
}											\
CONFIGFS_ATTR(dmasim_, _name)

DMASIM_DELAY(late_ns);
DMASIM_DELAY(jitter_ns);

/* The device. */

static ssize_t dmasim_live_show(struct config_item *item, char *page)
{
	return sprintf(page, "%d\n", dmasim_conf_is_live(to_dmasim_conf(item)));
}

static ssize_t dmasim_live_store(struct config_item *item, const char *page, size_t count)
{
	struct dmasim_conf *conf = to_dmasim_conf(item);
	u64 live;
	int err = dmasim_parse(page, 0, 1, &live);

	if (err)
		return err;
	mutex_lock(&conf->live_lock);
	err = live ? dmasim_conf_start(conf) : dmasim_conf_stop(conf);
	mutex_unlock(&conf->live_lock);
	return err ?: count;
}
CONFIGFS_ATTR(dmasim_, live);

static ssize_t dmasim_dev_name_show(struct config_item *item, char *page)
{
	struct dmasim_conf *conf = to_dmasim_conf(item);
	ssize_t len = 0;

	mutex_lock(&conf->lock);
	if (conf->sim)
		len = sprintf(page, "%s\n", dev_name(conf->sim->dma.dev));
	mutex_unlock(&conf->lock);
	return len;
}
CONFIGFS_ATTR_RO(dmasim_, dev_name);

#define DMASIM_RECORD(_name, _lines)							\
static ssize_t dmasim_##_name##_show(struct config_item *item, char *page)		\
{											\
	struct dmasim_conf *conf = to_dmasim_conf(item);				\
	ssize_t len = 0;								\
											\
	mutex_lock(&conf->lock);							\
	if (conf->sim)									\
		len = _lines(conf->sim, page);						\
	mutex_unlock(&conf->lock);							\
	return len;									\
}											\
CONFIGFS_ATTR_RO(dmasim_, _name)

DMASIM_RECORD(sink, dmasim_slave_show_sink);
DMASIM_RECORD(streams, dmasim_stream_show);
DMASIM_RECORD(injected, dmasim_defects_show);

const struct dmasim_params dmasim_params_default = {
	.channels = 4,
	.descriptors = 1024,
	.context = DMASIM_SOFTIRQ,
	.engine = DMASIM_COPY,
	.order = DMASIM_FIFO,
	.window = 8,
	.fence = DMASIM_HONOUR,
	.seed = 1,
	.operations = 2047,
	.mask_bits = 64,
	.max_segment = U32_MAX,
	.max_xor = 8,
	.max_pq = 8,
	.pq_continue = 1,
	.widths = 0x116,
	.min_burst = 1,
	.max_burst = 16,
	.directions = 15,
	.fifo = 65536,
	.cyclic = 1,
	.max_periods = 1024,
	.rate = 192000,
	.terminate = 1,
	.synchronize = 1,
	.pause = 1,
	.resume = 1,
	.residue = DMA_RESIDUE_GRANULARITY_DESCRIPTOR,
	.reports = 1,
};

struct configfs_attribute *dmasim_attrs[] = {
	&dmasim_attr_live,
	&dmasim_attr_dev_name,
	&dmasim_attr_channels,
	&dmasim_attr_descriptors,
	&dmasim_attr_context,
	&dmasim_attr_engine,
	&dmasim_attr_latency_ns,
	&dmasim_attr_bandwidth,
	&dmasim_attr_order,
	&dmasim_attr_window,
	&dmasim_attr_fence,
	&dmasim_attr_seed,
	&dmasim_attr_operations,
	&dmasim_attr_mask_bits,
	&dmasim_attr_max_segment,
	&dmasim_attr_align,
	&dmasim_attr_slave_align,
	&dmasim_attr_max_xor,
	&dmasim_attr_max_pq,
	&dmasim_attr_pq_continue,
	&dmasim_attr_widths,
	&dmasim_attr_min_burst,
	&dmasim_attr_max_burst,
	&dmasim_attr_max_sg_burst,
	&dmasim_attr_directions,
	&dmasim_attr_fifo,
	&dmasim_attr_sink,
	&dmasim_attr_cyclic,
	&dmasim_attr_max_periods,
	&dmasim_attr_rate,
	&dmasim_attr_streams,
	&dmasim_attr_public,
	&dmasim_attr_terminate,
	&dmasim_attr_synchronize,
	&dmasim_attr_pause,
	&dmasim_attr_resume,
	&dmasim_attr_coalesce,
	&dmasim_attr_residue,
	&dmasim_attr_reports,
	&dmasim_attr_prep_blocks,
	&dmasim_attr_forgets,
	&dmasim_attr_error,
	&dmasim_attr_prep_null,
	&dmasim_attr_refuse,
	&dmasim_attr_lost_interrupt,
	&dmasim_attr_stall,
	&dmasim_attr_late,
	&dmasim_attr_late_ns,
	&dmasim_attr_corrupt,
	&dmasim_attr_polynomial,
	&dmasim_attr_copies,
	&dmasim_attr_coefficient,
	&dmasim_attr_short,
	&dmasim_attr_stale,
	&dmasim_attr_wrong_residue,
	&dmasim_attr_jitter,
	&dmasim_attr_jitter_ns,
	&dmasim_attr_skip,
	&dmasim_attr_late_terminate,
	&dmasim_attr_injected,
	NULL
};
