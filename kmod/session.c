// SPDX-License-Identifier: GPL-2.0-only
/* A session: one open of the node, its accounting and its end. */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "dmactl_int.h"

#define DMACTL_FS_MAGIC 0x646d6163	/* "dmac" */

static DEFINE_IDA(dmactl_session_ids);
static struct vfsmount *dmactl_mnt;
static int dmactl_mnt_count;

static int dmactl_init_fs_context(struct fs_context *fc)
{
	return init_pseudo(fc, DMACTL_FS_MAGIC) ? 0 : -ENOMEM;
}

static struct file_system_type dmactl_fs = {
	.name = "dmactl",
	.owner = THIS_MODULE,
	.init_fs_context = dmactl_init_fs_context,
	.kill_sb = kill_anon_super,
};

/* An inode of its own gives each file its own mapping, as DRM does: all opens share the node's. */
static struct inode *dmactl_inode_new(void)
{
	struct inode *inode;
	int err;

	err = simple_pin_fs(&dmactl_fs, &dmactl_mnt, &dmactl_mnt_count);
	if (err)
		return ERR_PTR(err);
	inode = alloc_anon_inode(dmactl_mnt->mnt_sb);
	if (IS_ERR(inode))
		simple_release_fs(&dmactl_mnt, &dmactl_mnt_count);
	return inode;
}

static void dmactl_inode_put(struct inode *inode)
{
	iput(inode);
	simple_release_fs(&dmactl_mnt, &dmactl_mnt_count);
}

static void dmactl_session_free(struct kref *ref)
{
	struct dmactl_session *s = container_of(ref, struct dmactl_session, ref);

	if (s->mm)
		mmdrop(s->mm);
	kvfree(s->scratch);
	kvfree(s->events);
	xa_destroy(&s->chans);
	xa_destroy(&s->bufs);
	dmactl_inode_put(s->inode);
	ida_free(&dmactl_session_ids, s->id);
	put_pid(s->pid);
	put_cred(s->cred);
	mutex_destroy(&s->reap_lock);
	mutex_destroy(&s->cq_lock);
	mutex_destroy(&s->lock);
	kfree(s);
	/*
	 * Either the file still holds the module, or we are in a work item of dmactl_wq, which the
	 * module's exit waits for.
	 */
	module_put(THIS_MODULE);
}

void dmactl_session_get(struct dmactl_session *s)
{
	kref_get(&s->ref);
}

void dmactl_session_put(struct dmactl_session *s)
{
	kref_put(&s->ref, dmactl_session_free);
}

static void dmactl_session_owner(struct dmactl_session *s)
{
	/* It clears a flag in what tasks share, as every open() does: that race is the kernel's. */
	s->cred = data_race(get_current_cred());
	s->pid = get_pid(task_tgid(current));
	get_task_comm(s->comm, current->group_leader);
	s->memlock = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	s->unlimited = capable(CAP_IPC_LOCK) || rlimit(RLIMIT_MEMLOCK) == RLIM_INFINITY;
}

/* Enter it into the list, unless the user who pays for it has as many as he may. */
static int dmactl_session_list(struct dmactl_session *s)
{
	unsigned int most = READ_ONCE(dmactl_max_sessions), nr = 0;
	struct dmactl_session *other;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(other, &dmactl_sessions, node)
		nr += other->cred->user == s->cred->user;
	if (nr < most) {
		list_add_tail(&s->node, &dmactl_sessions);
		dmactl_lists_changed();
	}
	mutex_unlock(&dmactl_reg_lock);
	return nr < most ? 0 : -EMFILE;
}

/**
 * dmactl_session_create() - a session for a file that is being opened
 * @file: the file; its mapping becomes the session's own
 *
 * Return: the session, listed, with one reference for the file; or an error, -EMFILE above
 * max_sessions.
 */
struct dmactl_session *dmactl_session_create(struct file *file)
{
	struct dmactl_session *s;
	int err;

	s = kzalloc(sizeof(*s), GFP_KERNEL_ACCOUNT);
	if (!s)
		return ERR_PTR(-ENOMEM);
	s->id = ida_alloc_min(&dmactl_session_ids, 1, GFP_KERNEL);
	if (s->id < 0) {
		err = s->id;
		goto err_free;
	}
	s->inode = dmactl_inode_new();
	if (IS_ERR(s->inode)) {
		err = PTR_ERR(s->inode);
		goto err_id;
	}
	kref_init(&s->ref);
	__module_get(THIS_MODULE);
	mutex_init(&s->lock);
	mutex_init(&s->cq_lock);
	mutex_init(&s->reap_lock);
	xa_init_flags(&s->chans, XA_FLAGS_ALLOC1);
	xa_init_flags(&s->bufs, XA_FLAGS_ALLOC1);
	dmactl_queue_init(&s->queue);
	INIT_LIST_HEAD(&s->cq);
	INIT_WORK(&s->harvest, dmactl_harvest_work);
	dmactl_session_owner(s);
	err = dmactl_session_list(s);
	if (err) {
		dmactl_session_put(s);
		return ERR_PTR(err);
	}
	file->f_mapping = s->inode->i_mapping;
	return s;

err_id:
	ida_free(&dmactl_session_ids, s->id);
err_free:
	kfree(s);
	return ERR_PTR(err);
}

