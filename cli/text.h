/* SPDX-License-Identifier: GPL-2.0 */
/* Texts from elsewhere: nothing of one is anything but text, and what is no character is '?'. */
#ifndef DMACTL_TEXT_H
#define DMACTL_TEXT_H

#include <stdio.h>

/* For HTML and XML. */
void markup_text(FILE *f, const char *s);
/* NAME="VALUE" on standard output, a blank before it. */
void xml_attribute(const char *name, const char *value);
/* Between single quotes, at most @most characters. */
void gnuplot_text(FILE *f, const char *s, size_t most);
/* A label's value, between double quotes. */
void metrics_text(FILE *f, const char *s);

#endif
