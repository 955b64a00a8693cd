// SPDX-License-Identifier: GPL-2.0-only
/* A claimed channel: taking it, its requests, giving it back. */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include "dmactl_int.h"
#include "trace.h"

static void dmactl_chan_free(struct kref *ref)
{
	struct dmactl_chan *c = container_of(ref, struct dmactl_chan, ref);
	unsigned int i;

	/* The last callback may still be on its way out of the wake-up. */
	synchronize_rcu();
	for (i = 0; i < c->nr_pool; i++)
		kfree(c->pool[i]);
	kvfree(c->pool);
	put_device(c->dmadev);
	mutex_destroy(&c->lock);
	if (c->hw)
		dmactl_hw_put(c->hw);
	dmactl_line_put(c->line);
	dmactl_session_put(c->session);
	kfree(c);
}

void dmactl_chan_put(struct dmactl_chan *c)
{
	kref_put(&c->ref, dmactl_chan_free);
}

struct dmactl_chan *dmactl_chan_get(struct dmactl_session *s, u32 id)
{
	struct dmactl_chan *c;

	mutex_lock(&s->lock);
	c = xa_load(&s->chans, id);
	if (c)
		kref_get(&c->ref);
	mutex_unlock(&s->lock);
	return c;
}

static bool dmactl_chan_filter(struct dma_chan *dma, void *param)
{
	return dma == param;
}

/* A request was refused, without saying why. */
static int dmactl_chan_refused(struct dmactl_hw *hw)
{
	int err = -ENXIO;

	mutex_lock(&dmactl_reg_lock);
	hw->claim = NULL;
	if (hw->leaving)
		err = -ENODEV;
	else if (dmactl_dma_users(hw->dma) || dmactl_hw_public_sibling(hw))
		err = -EBUSY;
	mutex_unlock(&dmactl_reg_lock);
	return err;
}

/* By its name. The claim is entered first: a provider that leaves meanwhile finds it. */
static struct dma_chan *dmactl_chan_by_name(struct dmactl_chan *c)
{
	struct dmactl_hw *hw = c->hw;
	struct dma_chan *dma;
	dma_cap_mask_t mask;
	int err = 0;

	mutex_lock(&dmactl_reg_lock);
	if (hw->leaving)
		err = -ENODEV;
	else if (hw->claim)
		err = -EBUSY;
	else
		hw->claim = c;
	mutex_unlock(&dmactl_reg_lock);
	if (err)
		return ERR_PTR(err);
	dma_cap_zero(mask);
	dma = dma_request_channel(mask, dmactl_chan_filter, hw->dma);
	return dma ?: ERR_PTR(dmactl_chan_refused(hw));
}

/**
 * dmactl_chan_request() - take the provider's channel
 * @c: claim without a channel, locked
 *
 * A provider that leaves meanwhile finds the claim, and waits for @c's lock.
 *
 * Return: 0; -EBUSY somebody else holds it (or a sibling of a public device); -ENODEV its provider
 * leaves; -ENXIO the provider could not set it up; -EAGAIN a line's provider is not there yet.
 */
int dmactl_chan_request(struct dmactl_chan *c)
{
	struct dma_chan *dma;

	lockdep_assert_held(&c->lock);
	dma = c->line ? dmactl_line_request(c) : dmactl_chan_by_name(c);
	if (IS_ERR(dma))
		return PTR_ERR(dma);
	WRITE_ONCE(c->dma, dma);
	if (dmactl_dma_results(dma))
		c->callback_result = dmactl_callback;
	else
		c->callback = dmactl_callback_only;
	if (!c->dmadev)
		c->dmadev = get_device(dmaengine_get_dma_device(dma));
	return 0;
}

/* Whoever wants the channel, or the line that it was claimed by, may have it. */
void dmactl_chan_unclaim(struct dmactl_chan *c)
{
	mutex_lock(&dmactl_reg_lock);
	c->hw->claim = NULL;
	if (c->line)
		c->line->claim = NULL;
	mutex_unlock(&dmactl_reg_lock);
}

