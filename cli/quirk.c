// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "quirk.h"
#include "simfs.h"

#define ONE	"one operation at a time: its interrupt starts the next one"

const struct quirk quirks[] = {
	{ "ioatdma", QUIRK_FENCE, "ioat/prep.c:142",
	  "sets the descriptor's fence bit; completes in order, but reads ahead without the bit" },
	{ "bcm-sba-raid", QUIRK_FENCE, "bcm-sba-raid.c:252",
	  "makes no request active while one with a fence is" },
	{ "idxd", 0, "idxd/dma.c:160", "ignores the fence, and operations complete in any order" },
	{ "plx_dma", 0, "plx_dma.c:353",
	  "ignores the fence, and gives the engine a ring of descriptors" },
	{ "xilinx-zynqmp-dma", 0, "xilinx/zynqmp_dma.c:399",
	  "ignores the fence, and links descriptors for the engine to fetch ahead" },
	{ "mv_xor", 0, "mv_xor.c:411",
	  "ignores the fence, and links descriptors into the running chain" },
	{ "bam-dma-engine", 0, "qcom/bam_dma.c:678",
	  "turns the fence into a notification that the peripheral may wait for, or not" },
	{ "dma-pl330", QUIRK_RELEASE, "pl330.c:2172",
	  "one program at a time, but without a write barrier before its event (1431); stays cyclic "
	  "until the channel is released" },
	{ "bcm2835-dma", QUIRK_IN_ORDER | QUIRK_BUS, "bcm2835-dma.c:491",
	  ONE "; registers by bus address (665)" },
	{ "dw_dmac", QUIRK_IN_ORDER, "dw/core.c:280", ONE },
	{ "dw_dmac_pci", QUIRK_IN_ORDER, "dw/core.c:280", ONE },
	{ "sun6i-dma", QUIRK_IN_ORDER, "sun6i-dma.c:493", ONE },
	{ "at_hdmac", QUIRK_IN_ORDER, "at_hdmac.c:820", ONE },
	{ "k3-dma", QUIRK_IN_ORDER, "k3dma.c:310", ONE },
	{ "dma-owl", QUIRK_IN_ORDER, "owl-dma.c:664", ONE },
	{ "hisi_dma", QUIRK_IN_ORDER, "hisi_dma.c:746", ONE },
	{ "imx-sdma", QUIRK_IN_ORDER, "imx-sdma.c:971", ONE },
	{ "sf-pdma", QUIRK_IN_ORDER, "sf-pdma/sf-pdma.c:317", ONE },
	{ "stm32-dma", QUIRK_IN_ORDER, "stm32/stm32-dma.c:756", ONE },
	{ "fsl-edma", QUIRK_IN_ORDER, "fsl-edma-common.c:67", ONE },
	{ "edma", QUIRK_IN_ORDER, "ti/edma.c:1483", ONE },
	{ NULL, 0, NULL, NULL },
};

static const struct quirk *row(const char *driver)
{
	for (const struct quirk *q = quirks; q->driver; q++)
		if (!strcmp(q->driver, driver))
			return q;
	return NULL;
}

bool quirk_has(const char *driver, unsigned int flag)
{
	const struct quirk *q = row(driver);

	return q && q->flags & flag;
}

uint32_t quirk_config(const char *driver, uint32_t endpoint)
{
	return endpoint == DMACTL_EP_BUFFER && quirk_has(driver, QUIRK_BUS) ?
		       DMACTL_CONFIG_F_BUS_ADDRESS :
		       0;
}

const char *quirk_source(const char *driver)
{
	const struct quirk *q = row(driver);

	return q ? q->source : NULL;
}

/* A simulated device is what its attributes say. */
static void trust_sim(const struct backend *b, const struct channel *ch, struct trust *t)
{
	struct vec sims = { 0 };
	char order[16] = "", fence[16] = "";

	simfs_list(b, &sims);
	for (size_t i = 0; i < sims.n; i++) {
		const struct sim *sim = (const struct sim *)sims.v + i;

		if (strcmp(sim->dev_name, ch->device))
			continue;
		simfs_get(b, sim->name, "order", order, sizeof(order));
		simfs_get(b, sim->name, "fence", fence, sizeof(fence));
		snprintf(t->source, sizeof(t->source), "configfs dma-sim/%s", sim->name);
		snprintf(t->what, sizeof(t->what), "order=%s fence=%s", order[0] ? order : "?",
			 fence[0] ? fence : "?");
	}
	vec_free(&sims);
	t->in_order = !strcmp(order, "fifo");
	t->fence = !strcmp(fence, "honour");
}

void trust_of(const struct backend *b, const struct channel *ch, struct trust *t)
{
	const struct quirk *q = row(ch->driver);

	memset(t, 0, sizeof(*t));
	if (ch->traits & DMACTL_TRAIT_SIMULATED) {
		trust_sim(b, ch, t);
		return;
	}
	if (!q)
		return;
	t->in_order = q->flags & QUIRK_IN_ORDER;
	t->fence = q->flags & QUIRK_FENCE;
	snprintf(t->source, sizeof(t->source), "Linux 6.12 drivers/dma/%s", q->source);
	snprintf(t->what, sizeof(t->what), "%s", q->what);
}
