/* SPDX-License-Identifier: GPL-2.0 */
/* The backend's calls that fake_order.c puts itself in front of. */
#ifndef FAKE_ORDER_H
#define FAKE_ORDER_H

#include "fake.h"

int fake_order_open(void);
void fake_order_close(int session);
int fake_order_info(int session, struct dmactl_info *info);
int fake_order_claim(int session, struct dmactl_claim *claim);
int fake_order_config(int session, struct dmactl_config *config);
int fake_order_submit(int session, struct dmactl_submit *submit);
int fake_order_reap(int session, struct dmactl_reap *reap);
int fake_order_channels(struct vec *out, struct err *e);
int fake_order_read_file(const char *path, char *buf, size_t size);

#endif
