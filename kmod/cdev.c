// SPDX-License-Identifier: GPL-2.0-only
/* /dev/dmactl: dispatch, and how structures cross the border. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "dmactl_int.h"

/* The uAPI is part of no kernel: these sizes are what says that it stays as it is. */
static_assert(sizeof(struct dmactl_info) == 112);
static_assert(sizeof(struct dmactl_claim) == 120);
static_assert(sizeof(struct dmactl_release) == 8);
static_assert(sizeof(struct dmactl_buf_create) == 72);
static_assert(sizeof(struct dmactl_buf_destroy) == 8);
static_assert(sizeof(struct dmactl_buf_sync) == 32);
static_assert(sizeof(struct dmactl_op) == 120);
static_assert(sizeof(struct dmactl_submit) == 56);
static_assert(sizeof(struct dmactl_completion) == 72);
static_assert(sizeof(struct dmactl_reap) == 40);
static_assert(sizeof(struct dmactl_sample) == 32);
static_assert(sizeof(struct dmactl_run) == 160);
static_assert(sizeof(struct dmactl_req) <= 384);

/**
 * dmactl_copy_in() - read a structure that begins with its size
 * @dst:   structure of this module
 * @ksize: its size
 * @min:   size of its first published form
 * @src:   the caller's
 *
 * Return: 0; -EINVAL too small, -E2BIG longer and not zero behind @ksize, -EFAULT.
 */
int dmactl_copy_in(void *dst, size_t ksize, size_t min, const void __user *src)
{
	u32 usize;
	int err;

	if (get_user(usize, (const u32 __user *)src))
		return -EFAULT;
	if (usize < min)
		return -EINVAL;
	if (usize > SZ_64K)	/* no interface grows that far: do not read for long */
		return -E2BIG;
	err = copy_struct_from_user(dst, ksize, src, usize);
	*(u32 *)dst = usize;
	return err;
}

/**
 * dmactl_copy_out() - write it back, as far as the caller knows it
 * @dst:   the caller's
 * @src:   structure of this module, its size as dmactl_copy_in() left it
 * @ksize: its size
 */
int dmactl_copy_out(void __user *dst, const void *src, size_t ksize)
{
	size_t usize = *(const u32 *)src;

	return copy_to_user(dst, src, min(usize, ksize)) ? -EFAULT : 0;
}

static int dmactl_ioc_info(void __user *arg)
{
	struct dmactl_info info;
	int err;

	err = dmactl_copy_in(&info, sizeof(info), offsetof(struct dmactl_info, max_sessions), arg);
	if (err)
		return err;
	info.abi = DMACTL_ABI;
	info.features = DMACTL_FEAT_PAGES | DMACTL_FEAT_COHERENT | DMACTL_FEAT_RUN |
			DMACTL_FEAT_POLL | DMACTL_FEAT_MAP_EACH | DMACTL_FEAT_DEPS |
			DMACTL_FEAT_CONFIG | DMACTL_FEAT_USER | DMACTL_FEAT_STREAM;
	if (IS_ENABLED(CONFIG_DMA_SHARED_BUFFER))
		info.features |= DMACTL_FEAT_DMABUF;
	info.operations = GENMASK_ULL(DMACTL_OP_SLAVE_SG, DMACTL_OP_MEMCPY);
	info.max_channels = DMACTL_MAX_CHANNELS;
	info.max_buffers = DMACTL_MAX_BUFFERS;
	info.max_depth = DMACTL_MAX_DEPTH;
	info.max_ops = DMACTL_MAX_OPS;
	info.max_buffer = (u64)clamp(READ_ONCE(dmactl_max_buffer_mb), 1U, 2048U) << 20;
	info.max_session = (u64)READ_ONCE(dmactl_max_session_mb) << 20;
	info.default_timeout_ns = DMACTL_TIMEOUT_NS;
	info.max_descriptors = DMACTL_MAX_DESCRIPTORS;
	info.max_vec = DMACTL_MAX_VEC;
	strscpy_pad(info.version, DMACTL_VERSION, sizeof(info.version));
	info.max_sessions = READ_ONCE(dmactl_max_sessions);
	info.reserved = 0;
	return dmactl_copy_out(arg, &info, sizeof(info));
}

static long dmactl_ioctl(struct file *file, unsigned int cmd, unsigned long ptr)
{
	struct dmactl_session *s = file->private_data;
	void __user *arg = (void __user *)ptr;

	switch (cmd) {
	case DMACTL_IOC_INFO:
		return dmactl_ioc_info(arg);
	case DMACTL_IOC_NULL:
		return 0;
	case DMACTL_IOC_CLAIM:
		return dmactl_ioc_claim(s, arg);
	case DMACTL_IOC_RELEASE:
		return dmactl_ioc_release(s, arg);
	case DMACTL_IOC_BUF_CREATE:
		return dmactl_ioc_buf_create(s, arg);
	case DMACTL_IOC_BUF_DESTROY:
		return dmactl_ioc_buf_destroy(s, arg);
	case DMACTL_IOC_BUF_SYNC:
		return dmactl_ioc_buf_sync(s, arg);
	case DMACTL_IOC_SUBMIT:
		return dmactl_ioc_submit(s, arg);
	case DMACTL_IOC_REAP:
		return dmactl_ioc_reap(s, arg);
	case DMACTL_IOC_RUN:
		return dmactl_ioc_run(s, arg);
	case DMACTL_IOC_CONFIG:
		return dmactl_ioc_config(s, arg);
	case DMACTL_IOC_STREAM:
		return dmactl_ioc_stream(s, arg);
	default:
		return -ENOTTY;
	}
}

static int dmactl_open(struct inode *inode, struct file *file)
{
	struct dmactl_session *s = dmactl_session_create(file);

	if (IS_ERR(s))
		return PTR_ERR(s);
	file->private_data = s;
	dmactl_large_offsets(file);
	return nonseekable_open(inode, file);
}

static int dmactl_release(struct inode *inode, struct file *file)
{
	dmactl_session_close(file->private_data);
	return 0;
}

static const struct file_operations dmactl_fops = {
	.owner = THIS_MODULE,
	DMACTL_FOP_FLAGS
	.open = dmactl_open,
	.release = dmactl_release,
	.unlocked_ioctl = dmactl_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.read = dmactl_read,
	.poll = dmactl_poll,
	.mmap = dmactl_mmap,
	.show_fdinfo = dmactl_session_fdinfo,
};

static struct miscdevice dmactl_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dmactl",
	.fops = &dmactl_fops,
	.mode = 0600,
};

int dmactl_cdev_register(void)
{
	return misc_register(&dmactl_misc);
}

void dmactl_cdev_unregister(void)
{
	misc_deregister(&dmactl_misc);
}
