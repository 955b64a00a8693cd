/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DMACTL_XML_H
#define DMACTL_XML_H

/* NAME="VALUE" on standard output, a blank before it. */
void xml_attribute(const char *name, const char *value);

#endif
