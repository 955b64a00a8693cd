/* SPDX-License-Identifier: GPL-2.0-only */
/* Every difference between kernel versions, 6.1 and later. The rest reads like current upstream. */
#ifndef _DMACTL_COMPAT_H
#define _DMACTL_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "dmactl needs Linux 6.1 or later"
#endif

#include <linux/atomic.h>
#include <linux/device/class.h>
#include <linux/llist.h>
#include <linux/mm.h>

struct genl_family;
struct sk_buff;

/* Offsets of mmap() beyond 4 GiB on 32 bits: a flag of the file, from 6.12 on of its operations. */
#ifdef FOP_UNSIGNED_OFFSET
#define DMACTL_FOP_FLAGS .fop_flags = FOP_UNSIGNED_OFFSET,
#define dmactl_large_offsets(file) do { } while (0)
#else
#define DMACTL_FOP_FLAGS
#define dmactl_large_offsets(file) ((file)->f_mode |= FMODE_UNSIGNED_OFFSET)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void dmactl_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
	vma->vm_flags |= flags;
}
#define vm_flags_set dmactl_vm_flags_set
#endif

/* class_interface: a parameter less, and a const class, from 6.4 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define DMACTL_CLASS_ADD(name) static int name(struct device *dev, struct class_interface *intf)
#define DMACTL_CLASS_REMOVE(name) static void name(struct device *dev, struct class_interface *intf)
#define dmactl_const_class struct class
#define dmactl_const_bus struct bus_type
#else
#define DMACTL_CLASS_ADD(name) static int name(struct device *dev)
#define DMACTL_CLASS_REMOVE(name) static void name(struct device *dev)
#define dmactl_const_class const struct class
#define dmactl_const_bus const struct bus_type
#endif

/* What removes a platform device returned an int before 6.11, which nobody looked at. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
#define dmactl_remove_t int
#define dmactl_removed 0
#else
#define dmactl_remove_t void
#define dmactl_removed
#endif

/* The largest order of a page allocation has this name from 6.8, and meant one more before 6.4. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define MAX_PAGE_ORDER (MAX_ORDER - 1)
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define MAX_PAGE_ORDER MAX_ORDER
#endif

/* A namespace of symbols is named by a string from 6.13 on. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#define DMACTL_IMPORT_DMA_BUF MODULE_IMPORT_NS(DMA_BUF)
#else
#define DMACTL_IMPORT_DMA_BUF MODULE_IMPORT_NS("DMA_BUF")
#endif

/* __assign_str() lost its second argument in 6.10. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define dmactl_assign_str(dst, src) __assign_str(dst, src)
#else
#define dmactl_assign_str(dst, src) __assign_str(dst)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
#include <linux/hrtimer.h>

static inline void hrtimer_setup(struct hrtimer *timer,
				 enum hrtimer_restart (*function)(struct hrtimer *),
				 clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}
#endif

/* llist_add() is a call before it became inline, and then a tenth of what an operation costs. */
static inline void dmactl_llist_add(struct llist_node *node, struct llist_head *head)
{
	struct llist_node *first = READ_ONCE(head->first);

	do {
		node->next = first;
	} while (!try_cmpxchg(&head->first, &first, node));
}

/*
 * genlmsg_multicast_allns() lost its gfp_t in 6.12, and in stable updates of older kernels, so its
 * type tells and not the version.
 */
typedef int (*dmactl_allns_old)(const struct genl_family *, struct sk_buff *, u32, unsigned int,
				gfp_t);
typedef int (*dmactl_allns_new)(const struct genl_family *, struct sk_buff *, u32, unsigned int);

static inline int dmactl_allns_call_old(void *fn, const struct genl_family *family,
					struct sk_buff *skb, unsigned int group)
{
	int err;

	/* It walks the namespaces under RCU, and does not say so. */
	rcu_read_lock();
	err = ((dmactl_allns_old)fn)(family, skb, 0, group, GFP_ATOMIC);
	rcu_read_unlock();
	return err;
}

static inline int dmactl_allns_call_new(void *fn, const struct genl_family *family,
					struct sk_buff *skb, unsigned int group)
{
	return ((dmactl_allns_new)fn)(family, skb, 0, group);
}

#define dmactl_multicast_allns(family, skb, group) \
	_Generic(&genlmsg_multicast_allns, dmactl_allns_old: dmactl_allns_call_old, \
		 default: dmactl_allns_call_new)(genlmsg_multicast_allns, (family), (skb), (group))

#endif /* _DMACTL_COMPAT_H */
