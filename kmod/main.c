// SPDX-License-Identifier: GPL-2.0-only
/* dmactl - drive any dmaengine channel from user space */
#include <linux/module.h>

#include "dmactl_int.h"

unsigned int dmactl_max_buffer_mb = 256;
module_param_named(max_buffer_mb, dmactl_max_buffer_mb, uint, 0644);
MODULE_PARM_DESC(max_buffer_mb, "largest buffer in MiB (1 to 2048)");

unsigned int dmactl_max_session_mb = 1024;
module_param_named(max_session_mb, dmactl_max_session_mb, uint, 0644);
MODULE_PARM_DESC(max_session_mb, "most memory in MiB for the buffers of one session");

unsigned int dmactl_max_sessions = 256;
module_param_named(max_sessions, dmactl_max_sessions, uint, 0644);
MODULE_PARM_DESC(max_sessions, "most sessions that one user may have open");

bool dmactl_raw_address;
module_param_named(raw_address, dmactl_raw_address, bool, 0644);
MODULE_PARM_DESC(raw_address, "let CAP_SYS_RAWIO give engines raw addresses (default: 0)");

struct workqueue_struct *dmactl_wq;

static int __init dmactl_init(void)
{
	int err;

	dmactl_wq = alloc_workqueue("dmactl", WQ_UNBOUND, 0);
	if (!dmactl_wq)
		return -ENOMEM;
	err = dmactl_netlink_register();
	if (err)
		goto err_wq;
	err = dmactl_registry_init();
	if (err)
		goto err_netlink;
	err = dmactl_lines_register();
	if (err)
		goto err_registry;
	err = dmactl_cdev_register();
	if (err)
		goto err_lines;
	return 0;

err_lines:
	dmactl_lines_unregister();
err_registry:
	dmactl_registry_stop();
err_netlink:
	dmactl_netlink_unregister();
err_wq:
	destroy_workqueue(dmactl_wq);
	return err;
}

static void __exit dmactl_exit(void)
{
	dmactl_cdev_unregister();
	dmactl_lines_unregister();
	dmactl_registry_stop();
	dmactl_netlink_unregister();
	/* The last put of a session may have come from a work item that is still returning. */
	destroy_workqueue(dmactl_wq);
}

module_init(dmactl_init);
module_exit(dmactl_exit);

MODULE_DESCRIPTION("Drive any dmaengine channel from user space");
MODULE_LICENSE("GPL");
MODULE_VERSION(DMACTL_VERSION);
