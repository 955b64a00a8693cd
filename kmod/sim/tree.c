// SPDX-License-Identifier: GPL-2.0-only
/* The directories of /sys/kernel/config/dma-sim, and the devices that they stand for. */
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "sim.h"

static DEFINE_IDA(dmasim_ida);

/* Pending and live. */

bool dmasim_conf_is_live(struct dmasim_conf *conf)
{
	bool live;

	mutex_lock(&conf->lock);
	live = conf->sim;
	mutex_unlock(&conf->lock);
	return live;
}

/* Context: the caller holds @conf->live_lock, but not @conf->lock, which the unbind takes. */
static void dmasim_conf_unregister(struct dmasim_conf *conf)
{
	platform_device_unregister(conf->pdev);
	conf->pdev = NULL;
}

int dmasim_conf_start(struct dmasim_conf *conf)
{
	struct platform_device_info info = {
		.name = DMASIM_NAME,
		.id = conf->id,
		.data = &conf,
		.size_data = sizeof(conf),
	};
	struct platform_device *pdev;
	int err;

	lockdep_assert_held(&conf->live_lock);
	if (dmasim_conf_is_live(conf))
		return 0;
	/* Unbound by hand: start afresh. */
	dmasim_conf_unregister(conf);

	mutex_lock(&conf->lock);
	err = dmasim_params_check(&conf->params, conf->knob);
	conf->probe_err = -ENXIO;	/* stays if nothing probes: autoprobe switched off */
	mutex_unlock(&conf->lock);
	if (err)
		return err;

	pdev = platform_device_register_full(&info);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	conf->pdev = pdev;

	mutex_lock(&conf->lock);
	err = conf->sim ? 0 : conf->probe_err;
	mutex_unlock(&conf->lock);
	if (err)
		dmasim_conf_unregister(conf);
	return err;
}

int dmasim_conf_stop(struct dmasim_conf *conf)
{
	int err = 0;

	lockdep_assert_held(&conf->live_lock);
	mutex_lock(&conf->lock);
	if (conf->sim)
		err = dmasim_dev_close(conf->sim);
	mutex_unlock(&conf->lock);
	if (!err)
		dmasim_conf_unregister(conf);
	return err;
}

/* Directories. */

static void dmasim_conf_destroy(struct dmasim_conf *conf)
{
	mutex_lock(&conf->live_lock);
	dmasim_conf_unregister(conf);
	mutex_unlock(&conf->live_lock);
}

static void dmasim_conf_release(struct config_item *item)
{
	struct dmasim_conf *conf = to_dmasim_conf(item);

	dmasim_conf_destroy(conf);	/* the default device is not dropped by rmdir */
	ida_free(&dmasim_ida, conf->id);
	mutex_destroy(&conf->live_lock);
	mutex_destroy(&conf->lock);
	kfree(conf);
}

static struct configfs_item_operations dmasim_item_ops = {
	.release = dmasim_conf_release,
};

static const struct config_item_type dmasim_conf_type = {
	.ct_item_ops = &dmasim_item_ops,
	.ct_attrs = dmasim_attrs,
	.ct_owner = THIS_MODULE,
};

static struct dmasim_conf *dmasim_conf_new(const char *name)
{
	struct dmasim_conf *conf = kzalloc(sizeof(*conf), GFP_KERNEL);
	int id;

	if (!conf)
		return ERR_PTR(-ENOMEM);
	id = ida_alloc(&dmasim_ida, GFP_KERNEL);
	if (id < 0) {
		kfree(conf);
		return ERR_PTR(id);
	}

	conf->id = id;
	conf->params = dmasim_params_default;
	conf->delay.late_ns = NSEC_PER_SEC;
	conf->delay.jitter_ns = NSEC_PER_MSEC;
	mutex_init(&conf->live_lock);
	mutex_init(&conf->lock);
	config_group_init_type_name(&conf->group, name, &dmasim_conf_type);
	return conf;
}

static struct config_group *dmasim_make_group(struct config_group *group, const char *name)
{
	struct dmasim_conf *conf = dmasim_conf_new(name);

	return IS_ERR(conf) ? ERR_CAST(conf) : &conf->group;
}

/* At the rmdir itself: an attribute that is still open may put the release off. */
static void dmasim_drop_item(struct config_group *group, struct config_item *item)
{
	dmasim_conf_destroy(to_dmasim_conf(item));
	config_item_put(item);
}

static struct configfs_group_operations dmasim_group_ops = {
	.make_group = dmasim_make_group,
	.drop_item = dmasim_drop_item,
};

static const struct config_item_type dmasim_subsys_type = {
	.ct_group_ops = &dmasim_group_ops,
	.ct_owner = THIS_MODULE,
};

static struct configfs_subsystem dmasim_subsys = {
	.su_group.cg_item = {
		.ci_namebuf = DMASIM_NAME,
		.ci_type = &dmasim_subsys_type,
	},
};

static int dmasim_add_default(void)
{
	struct dmasim_conf *conf = dmasim_conf_new("default");
	int err;

	if (IS_ERR(conf))
		return PTR_ERR(conf);
	mutex_lock(&conf->live_lock);
	err = dmasim_conf_start(conf);
	mutex_unlock(&conf->live_lock);
	if (err)
		config_item_put(&conf->group.cg_item);
	else
		configfs_add_default_group(&conf->group, &dmasim_subsys.su_group);
	return err;
}

int dmasim_tree_init(bool with_default)
{
	int err = 0;

	config_group_init(&dmasim_subsys.su_group);
	mutex_init(&dmasim_subsys.su_mutex);
	if (with_default)
		err = dmasim_add_default();
	if (!err) {
		err = configfs_register_subsystem(&dmasim_subsys);
		if (err)
			configfs_remove_default_groups(&dmasim_subsys.su_group);
	}
	if (err)
		mutex_destroy(&dmasim_subsys.su_mutex);
	return err;
}

void dmasim_tree_exit(void)
{
	configfs_unregister_subsystem(&dmasim_subsys);
	configfs_remove_default_groups(&dmasim_subsys.su_group);
	mutex_destroy(&dmasim_subsys.su_mutex);
}
