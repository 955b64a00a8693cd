// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control side: generic netlink family "dmactl", as include/netlink/dmactl.yaml specifies it.
 */
#include <linux/dma-mapping.h>
#include <linux/module.h>
#include <linux/pid_namespace.h>
#include <linux/sched.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "dmactl_int.h"

static struct genl_family dmactl_family;

enum { DMACTL_GROUP_EVENTS };

/*
 * A dump goes on behind the n-th object it has written; what changes meanwhile shows as an
 * interrupted dump.
 */
struct dmactl_dump {
	int skip;
};

static unsigned int dmactl_generation = 1;	/* of the lists that are dumped; reg_lock */

/* A dump that has begun is not consistent any more. */
void dmactl_lists_changed(void)
{
	lockdep_assert_held(&dmactl_reg_lock);
	WRITE_ONCE(dmactl_generation, dmactl_generation + 1);
}

/*
 * Whether who asked may know who a session belongs to. A dump goes on in whoever reads from the
 * socket, and that may be a more privileged process that was given it: what counts is the sender.
 */
static bool dmactl_may_see(struct sk_buff *skb, const struct dmactl_session *s)
{
	return uid_eq(NETLINK_CB(skb).creds.uid, s->cred->euid) ||
	       netlink_ns_capable(skb, &init_user_ns, CAP_SYS_PTRACE);
}

static int dmactl_put_owner(struct sk_buff *msg, struct sk_buff *req,
			    const struct dmactl_session *s, int pid_attr, int command_attr)
{
	if (!dmactl_may_see(req, s))
		return 0;
	return nla_put_u32(msg, pid_attr, pid_vnr(s->pid)) ?:
	       nla_put_string(msg, command_attr, s->comm);
}

static u32 dmactl_hw_state(const struct dmactl_hw *hw)
{
	const struct dmactl_chan *c = hw->claim;

	if (hw->leaving)
		return DMACTL_CHANNEL_STATE_LEAVING;
	if (!c)
		return dmactl_dma_users(hw->dma) ? DMACTL_CHANNEL_STATE_KERNEL :
						   DMACTL_CHANNEL_STATE_FREE;
	/* Being taken or given back: nobody else gets it before that is over. */
	if (!READ_ONCE(c->dma))
		return DMACTL_CHANNEL_STATE_KERNEL;
	if (READ_ONCE(c->owed))
		return DMACTL_CHANNEL_STATE_QUARANTINED;
	if (READ_ONCE(c->state) == CHAN_STOPPING)
		return DMACTL_CHANNEL_STATE_STOPPING;
	if (READ_ONCE(c->running) || atomic_read(&c->inflight))
		return DMACTL_CHANNEL_STATE_BUSY;
	return DMACTL_CHANNEL_STATE_CLAIMED;
}

static int dmactl_put_limits(struct sk_buff *msg, const struct dmactl_hw *hw, u64 ops)
{
	struct device *dev = dmaengine_get_dma_device(hw->dma);
	const struct dma_device *d = hw->dma->device;
	int node = dev_to_node(hw->dev);

	if (node != NUMA_NO_NODE && nla_put_u32(msg, DMACTL_A_CHANNEL_NODE, node))
		return -EMSGSIZE;
	return nla_put_u64_64bit(msg, DMACTL_A_CHANNEL_MAX_SEGMENT, dmactl_max_segment(dev),
				 DMACTL_A_CHANNEL_PAD) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_CHANNEL_MAX_MAPPING, dma_max_mapping_size(dev),
				 DMACTL_A_CHANNEL_PAD) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_MASK_BITS, fls64(dma_get_mask(dev))) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_ALIGN_COPY, d->copy_align) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_ALIGN_FILL, d->fill_align) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_ALIGN_XOR, d->xor_align) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_ALIGN_PQ, d->pq_align) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_MAX_XOR,
			   ops & BIT_ULL(DMACTL_OP_XOR) ? d->max_xor : 0) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_MAX_PQ, ops & BIT_ULL(DMACTL_OP_PQ) ?
			   d->max_pq & ~DMA_HAS_PQ_CONTINUE : 0);
}

