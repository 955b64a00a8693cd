// SPDX-License-Identifier: GPL-2.0-only
/*
 * Request lines: consumer nodes of a device tree, "dmactl,client". A line holds no channel until it
 * is claimed, because dma_request_chan() takes the channel from everybody else.
 */
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/of_device.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "dmactl_int.h"

#define DMACTL_MAX_WIDTH	64	/* bytes of a register access */
#define DMACTL_MAX_BURST	U16_MAX	/* of them at a time: their bytes fit into 32 bits */

LIST_HEAD(dmactl_lines);	/* reg_lock */

/*
 * Held from the look at a line and at its provider until the claim is entered. Whoever marks either
 * of them as leaving waits for it, and then finds the claim.
 */
static DEFINE_MUTEX(dmactl_line_lock);

static void dmactl_line_free(struct kref *ref)
{
	struct dmactl_line *l = container_of(ref, struct dmactl_line, ref);

	of_node_put(l->provider);
	put_device(l->dev);
	kfree(l);
}

void dmactl_line_put(struct dmactl_line *l)
{
	if (l)
		kref_put(&l->ref, dmactl_line_free);
}

/* One value for all lines, or one for each. */
static int dmactl_line_u32(const struct device_node *np, const char *property, int nr, int i,
			   u32 *value)
{
	int count = of_property_count_u32_elems(np, property);

	if (count != 1 && count != nr)
		return -EINVAL;
	return of_property_read_u32_index(np, property, count == 1 ? 0 : i, value);
}

/* The same of "reg": as the CPU sees it, or (a few drivers want that) as the node has it. */
static int dmactl_line_address(struct platform_device *pdev, int nr, int i, struct dmactl_line *l)
{
	struct device_node *np = pdev->dev.of_node;
	const struct resource *r;
	const __be32 *reg;
	int count = 0, cells;
	u64 bus = 0;

	while (platform_get_resource(pdev, IORESOURCE_MEM, count))
		count++;
	if (count != 1 && count != nr)
		return -EINVAL;
	i = count == 1 ? 0 : i;
	r = platform_get_resource(pdev, IORESOURCE_MEM, i);
	if (resource_size(r) < l->width)
		return -EINVAL;
	l->addr = r->start;
	l->bus = of_property_read_bool(np, "dmactl,bus-address");
	if (!l->bus)
		return 0;
	reg = of_get_address(np, i, NULL, NULL);
	if (!reg)
		return -EINVAL;
	for (cells = of_n_addr_cells(np); cells; cells--)
		bus = bus << 32 | be32_to_cpup(reg++);
	l->addr = bus;
	return l->addr == bus ? 0 : -EINVAL;
}

static int dmactl_line_read(struct platform_device *pdev, int nr, int i, struct dmactl_line *l)
{
	struct device_node *np = pdev->dev.of_node;
	struct of_phandle_args spec;
	int err;

	err = of_property_read_string_index(np, "dma-names", i, &l->dma_name);
	if (err)
		return err;
	if (!*l->dma_name || strpbrk(l->dma_name, ":/") ||
	    snprintf(l->name, sizeof(l->name), "%s:%s", dev_name(&pdev->dev), l->dma_name) >=
	    sizeof(l->name))
		return -EINVAL;
	err = dmactl_line_u32(np, "dmactl,width", nr, i, &l->width) ?:
	      dmactl_line_address(pdev, nr, i, l);
	if (!err && of_find_property(np, "dmactl,burst", NULL))
		err = dmactl_line_u32(np, "dmactl,burst", nr, i, &l->burst);
	if (err || !l->width || l->width > DMACTL_MAX_WIDTH || l->burst > DMACTL_MAX_BURST)
		return err ?: -EINVAL;
	err = of_parse_phandle_with_args(np, "dmas", "#dma-cells", i, &spec);
	if (!err)
		l->provider = spec.np;
	return err;
}

static void dmactl_lines_drop(struct list_head *lines)
{
	struct dmactl_line *l, *next;

	list_for_each_entry_safe(l, next, lines, node) {
		list_del(&l->node);
		dmactl_line_put(l);
	}
}

