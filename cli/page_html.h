/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DMACTL_PAGE_HTML_H
#define DMACTL_PAGE_HTML_H

#include "page.h"

/* The numbers: a row for each cell, streams in a table of their own. */
void page_tables(const struct page *p, FILE *f);

#endif