static int dmactl_put_slave(struct sk_buff *msg, const struct dmactl_hw *hw)
{
	struct dma_slave_caps caps;

	if (dma_get_slave_caps(hw->dma, &caps))
		return 0;
	return nla_put_u32(msg, DMACTL_A_CHANNEL_SRC_WIDTHS, caps.src_addr_widths) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_DST_WIDTHS, caps.dst_addr_widths) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_DIRECTIONS, caps.directions) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_MIN_BURST, caps.min_burst) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_MAX_BURST, caps.max_burst) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_MAX_SG_BURST, caps.max_sg_burst) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_RESIDUE, caps.residue_granularity);
}

static int dmactl_put_counters(struct sk_buff *msg, const struct dmactl_hw *hw)
{
	const struct dmactl_counters *n = &hw->count;
	const struct dmactl_chan *c = hw->claim;

#define PUT(attr, counter) nla_put_u64_64bit(msg, DMACTL_A_CHANNEL_##attr, \
					     atomic64_read(&n->counter), DMACTL_A_CHANNEL_PAD)
	return PUT(DONE, done) ?: PUT(BYTES, bytes) ?: PUT(FAILED, failed) ?:
	       PUT(TIMED_OUT, timed_out) ?: PUT(ABORTED, aborted) ?: PUT(RETRIES, retries) ?:
	       PUT(LATE, late) ?: PUT(CLAIMS, claims) ?: PUT(LATENCY_COUNT, stamped) ?:
	       PUT(LATENCY_SUM_NS, latency) ?: PUT(LATENCY_MAX_NS, longest) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_STREAMS, c && READ_ONCE(c->stream)) ?:
	       PUT(PERIODS, periods) ?: PUT(PERIODS_DROPPED, dropped) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_CHANNEL_SUBMITTED, c ? READ_ONCE(c->ordinal) : 0,
				 DMACTL_A_CHANNEL_PAD);
#undef PUT
}

static int dmactl_put_holder(struct sk_buff *msg, struct sk_buff *req, const struct dmactl_hw *hw)
{
	const struct dmactl_chan *c = hw->claim;

	if (!c || !READ_ONCE(c->dma))
		return 0;
	return nla_put_u32(msg, DMACTL_A_CHANNEL_SESSION, c->session->id) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_IN_FLIGHT,
			   atomic_read(&c->inflight) + READ_ONCE(c->owed)) ?:
	       dmactl_put_owner(msg, req, c->session, DMACTL_A_CHANNEL_PID,
				DMACTL_A_CHANNEL_COMMAND);
}

static int dmactl_put_channel(struct sk_buff *msg, struct sk_buff *req, const struct dmactl_hw *hw)
{
	u64 ops = hw->ops;

	lockdep_assert_held(&dmactl_reg_lock);
	return nla_put_string(msg, DMACTL_A_CHANNEL_NAME, hw->name) ?:
	       nla_put_string(msg, DMACTL_A_CHANNEL_STABLE, hw->stable) ?:
	       nla_put_string(msg, DMACTL_A_CHANNEL_DEVICE, dev_name(hw->dev)) ?:
	       nla_put_string(msg, DMACTL_A_CHANNEL_DRIVER, dev_driver_string(hw->dev)) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_STATE, dmactl_hw_state(hw)) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_TRAITS, dmactl_dma_traits(hw->dma)) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_CHANNEL_OPERATIONS, ops, DMACTL_A_CHANNEL_PAD) ?:
	       nla_put_u32(msg, DMACTL_A_CHANNEL_USERS, dmactl_dma_users(hw->dma)) ?:
	       dmactl_put_limits(msg, hw, ops) ?: dmactl_put_slave(msg, hw) ?:
	       dmactl_put_holder(msg, req, hw) ?: dmactl_put_counters(msg, hw);
}