/**
 * dmactl_chan_give_back() - release the provider's channel; nothing is in flight on it
 * @c: claim
 */
void dmactl_chan_give_back(struct dmactl_chan *c)
{
	struct dma_chan *dma = c->dma;

	lockdep_assert_held(&c->lock);
	if (!dma)
		return;
	WRITE_ONCE(c->dma, NULL);
	dma_release_channel(dma);
	dmactl_chan_unclaim(c);
}

/**
 * dmactl_req_alloc() - take unused requests
 * @c:    channel
 * @list: where to put them
 * @nr:   how many
 *
 * Allocates memory only while the pool grows to the depth in use.
 *
 * Return: 0; -EAGAIN DMACTL_MAX_DEPTH are in use; -ENOMEM. @list has as many as there were.
 */
int dmactl_req_alloc(struct dmactl_chan *c, struct list_head *list, unsigned int nr)
{
	struct dmactl_req *req;

	lockdep_assert_held(&c->session->cq_lock);
	for (; nr; nr--) {
		if (list_empty(&c->free) && c->nr_pool == DMACTL_MAX_DEPTH) {
			if (list_empty(&c->worn))
				return -EAGAIN;
			list_move(c->worn.next, &c->free);
		} else if (list_empty(&c->free)) {
			req = kzalloc(sizeof(*req), GFP_KERNEL_ACCOUNT);
			if (!req)
				return -ENOMEM;
			req->chan = c;
			c->pool[c->nr_pool++] = req;
			list_add(&req->list, &c->free);
		}
		req = list_first_entry(&c->free, struct dmactl_req, list);
		req->error = DMA_TRANS_NOERROR;
		req->residue = 0;
		req->called = CALLED_NEVER;
		req->flags = 0;
		req->stopped = 0;
		list_move_tail(&req->list, list);
	}
	return 0;
}

/**
 * dmactl_req_free() - a request that engine and reader have let go
 * @req: request on no list
 */
void dmactl_req_free(struct dmactl_req *req)
{
	struct dmactl_chan *c = req->chan;
	u32 k;

	lockdep_assert_held(&c->session->cq_lock);
	/* Never submitted, but its number was known, and others wait for it. */
	if (unlikely(!hlist_empty(&req->out))) {
		req->verdict = DMACTL_RES_ABORTED;
		dmactl_hold_release(req);
	}
	dmactl_xfer_put(&req->xfer);
	dmactl_later_free(req);
	for (k = 0; k < req->nr_edges; k++)
		hlist_del_init(&req->edges[k].node);
	kfree(req->edges);
	req->edges = NULL;
	req->nr_edges = 0;
	req->state = REQ_FREE;
	/* Still with a submitter that has to store t2: it takes it from there when it has done. */
	if (req->ordinal > READ_ONCE(c->settled))
		list_add(&req->list, &c->limbo);
	else if (unlikely(req->called == CALLED_REPLACED))
		list_add_tail(&req->list, &c->worn);
	else
		list_add(&req->list, &c->free);
}

/* Of a channel, or of a line whose channel is not known yet. */
static struct dmactl_chan *dmactl_chan_new(struct dmactl_session *s, struct dmactl_hw *hw,
					   struct dmactl_line *l)
{
	struct dmactl_chan *c;

	c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return NULL;
	c->pool = kvcalloc(DMACTL_MAX_DEPTH, sizeof(*c->pool), GFP_KERNEL_ACCOUNT);
	if (!c->pool) {
		kfree(c);
		return NULL;
	}
	kref_init(&c->ref);
	c->session = s;
	dmactl_session_get(s);
	if (l) {
		kref_get(&l->ref);
		c->line = l;
	} else {
		kref_get(&hw->ref);
		c->hw = hw;
		c->ops = hw->ops;
	}
	c->timeout = DMACTL_TIMEOUT_NS;
	mutex_init(&c->lock);
	spin_lock_init(&c->prep_lock);
	dmactl_queue_init(&c->queue);
	INIT_LIST_HEAD(&c->free);
	INIT_LIST_HEAD(&c->limbo);
	INIT_LIST_HEAD(&c->worn);
	INIT_LIST_HEAD(&c->ready);
	INIT_LIST_HEAD(&c->quarantine);
	INIT_DELAYED_WORK(&c->deadline, dmactl_deadline_work);
	INIT_WORK(&c->reclaim, dmactl_reclaim_work);
	INIT_WORK(&c->hold, dmactl_hold_work);
	return c;
}

