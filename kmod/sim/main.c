// SPDX-License-Identifier: GPL-2.0-only
/* Loading and unloading. */
#include <linux/module.h>
#include <linux/platform_device.h>

#include "sim.h"

static bool dmasim_default = true;
module_param_named(default, dmasim_default, bool, 0444);
MODULE_PARM_DESC(default, "make one device of four channels at load (default: 1)");

/* Contexts of kind thread, and the freeing of devices. */
struct workqueue_struct *dmasim_wq;

static int __init dmasim_init(void)
{
	int err;

	dmasim_wq = alloc_workqueue(DMASIM_NAME, WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!dmasim_wq)
		return -ENOMEM;

	err = platform_driver_register(&dmasim_driver);
	if (err)
		goto err_wq;

	err = dmasim_tree_init(dmasim_default);
	if (err)
		goto err_driver;
	return 0;

err_driver:
	platform_driver_unregister(&dmasim_driver);
err_wq:
	destroy_workqueue(dmasim_wq);
	return err;
}
module_init(dmasim_init);

static void __exit dmasim_exit(void)
{
	dmasim_tree_exit();
	platform_driver_unregister(&dmasim_driver);
	/* Waits for the devices whose last channel was released a moment ago. */
	destroy_workqueue(dmasim_wq);
}
module_exit(dmasim_exit);

MODULE_AUTHOR("dmactl developers");
MODULE_DESCRIPTION("dmaengine provider without hardware");
MODULE_LICENSE("GPL");