static int dmactl_nl_channel_get(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *name = info->attrs[DMACTL_A_CHANNEL_NAME];
	struct dmactl_hw *hw;
	struct sk_buff *msg;
	void *hdr;
	int err;

	if (!name) {
		GENL_SET_ERR_MSG(info, "attribute 'name' is missing");
		return -EINVAL;
	}
	err = dmactl_registry_start();
	if (err)
		return err;
	hw = dmactl_hw_find(nla_data(name));
	if (!hw) {
		NL_SET_ERR_MSG_ATTR(info->extack, name, "no channel of this name");
		return -ENOENT;
	}
	err = -ENOMEM;
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		goto out;
	err = -EMSGSIZE;
	hdr = genlmsg_put_reply(msg, info, &dmactl_family, 0, DMACTL_CMD_CHANNEL_GET);
	if (hdr) {
		mutex_lock(&dmactl_reg_lock);
		err = hw->gone ? -ENOENT : dmactl_put_channel(msg, skb, hw);
		mutex_unlock(&dmactl_reg_lock);
	}
	if (err) {
		nlmsg_free(msg);
		goto out;
	}
	genlmsg_end(msg, hdr);
	err = genlmsg_reply(msg, info);
out:
	dmactl_hw_put(hw);
	return err;
}

/* One object of a dump: @put writes it, @nth tells whether it was written before. */
static void *dmactl_dump_begin(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd)
{
	void *hdr = genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &dmactl_family,
				NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static bool dmactl_dump_end(struct sk_buff *msg, struct netlink_callback *cb, void *hdr, int err)
{
	struct dmactl_dump *dump = (struct dmactl_dump *)cb->ctx;

	if (!hdr || err) {
		if (hdr)
			genlmsg_cancel(msg, hdr);
		return false;
	}
	genlmsg_end(msg, hdr);
	dump->skip++;
	return true;
}

static int dmactl_nl_channel_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct dmactl_dump *dump = (struct dmactl_dump *)cb->ctx;
	struct dmactl_hw *hw;
	int n = 0, err;
	void *hdr;

	err = dmactl_registry_start();
	if (err)
		return err;
	mutex_lock(&dmactl_reg_lock);
	cb->seq = dmactl_generation;
	list_for_each_entry(hw, &dmactl_hws, node) {
		if (n++ < dump->skip)
			continue;
		hdr = dmactl_dump_begin(msg, cb, DMACTL_CMD_CHANNEL_GET);
		err = hdr ? dmactl_put_channel(msg, cb->skb, hw) : 0;
		if (!dmactl_dump_end(msg, cb, hdr, err))
			break;
	}
	mutex_unlock(&dmactl_reg_lock);
	return msg->len;
}

static int dmactl_put_session(struct sk_buff *msg, struct sk_buff *req, struct dmactl_session *s)
{
	unsigned int chans = 0, inflight = 0;
	struct dmactl_hw *hw;

	/* The session's own table has another lock; claims are known to the registry as well. */
	list_for_each_entry(hw, &dmactl_hws, node) {
		if (!hw->claim || hw->claim->session != s)
			continue;
		chans++;
		inflight += atomic_read(&hw->claim->inflight);
	}
	return nla_put_u32(msg, DMACTL_A_SESSION_ID, s->id) ?:
	       dmactl_put_owner(msg, req, s, DMACTL_A_SESSION_PID, DMACTL_A_SESSION_COMMAND) ?:
	       nla_put_u32(msg, DMACTL_A_SESSION_CHANNELS, chans) ?:
	       nla_put_u32(msg, DMACTL_A_SESSION_BUFFERS, READ_ONCE(s->nr_bufs)) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_SESSION_BYTES, atomic64_read(&s->bytes),
				 DMACTL_A_SESSION_PAD) ?:
	       nla_put_u32(msg, DMACTL_A_SESSION_IN_FLIGHT, inflight) ?:
	       nla_put_u32(msg, DMACTL_A_SESSION_UNREAPED, READ_ONCE(s->nr_cq));
}