static void dmactl_claim_fill(struct dmactl_claim *a, const struct dmactl_chan *c)
{
	const struct dma_device *d = c->dma->device;
	int node = dev_to_node(d->dev);

	a->operations = c->ops;
	strscpy_pad(a->name, c->hw->stable, sizeof(a->name));
	a->channel = c->id;
	a->traits = dmactl_dma_traits(c->dma);
	a->max_segment = dmactl_max_segment(c->dmadev);
	a->max_mapping = dma_max_mapping_size(c->dmadev);
	a->node = node == NUMA_NO_NODE ? DMACTL_NONE : node;
	a->align_copy = d->copy_align;
	a->align_fill = d->fill_align;
	a->align_xor = d->xor_align;
	a->align_pq = d->pq_align;
	a->max_xor = c->ops & BIT_ULL(DMACTL_OP_XOR) ? d->max_xor : 0;
	a->max_pq = c->ops & BIT_ULL(DMACTL_OP_PQ) ? d->max_pq & ~DMA_HAS_PQ_CONTINUE : 0;
}

/* Give a claim its id; the table has a reference of its own. */
static int dmactl_chan_publish(struct dmactl_chan *c)
{
	struct dmactl_session *s = c->session;
	int err;

	mutex_lock(&s->lock);
	err = xa_alloc(&s->chans, &c->id, c, XA_LIMIT(1, DMACTL_MAX_CHANNELS), GFP_KERNEL);
	if (!err)
		kref_get(&c->ref);
	mutex_unlock(&s->lock);
	return err == -EBUSY ? -EMFILE : err;
}

/* What it has is told, where that is not all that is asked for. */
static int dmactl_claim_lacks(struct dmactl_claim *a, u64 ops)
{
	if (!(a->operations & ~ops))
		return 0;
	a->operations = ops;
	return -EOPNOTSUPP;
}

/* Take the channel and give it its id, or tell why not. */
static struct dmactl_chan *dmactl_claim_one(struct dmactl_session *s, struct dmactl_hw *hw,
					    struct dmactl_line *l, struct dmactl_claim *a)
{
	struct dmactl_chan *c;
	int err;

	c = dmactl_chan_new(s, hw, l);
	if (!c)
		return ERR_PTR(-ENOMEM);
	/* Whoever guesses the id has to wait until all is done. */
	mutex_lock(&c->lock);
	err = dmactl_chan_request(c);
	if (!err) {
		err = dmactl_claim_lacks(a, c->ops) ?: dmactl_chan_publish(c);
		if (err) {
			dmactl_chan_give_back(c);
		} else {
			atomic64_set(&c->hw->count.longest, 0);
			dmactl_claim_fill(a, c);
		}
	}
	mutex_unlock(&c->lock);
	if (err) {
		dmactl_chan_put(c);
		return ERR_PTR(err);
	}
	atomic64_inc(&c->hw->count.claims);
	trace_dmactl_claim(c);
	dmactl_event(DMACTL_EVENT_TYPE_CLAIM, c->hw, s, 0, 0);
	return c;
}

/**
 * dmactl_chan_close() - the session lets go of a channel
 * @c: claim, no longer in the table
 *
 * Stops what is in flight, as on a time-out, and a RUN that has just begun. What cannot be stopped
 * stays in quarantine, and the channel is given back when the last callback has come.
 */