static int dmactl_line_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	int nr = of_property_count_strings(dev->of_node, "dma-names");
	struct dmactl_line *l;
	LIST_HEAD(lines);
	int i, err = 0;

	if (nr < 1 || of_count_phandle_with_args(dev->of_node, "dmas", "#dma-cells") != nr)
		return dev_err_probe(dev, -EINVAL, "dmas and dma-names do not match\n");
	for (i = 0; i < nr && !err; i++) {
		l = kzalloc(sizeof(*l), GFP_KERNEL);
		if (!l) {
			err = -ENOMEM;
			break;
		}
		kref_init(&l->ref);
		l->dev = get_device(dev);
		list_add_tail(&l->node, &lines);
		err = dmactl_line_read(pdev, nr, i, l);
	}
	if (err) {
		dmactl_lines_drop(&lines);
		return dev_err_probe(dev, err, "line %d: bad dma-names, reg, width or burst\n",
				     i - 1);
	}
	mutex_lock(&dmactl_reg_lock);
	list_splice_tail(&lines, &dmactl_lines);
	dmactl_lists_changed();
	mutex_unlock(&dmactl_reg_lock);
	return 0;
}

/**
 * dmactl_lines_settle() - wait for claims that have not seen that something leaves
 *
 * Context: holds none of our locks.
 */
void dmactl_lines_settle(void)
{
	mutex_lock(&dmactl_line_lock);
	mutex_unlock(&dmactl_line_lock);
}

/*
 * A channel that stays in quarantine outlives the node's directory in sysfs: what the core made
 * there when the channel was asked for, and would undo when it is released, goes now.
 */
static void dmactl_line_unlink(struct dmactl_chan *c, struct device *dev)
{
	mutex_lock(&c->lock);
	if (c->dma && c->dma->slave == dev) {
		sysfs_remove_link(&c->dma->dev->device.kobj, "slave");
		sysfs_remove_link(&dev->kobj, c->dma->name);
		kfree(c->dma->name);
		c->dma->name = NULL;
		c->dma->slave = NULL;
	}
	mutex_unlock(&c->lock);
}

/*
 * The node is unbound: what holds a line of it is stopped, as if its provider left. What cannot be
 * stopped stays in quarantine, with its channel and with our reference to the node's device.
 */
static void dmactl_node_leaves(struct device *dev)
{
	struct dmactl_line *l, *next;
	struct dmactl_chan *c;
	LIST_HEAD(lines);

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry_safe(l, next, &dmactl_lines, node) {
		if (l->dev != dev)
			continue;
		WRITE_ONCE(l->leaving, true);
		list_move_tail(&l->node, &lines);
	}
	dmactl_lists_changed();
	mutex_unlock(&dmactl_reg_lock);
	dmactl_lines_settle();
	list_for_each_entry(l, &lines, node) {
		mutex_lock(&dmactl_reg_lock);
		c = l->claim;
		if (c)
			kref_get(&c->ref);
		mutex_unlock(&dmactl_reg_lock);
		if (!c)
			continue;
		dmactl_detach(c, false);
		dmactl_line_unlink(c, dev);
		dmactl_chan_put(c);
	}
	dmactl_lines_drop(&lines);
}

static dmactl_remove_t dmactl_line_remove(struct platform_device *pdev)
{
	dmactl_node_leaves(&pdev->dev);
	return dmactl_removed;
}

/**
 * dmactl_line_find() - a request line by NODE:LINE
 * @name: the name
 *
 * Return: the line, counted; NULL when there is none.
 */
struct dmactl_line *dmactl_line_find(const char *name)
{
	struct dmactl_line *l, *found = NULL;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(l, &dmactl_lines, node) {
		if (strcmp(name, l->name))
			continue;
		kref_get(&l->ref);
		found = l;
		break;
	}
	mutex_unlock(&dmactl_reg_lock);
	return found;
}

/**
 * dmactl_line_provider() - a channel of the provider that a line leads to
 * @l: line
 *
 * Return: any of them, counted; NULL while it has registered none.
 */
struct dmactl_hw *dmactl_line_provider(const struct dmactl_line *l)
{
	struct dmactl_hw *hw, *found = NULL;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(hw, &dmactl_hws, node) {
		if (hw->dev->of_node != l->provider)
			continue;
		kref_get(&hw->ref);
		found = hw;
		break;
	}
	mutex_unlock(&dmactl_reg_lock);
	return found;
}