/* The n-th session, counted, with its numbers up to date; NULL behind the last. */
static struct dmactl_session *dmactl_session_nth(int n)
{
	struct dmactl_session *s, *found = NULL;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(s, &dmactl_sessions, node) {
		if (n--)
			continue;
		dmactl_session_get(s);
		found = s;
		break;
	}
	mutex_unlock(&dmactl_reg_lock);
	if (found) {
		mutex_lock(&found->cq_lock);
		dmactl_harvest(found);
		mutex_unlock(&found->cq_lock);
	}
	return found;
}

static int dmactl_nl_session_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct dmactl_dump *dump = (struct dmactl_dump *)cb->ctx;
	struct dmactl_session *s;
	bool go = true;
	void *hdr;
	int err;

	cb->seq = READ_ONCE(dmactl_generation);
	while (go && (s = dmactl_session_nth(dump->skip))) {
		hdr = dmactl_dump_begin(msg, cb, DMACTL_CMD_SESSION_GET);
		mutex_lock(&dmactl_reg_lock);
		err = hdr ? dmactl_put_session(msg, cb->skb, s) : 0;
		mutex_unlock(&dmactl_reg_lock);
		go = dmactl_dump_end(msg, cb, hdr, err);
		dmactl_session_put(s);
	}
	return msg->len;
}

static int dmactl_put_quarantine(struct sk_buff *msg, const struct dmactl_chan *c)
{
	return nla_put_string(msg, DMACTL_A_QUARANTINE_STABLE, c->hw->stable) ?:
	       nla_put_string(msg, DMACTL_A_QUARANTINE_NAME, c->hw->name) ?:
	       nla_put_u32(msg, DMACTL_A_QUARANTINE_SESSION, c->session->id) ?:
	       nla_put_u32(msg, DMACTL_A_QUARANTINE_REQUESTS, READ_ONCE(c->owed)) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_QUARANTINE_BYTES, c->kept_bytes,
				 DMACTL_A_QUARANTINE_PAD) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_QUARANTINE_AGE_NS, ktime_get_ns() - c->since,
				 DMACTL_A_QUARANTINE_PAD) ?:
	       (READ_ONCE(c->lost) ? nla_put_flag(msg, DMACTL_A_QUARANTINE_LEAKED) : 0);
}

static int dmactl_nl_quarantine_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct dmactl_dump *dump = (struct dmactl_dump *)cb->ctx;
	struct dmactl_chan *c;
	int n = 0, err;
	void *hdr;

	mutex_lock(&dmactl_reg_lock);
	cb->seq = dmactl_generation;
	list_for_each_entry(c, &dmactl_quarantine, quarantine) {
		if (n++ < dump->skip)
			continue;
		hdr = dmactl_dump_begin(msg, cb, DMACTL_CMD_QUARANTINE_GET);
		err = hdr ? dmactl_put_quarantine(msg, c) : 0;
		if (!dmactl_dump_end(msg, cb, hdr, err))
			break;
	}
	mutex_unlock(&dmactl_reg_lock);
	return msg->len;
}

static int dmactl_put_line(struct sk_buff *msg, const struct dmactl_line *l)
{
	return nla_put_string(msg, DMACTL_A_LINE_NAME, l->name) ?:
	       nla_put_u32(msg, DMACTL_A_LINE_WIDTH, l->width) ?:
	       nla_put_u32(msg, DMACTL_A_LINE_BURST, l->burst) ?:
	       (l->claim ? nla_put_string(msg, DMACTL_A_LINE_STABLE, l->claim->hw->stable) : 0);
}

static int dmactl_nl_line_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct dmactl_dump *dump = (struct dmactl_dump *)cb->ctx;
	struct dmactl_line *l;
	int n = 0, err;
	void *hdr;

	mutex_lock(&dmactl_reg_lock);
	cb->seq = dmactl_generation;
	list_for_each_entry(l, &dmactl_lines, node) {
		if (n++ < dump->skip)
			continue;
		hdr = dmactl_dump_begin(msg, cb, DMACTL_CMD_LINE_GET);
		err = hdr ? dmactl_put_line(msg, l) : 0;
		if (!dmactl_dump_end(msg, cb, hdr, err))
			break;
	}
	mutex_unlock(&dmactl_reg_lock);
	return msg->len;
}

