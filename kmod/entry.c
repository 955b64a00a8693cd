// SPDX-License-Identifier: GPL-2.0-only
/* An operation as it comes from user space, with what it points to. */
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "dmactl_int.h"

void dmactl_entry_free(struct dmactl_entry *e)
{
	if (!e->args)
		return;
	kvfree(e->args->vec);
	kvfree(e->args->deps);
	kfree(e->args);
	e->args = NULL;
}

static void *dmactl_copy_array(u64 from, u32 nr, size_t size)
{
	return vmemdup_user(u64_to_user_ptr(from), array_size(nr, size));
}

static int dmactl_args_copy(struct dmactl_args *args, const struct dmactl_op *op)
{
	void *p;

	if (op->nr_vec && dmactl_uses_vec(op->opcode)) {
		p = dmactl_copy_array(op->vec, op->nr_vec, sizeof(*args->vec));
		if (IS_ERR(p))
			return PTR_ERR(p);
		args->vec = p;
	}
	if (op->nr_deps) {
		p = dmactl_copy_array(op->deps, op->nr_deps, sizeof(*args->deps));
		if (IS_ERR(p))
			return PTR_ERR(p);
		args->deps = p;
	}
	if (!op->template || !dmactl_uses_template(op->opcode))
		return 0;
	return copy_from_user(&args->template, u64_to_user_ptr(op->template),
			      sizeof(args->template)) ? -EFAULT : 0;
}

/* Read what an operation points to. @e: dmactl_entry_free() is due in any case */
static int dmactl_entry_set(struct dmactl_entry *e, const struct dmactl_op *op, u32 *why)
{
	*e = (struct dmactl_entry){ .op = op };
	if (likely(!op->nr_vec && !op->nr_deps && !op->template))
		return 0;
	if (op->nr_vec > DMACTL_MAX_VEC && dmactl_uses_vec(op->opcode))
		return dmactl_bad(why, DMACTL_WHY_SOURCES, -E2BIG);
	if (op->nr_deps > DMACTL_MAX_VEC)
		return dmactl_bad(why, DMACTL_WHY_DEPS, -E2BIG);
	e->args = kzalloc(sizeof(*e->args), GFP_KERNEL_ACCOUNT);
	return e->args ? dmactl_args_copy(e->args, op) : -ENOMEM;
}

/* Read operations. @size: bytes from one to the next, and of each as the caller knows it */
static int dmactl_ops_copy(struct dmactl_op *ops, u32 nr, u64 from, size_t size)
{
	int err = 0;
	u32 i;

	/* All in one go where we agree about the size, as is the rule. */
	if (likely(size == sizeof(*ops)))
		return copy_from_user(ops, u64_to_user_ptr(from), array_size(nr, size)) ?
		       -EFAULT : 0;
	for (i = 0; i < nr && !err; i++)
		err = copy_struct_from_user(&ops[i], sizeof(*ops),
					    u64_to_user_ptr(from + (u64)i * size), size);
	return err;
}

/**
 * dmactl_scratch_get() - room for the operations of a call
 * @s:  session, which keeps it for the next
 * @nr: operations
 */
struct dmactl_scratch *dmactl_scratch_get(struct dmactl_session *s, u32 nr)
{
	struct dmactl_scratch *x = xchg(&s->scratch, NULL);

	if (!x || x->room < nr) {
		kvfree(x);
		x = kvmalloc(size_add(struct_size(x, e, nr), array_size(nr, sizeof(*x->ops))),
			     GFP_KERNEL_ACCOUNT);
		if (!x)
			return NULL;
		x->room = nr;
		x->ops = (struct dmactl_op *)&x->e[nr];
	}
	x->nr = 0;
	return x;
}

/* References to channels end here. */
void dmactl_scratch_put(struct dmactl_session *s, struct dmactl_scratch *x)
{
	u32 i;

	for (i = 0; i < x->nr; i++) {
		dmactl_entry_free(&x->e[i]);
		if (x->e[i].chan)
			dmactl_chan_put(x->e[i].chan);
	}
	kvfree(xchg(&s->scratch, x));
}

/**
 * dmactl_scratch_fill() - read a call's operations and what they point to
 * @x:    with room for them
 * @nr:   how many
 * @from: user address
 * @size: bytes from one to the next, and of a struct dmactl_op as the caller knows it
 * @bad:  which operation is at fault, when @why says that one is
 * @why:  enum dmactl_why on failure
 */
int dmactl_scratch_fill(struct dmactl_scratch *x, u32 nr, u64 from, size_t size, u32 *bad,
			u32 *why)
{
	u32 i;
	int err;

	err = dmactl_ops_copy(x->ops, nr, from, size);
	while (!err && x->nr < nr) {
		i = x->nr++;
		err = dmactl_entry_set(&x->e[i], &x->ops[i], why);
		if (err && *why)
			*bad = i;
	}
	return err;
}

/*
 * A copy of an entry gets its own copy of what it points to; dependencies are not needed any more.
 */
int dmactl_args_keep(struct dmactl_entry *e)
{
	const struct dmactl_args *from = e->args;
	struct dmactl_args *args = kzalloc(sizeof(*args), GFP_KERNEL_ACCOUNT);

	e->args = args;
	if (!args)
		return -ENOMEM;
	args->template = from->template;
	if (!from->vec)
		return 0;
	args->vec = kvmalloc_array(e->op->nr_vec, sizeof(*args->vec), GFP_KERNEL_ACCOUNT);
	if (!args->vec)
		return -ENOMEM;
	memcpy(args->vec, from->vec, array_size(e->op->nr_vec, sizeof(*args->vec)));
	return 0;
}
