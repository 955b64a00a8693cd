/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DMACTL_CHAN_JSON_H
#define DMACTL_CHAN_JSON_H

#include "chan.h"
#include "out.h"

/* Everything that netlink tells of a channel, absent things as null. */
struct json_object *chan_json(const struct backend *b, const struct channel *c);
/* Parts of it: who has it and what is in flight; operations, traits and how it stops; limits. */
void chan_json_holder(struct json_object *o, const struct channel *c);
void chan_json_abilities(struct json_object *o, const struct channel *c);
void chan_json_limits(struct json_object *o, const struct channel *c);
void chan_json_counters(struct json_object *o, const struct channel *c);
/* Which of the three ways to stop it a channel has. */
const char *chan_stop_class(const struct channel *c);
bool chan_told(const struct channel *c, int attr);
const char *residue_name(uint32_t residue);

#endif