void dmactl_chan_close(struct dmactl_chan *c)
{
	struct dmactl_session *s = c->session;
	unsigned int owed;

	WRITE_ONCE(c->closed, true);
	dmactl_queue_wake(&c->queue);
	dmactl_prep_poke(c);
	mutex_lock(&c->lock);
	dmactl_stop_submitted(c, false);
	mutex_lock(&s->cq_lock);
	owed = c->owed;
	mutex_unlock(&s->cq_lock);
	if (!owed) {
		dmactl_endpoint_drop(c);
		dmactl_chan_give_back(c);
	}
	mutex_unlock(&c->lock);
	cancel_delayed_work_sync(&c->deadline);
	mutex_lock(&c->lock);
	if (c->polled)
		mod_delayed_work(dmactl_wq, &c->deadline, HZ);
	mutex_unlock(&c->lock);
	trace_dmactl_release(c, owed);
	dmactl_event(DMACTL_EVENT_TYPE_RELEASE, c->hw, s, owed, 0);
}

/* Take the id away and close, unless another thread has done so already. */
static void dmactl_chan_retract(struct dmactl_chan *c)
{
	struct dmactl_session *s = c->session;
	bool ours;

	mutex_lock(&s->lock);
	ours = xa_load(&s->chans, c->id) == c;
	if (ours)
		xa_erase(&s->chans, c->id);
	mutex_unlock(&s->lock);
	if (!ours)
		return;
	dmactl_chan_close(c);
	dmactl_chan_put(c);
}

/* A channel by its name, or else a request line. */
static struct dmactl_chan *dmactl_claim(struct dmactl_session *s, struct dmactl_claim *a)
{
	struct dmactl_hw *hw = dmactl_hw_find(a->name);
	struct dmactl_line *l = hw ? NULL : dmactl_line_find(a->name);
	struct dmactl_chan *c;
	int err = -ENOENT;

	if (l)
		hw = dmactl_line_provider(l);
	if (hw)
		err = dmactl_watch_bus(hw->dev->bus) ?: l ? 0 : dmactl_claim_lacks(a, hw->ops);
	else if (l || dmactl_line_waits(a->name))
		err = -EAGAIN;
	c = err ? ERR_PTR(err) : dmactl_claim_one(s, hw, l, a);
	if (hw)
		dmactl_hw_put(hw);
	dmactl_line_put(l);
	return c;
}

int dmactl_ioc_claim(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_chan *c;
	struct dmactl_claim a;
	int err;

	err = dmactl_copy_in(&a, sizeof(a), sizeof(a), uarg);
	if (err)
		return err;
	if (a.flags)
		return -EOPNOTSUPP;
	if (strnlen(a.name, sizeof(a.name)) == sizeof(a.name))
		return -EINVAL;
	err = dmactl_registry_start();
	if (err)
		return err;
	c = dmactl_claim(s, &a);
	if (c == ERR_PTR(-EOPNOTSUPP))
		return dmactl_copy_out(uarg, &a, sizeof(a)) ?: -EOPNOTSUPP;
	if (IS_ERR(c))
		return PTR_ERR(c);
	err = dmactl_copy_out(uarg, &a, sizeof(a));
	if (err)
		dmactl_chan_retract(c);
	dmactl_chan_put(c);
	return err;
}

int dmactl_ioc_release(struct dmactl_session *s, void __user *uarg)
{
	struct dmactl_release a;
	struct dmactl_chan *c;
	int err;

	err = dmactl_copy_in(&a, sizeof(a), sizeof(a), uarg);
	if (err)
		return err;
	mutex_lock(&s->lock);
	c = xa_load(&s->chans, a.channel);
	if (!c)
		err = -ENOENT;
	else if (atomic_read(&c->nr_coherent) || READ_ONCE(c->running))
		err = -EBUSY;
	else
		xa_erase(&s->chans, a.channel);
	mutex_unlock(&s->lock);
	if (err)
		return err;
	dmactl_chan_close(c);
	dmactl_chan_put(c);
	return 0;
}
