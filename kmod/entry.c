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

/**
 * dmactl_entry_set() - an operation that has been read: read what it points to
 * @e:    result; dmactl_entry_free() is due in any case
 * @op:   the operation
 * @why:  enum dmactl_why on failure
 */
int dmactl_entry_set(struct dmactl_entry *e, const struct dmactl_op *op, u32 *why)
{
	*e = (struct dmactl_entry){ .op = *op };
	if (likely(!op->nr_vec && !op->nr_deps && !op->template))
		return 0;
	if (op->nr_vec > DMACTL_MAX_VEC && dmactl_uses_vec(op->opcode))
		return dmactl_bad(why, DMACTL_WHY_SOURCES, -E2BIG);
	if (op->nr_deps > DMACTL_MAX_VEC)
		return dmactl_bad(why, DMACTL_WHY_DEPS, -E2BIG);
	e->args = kzalloc(sizeof(*e->args), GFP_KERNEL_ACCOUNT);
	return e->args ? dmactl_args_copy(e->args, op) : -ENOMEM;
}

/**
 * dmactl_entry_copy() - read an operation and what it points to
 * @e:    result; dmactl_entry_free() is due in any case
 * @from: user address
 * @size: bytes of a struct dmactl_op as the caller knows it
 * @why:  enum dmactl_why on failure
 */
int dmactl_entry_copy(struct dmactl_entry *e, u64 from, size_t size, u32 *why)
{
	struct dmactl_op op;
	int err;

	e->args = NULL;
	e->chan = NULL;
	err = copy_struct_from_user(&op, sizeof(op), u64_to_user_ptr(from), size);
	return err ?: dmactl_entry_set(e, &op, why);
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
	args->vec = kvmalloc_array(e->op.nr_vec, sizeof(*args->vec), GFP_KERNEL_ACCOUNT);
	if (!args->vec)
		return -ENOMEM;
	memcpy(args->vec, from->vec, array_size(e->op.nr_vec, sizeof(*args->vec)));
	return 0;
}