/* May it be asked for? Its provider's channels are there, and stay until line_lock is free. */
static int dmactl_line_ready(const struct dmactl_line *l)
{
	struct dmactl_hw *hw = dmactl_line_provider(l);
	int err = 0;

	if (!hw)
		return -EAGAIN;
	mutex_lock(&dmactl_reg_lock);
	if (l->leaving || hw->leaving)
		err = -ENODEV;
	else if (l->claim)
		err = -EBUSY;
	mutex_unlock(&dmactl_reg_lock);
	dmactl_hw_put(hw);
	return err;
}

/* Enter the claim of what the provider gave. Taken again, it has to be the same channel. */
static int dmactl_line_enter(struct dmactl_chan *c, struct dma_chan *dma)
{
	struct dmactl_hw *hw, *found = NULL;
	int err = 0;

	mutex_lock(&dmactl_reg_lock);
	list_for_each_entry(hw, &dmactl_hws, node)
		if (hw->dma == dma)
			found = hw;
	if (!found)
		err = -EAGAIN;
	else if (found->leaving)
		err = -ENODEV;
	else if (found->claim || (c->hw && c->hw != found))
		err = -EBUSY;
	if (err)
		goto out;
	found->claim = c;
	c->line->claim = c;
	if (!c->hw) {
		kref_get(&found->ref);
		c->hw = found;
		c->ops = found->ops;
	}
out:
	mutex_unlock(&dmactl_reg_lock);
	return err;
}

/**
 * dmactl_line_request() - take the channel that a line leads to
 * @c: claim of a line, locked, without a channel
 *
 * Return: the channel; or an error: -EBUSY line or channel are held by a session; -EAGAIN its
 * provider is not there yet; -ENODEV node or provider leave; -ENXIO the provider gives none.
 */
struct dma_chan *dmactl_line_request(struct dmactl_chan *c)
{
	struct dmactl_line *l = c->line;
	struct dma_chan *dma;
	int err;

	lockdep_assert_held(&c->lock);
	mutex_lock(&dmactl_line_lock);
	err = dmactl_line_ready(l);
	if (err)
		goto out;
	dma = dma_request_chan(l->dev, l->dma_name);
	if (IS_ERR(dma)) {
		err = dma == ERR_PTR(-EPROBE_DEFER) ? -EAGAIN : -ENXIO;
		goto out;
	}
	err = dmactl_line_enter(c, dma);
	if (err)
		dma_release_channel(dma);
out:
	mutex_unlock(&dmactl_line_lock);
	return err ? ERR_PTR(err) : dma;
}

static const struct of_device_id dmactl_line_match[] = {
	{ .compatible = "dmactl,client" },
	{ }
};

/* In place of MODULE_DEVICE_TABLE(of, ...), which a cross build with a 64-bit modpost refuses. */
MODULE_ALIAS("of:N*T*Cdmactl,client");
MODULE_ALIAS("of:N*T*Cdmactl,clientC*");

/**
 * dmactl_line_waits() - whether there is such a line, but its node is not bound
 * @name: NODE:LINE
 *
 * So it is while the kernel defers the node's probe until its provider is there.
 */
bool dmactl_line_waits(const char *name)
{
	const char *colon = strrchr(name, ':');
	char node[DMACTL_NAME_MAX];
	struct device *dev;
	bool waits;

	if (!colon)
		return false;
	snprintf(node, sizeof(node), "%.*s", (int)(colon - name), name);
	dev = bus_find_device_by_name(&platform_bus_type, NULL, node);
	waits = dev && of_match_device(dmactl_line_match, dev) &&
		of_property_match_string(dev->of_node, "dma-names", colon + 1) >= 0;
	put_device(dev);
	return waits;
}

static struct platform_driver dmactl_line_driver = {
	.probe = dmactl_line_probe,
	.remove = dmactl_line_remove,
	.driver = {
		.name = "dmactl-line",
		.of_match_table = dmactl_line_match,
	},
};

int dmactl_lines_register(void)
{
	return platform_driver_register(&dmactl_line_driver);
}

void dmactl_lines_unregister(void)
{
	platform_driver_unregister(&dmactl_line_driver);
}
