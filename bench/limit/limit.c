// SPDX-License-Identifier: GPL-2.0
/*
 * dmactl-limit - the bare dmaengine loop that dmactl's RUN is measured against
 *
 * Write a line of KEY=VALUE to debugfs' dmactl-limit/run; the write returns when the run is over.
 * Read the result, one line of KEY=VALUE, from the same file.
 *
 *	channel=dma0chan0 size=64 depth=32 batch=32 count=100000 warmup=1000 stamps=0 verify=1
 *	channel=dma0chan0 size=256 periods=16 time_ms=200
 */
#include <linux/debugfs.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include "limit.h"

static DEFINE_MUTEX(limit_lock);	/* one run at a time; the result */
static char limit_result[512];
static struct dentry *limit_dir;

static int limit_cmp(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* Percentiles of total = t3 - t0, sorted where the samples were; means of the stages. */
static int limit_report_stamps(struct limit_run *run, char *buf, size_t room)
{
	u32 count = run->args.count, i;
	int len;
	u64 *total = (u64 *)run->samples;
	u64 prepare = 0, submit = 0, device = 0;

	for (i = 0; i < count; i++) {
		struct limit_sample s = run->samples[i];

		prepare += s.t1 - s.t0;
		submit += s.t2 - s.t1;
		device += s.t3 - s.t2;
		total[i] = s.t3 - s.t0;
	}
	sort(total, count, sizeof(*total), limit_cmp, NULL);
	len = scnprintf(buf, room, " min=%llu p50=%llu p99=%llu max=%llu", total[0],
			total[(count - 1) / 2], total[div_u64((u64)(count - 1) * 99, 100)],
			total[count - 1]);
	return len + scnprintf(buf + len, room - len,
			       " mean=%llu prepare=%llu submit=%llu device=%llu",
			       div_u64(prepare + submit + device, count), div_u64(prepare, count),
			       div_u64(submit, count), div_u64(device, count));
}

static void limit_report(struct limit_run *run)
{
	int len;

	len = scnprintf(limit_result, sizeof(limit_result),
			"channel=%s size=%u depth=%u batch=%u ops=%u elapsed_ns=%llu errors=%u",
			run->args.channel, run->args.size, run->args.depth, run->args.batch,
			run->done, run->elapsed, run->errors);
	if (run->args.verify)
		len += scnprintf(limit_result + len, sizeof(limit_result) - len, " wrong=%llu",
				 run->wrong);
	if (run->args.stamps)
		len += limit_report_stamps(run, limit_result + len, sizeof(limit_result) - len);
	scnprintf(limit_result + len, sizeof(limit_result) - len, "\n");
}

static void limit_report_cyclic(struct limit_run *run)
{
	scnprintf(limit_result, sizeof(limit_result),
		  "channel=%s size=%u periods=%u callbacks=%u elapsed_ns=%llu\n",
		  run->args.channel, run->args.size, run->args.periods, run->done, run->elapsed);
}

static int limit_parse_one(struct limit_args *args, char *key, char *value)
{
	static const struct {
		const char *key;
		size_t offset;
		u32 min, max;
	} known[] = {
		{ "size", offsetof(struct limit_args, size), 1, LIMIT_SIZE_MAX },
		{ "depth", offsetof(struct limit_args, depth), 1, LIMIT_DEPTH_MAX },
		{ "batch", offsetof(struct limit_args, batch), 1, LIMIT_DEPTH_MAX },
		{ "count", offsetof(struct limit_args, count), 1, LIMIT_COUNT_MAX },
		{ "warmup", offsetof(struct limit_args, warmup), 0, LIMIT_COUNT_MAX },
		{ "stamps", offsetof(struct limit_args, stamps), 0, 1 },
		{ "verify", offsetof(struct limit_args, verify), 0, 1 },
		{ "periods", offsetof(struct limit_args, periods), 2, LIMIT_DEPTH_MAX },
		{ "time_ms", offsetof(struct limit_args, time_ms), 1, 60000 },
	};
	unsigned int i;
	u32 number;
	int err;

	if (!strcmp(key, "channel"))
		return strscpy(args->channel, value, sizeof(args->channel)) < 0 ? -EINVAL : 0;
	err = kstrtou32(value, 0, &number);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(key, known[i].key))
			continue;
		if (number < known[i].min || number > known[i].max)
			return -ERANGE;
		*(u32 *)((char *)args + known[i].offset) = number;
		return 0;
	}
	return -EINVAL;
}

static int limit_parse(struct limit_args *args, char *line)
{
	char *word, *key;
	int err;

	while ((word = strsep(&line, "\n\t "))) {
		if (!*word)
			continue;
		key = strsep(&word, "=");
		if (!word)
			return -EINVAL;
		err = limit_parse_one(args, key, word);
		if (err)
			return err;
	}
	return args->batch > args->depth ? -EINVAL : 0;
}

static ssize_t limit_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct limit_run *run;
	char *line;
	int err;

	if (len >= PAGE_SIZE)
		return -EINVAL;
	line = memdup_user_nul(buf, len);
	if (IS_ERR(line))
		return PTR_ERR(line);
	run = kzalloc(sizeof(*run), GFP_KERNEL);
	if (!run) {
		kfree(line);
		return -ENOMEM;
	}
	run->args = (struct limit_args){ .size = 64, .depth = 1, .batch = 1, .count = 1 };
	err = limit_parse(&run->args, line);
	kfree(line);
	if (err) {
		kfree(run);
		return err;
	}
	mutex_lock(&limit_lock);
	limit_result[0] = '\0';
	err = run->args.periods ? limit_run_cyclic(run) : limit_run_all(run);
	if (!err) {
		if (run->args.periods)
			limit_report_cyclic(run);
		else
			limit_report(run);
		limit_free(run);
	}
	mutex_unlock(&limit_lock);
	return err ?: len;
}

static int limit_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&limit_lock);
	seq_puts(seq, limit_result);
	mutex_unlock(&limit_lock);
	return 0;
}

static int limit_open(struct inode *inode, struct file *file)
{
	return single_open(file, limit_show, NULL);
}

static const struct file_operations limit_fops = {
	.owner = THIS_MODULE,
	.open = limit_open,
	.read = seq_read,
	.write = limit_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init limit_init(void)
{
	limit_dir = debugfs_create_dir("dmactl-limit", NULL);
	if (IS_ERR(limit_dir))
		return PTR_ERR(limit_dir);
	debugfs_create_file("run", 0600, limit_dir, NULL, &limit_fops);
	return 0;
}
module_init(limit_init);

static void __exit limit_exit(void)
{
	debugfs_remove(limit_dir);
}
module_exit(limit_exit);

MODULE_DESCRIPTION("The bare dmaengine loop, dmactl's measure");
MODULE_LICENSE("GPL");