/* Completions that nobody will reap: give the requests and what they name back. */
static void dmactl_session_drop_cq(struct dmactl_session *s)
{
	struct dmactl_req *req, *next;

	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	list_for_each_entry_safe(req, next, &s->cq, list)
		dmactl_unlist(req);
	mutex_unlock(&s->cq_lock);
}

/**
 * dmactl_session_close() - the file is gone: undo everything
 * @s: the session; no call is under way, and no mapping is left
 */
void dmactl_session_close(struct dmactl_session *s)
{
	struct dmactl_chan *c;
	struct dmactl_buf *b;
	unsigned long id;

	mutex_lock(&dmactl_reg_lock);
	list_del(&s->node);
	dmactl_lists_changed();
	mutex_unlock(&dmactl_reg_lock);

	xa_for_each(&s->chans, id, c)
		dmactl_chan_close(c);
	dmactl_session_drop_cq(s);
	xa_for_each(&s->bufs, id, b) {
		xa_erase(&s->bufs, id);
		dmactl_buf_put(b);
	}
	xa_for_each(&s->chans, id, c) {
		xa_erase(&s->chans, id);
		dmactl_chan_put(c);
	}
	dmactl_session_put(s);
}

/**
 * dmactl_session_charge() - account for memory
 * @s:     session
 * @bytes: whole pages
 *
 * Charged to the opener's user against the RLIMIT_MEMLOCK that held at open, as for io_uring and
 * BPF, and against max_session_mb.
 *
 * Return: 0, -EDQUOT above max_session_mb, -ENOMEM above RLIMIT_MEMLOCK.
 */
int dmactl_session_charge(struct dmactl_session *s, u64 bytes)
{
	atomic_long_t *locked = &s->cred->user->locked_vm;
	unsigned long pages = bytes >> PAGE_SHIFT;
	u64 limit = (u64)READ_ONCE(dmactl_max_session_mb) << 20;

	if (atomic64_add_return(bytes, &s->bytes) > limit) {
		atomic64_sub(bytes, &s->bytes);
		return -EDQUOT;
	}
	if (atomic_long_add_return(pages, locked) > s->memlock && !s->unlimited) {
		atomic_long_sub(pages, locked);
		atomic64_sub(bytes, &s->bytes);
		return -ENOMEM;
	}
	return 0;
}

void dmactl_session_uncharge(struct dmactl_session *s, u64 bytes)
{
	atomic_long_sub(bytes >> PAGE_SHIFT, &s->cred->user->locked_vm);
	atomic64_sub(bytes, &s->bytes);
}

unsigned int dmactl_session_inflight(struct dmactl_session *s)
{
	unsigned int inflight = 0;
	struct dmactl_chan *c;
	unsigned long id;

	xa_for_each(&s->chans, id, c)
		inflight += atomic_read(&c->inflight);
	return inflight;
}

/* Whether one of its channels has a stream. */
bool dmactl_session_streams(struct dmactl_session *s)
{
	struct dmactl_chan *c;
	unsigned long id;

	xa_for_each(&s->chans, id, c)
		if (READ_ONCE(c->stream))
			return true;
	return false;
}

void dmactl_session_fdinfo(struct seq_file *m, struct file *file)
{
	struct dmactl_session *s = file->private_data;
	unsigned int chans = 0, owed = 0;
	struct dmactl_chan *c;
	unsigned long id;

	mutex_lock(&s->lock);
	mutex_lock(&s->cq_lock);
	dmactl_harvest(s);
	mutex_unlock(&s->cq_lock);
	xa_for_each(&s->chans, id, c) {
		seq_printf(m, "dmactl-channel-%lu:\t%s\n", id, c->hw->stable);
		chans++;
		owed += READ_ONCE(c->owed);
	}
	seq_printf(m, "dmactl-session:\t%d\n", s->id);
	seq_printf(m, "dmactl-channels:\t%u\n", chans);
	seq_printf(m, "dmactl-buffers:\t%u\n", s->nr_bufs);
	seq_printf(m, "dmactl-bytes:\t%lld\n", (long long)atomic64_read(&s->bytes));
	seq_printf(m, "dmactl-in-flight:\t%u\n", dmactl_session_inflight(s));
	seq_printf(m, "dmactl-quarantined:\t%u\n", owed);
	mutex_unlock(&s->lock);
}