/* No dump takes an attribute. */
static int dmactl_nl_dump_start(struct netlink_callback *cb)
{
	if (!nlmsg_attrlen(cb->nlh, GENL_HDRLEN))
		return 0;
	NL_SET_ERR_MSG(cb->extack, "a dump takes no attribute");
	return -EINVAL;
}

static const struct nla_policy dmactl_channel_policy[DMACTL_A_CHANNEL_NAME + 1] = {
	[DMACTL_A_CHANNEL_NAME] = { .type = NLA_NUL_STRING, .len = DMACTL_NAME_MAX - 1 },
};

static const struct genl_ops dmactl_ops[] = {
	{
		.cmd = DMACTL_CMD_CHANNEL_GET,
		.doit = dmactl_nl_channel_get,
		.start = dmactl_nl_dump_start,
		.dumpit = dmactl_nl_channel_dump,
		.policy = dmactl_channel_policy,
		.maxattr = ARRAY_SIZE(dmactl_channel_policy) - 1,
	},
	{
		.cmd = DMACTL_CMD_SESSION_GET,
		.start = dmactl_nl_dump_start,
		.dumpit = dmactl_nl_session_dump,
	},
	{
		.cmd = DMACTL_CMD_QUARANTINE_GET,
		.start = dmactl_nl_dump_start,
		.dumpit = dmactl_nl_quarantine_dump,
	},
	{
		.cmd = DMACTL_CMD_LINE_GET,
		.start = dmactl_nl_dump_start,
		.dumpit = dmactl_nl_line_dump,
	},
};

static const struct genl_multicast_group dmactl_groups[] = {
	[DMACTL_GROUP_EVENTS] = { .name = DMACTL_MCGRP_EVENTS },
};

static struct genl_family dmactl_family __ro_after_init = {
	.name = DMACTL_FAMILY_NAME,
	.version = DMACTL_FAMILY_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = dmactl_ops,
	.n_ops = ARRAY_SIZE(dmactl_ops),
	.resv_start_op = DMACTL_CMD_CHANNEL_GET,
	.mcgrps = dmactl_groups,
	.n_mcgrps = ARRAY_SIZE(dmactl_groups),
};

static int dmactl_put_event(struct sk_buff *msg, u32 type, const struct dmactl_hw *hw,
			    const struct dmactl_session *s, u32 requests, u64 bytes)
{
	return nla_put_u32(msg, DMACTL_A_EVENT_TYPE, type) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_EVENT_TIME_NS, ktime_get_ns(), DMACTL_A_EVENT_PAD) ?:
	       nla_put_string(msg, DMACTL_A_EVENT_NAME, hw->name) ?:
	       nla_put_string(msg, DMACTL_A_EVENT_STABLE, hw->stable) ?:
	       (s ? nla_put_u32(msg, DMACTL_A_EVENT_SESSION, s->id) : 0) ?:
	       nla_put_u32(msg, DMACTL_A_EVENT_REQUESTS, requests) ?:
	       nla_put_u64_64bit(msg, DMACTL_A_EVENT_BYTES, bytes, DMACTL_A_EVENT_PAD);
}

/**
 * dmactl_event() - notify the group "events", in every network namespace
 * @type:     enum dmactl_event_type
 * @hw:       channel
 * @s:        session, or NULL
 * @requests: operations concerned
 * @bytes:    bytes kept or leaked
 *
 * Context: process. Without memory the notification is lost; readers look at the state.
 */
void dmactl_event(u32 type, const struct dmactl_hw *hw, const struct dmactl_session *s,
		  u32 requests, u64 bytes)
{
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &dmactl_family, 0, DMACTL_CMD_EVENT);
	if (!hdr || dmactl_put_event(msg, type, hw, s, requests, bytes)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	dmactl_multicast_allns(&dmactl_family, msg, DMACTL_GROUP_EVENTS);
}

int dmactl_netlink_register(void)
{
	return genl_register_family(&dmactl_family);
}

void dmactl_netlink_unregister(void)
{
	genl_unregister_family(&dmactl_family);
}
