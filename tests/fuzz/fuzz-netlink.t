#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the module may send: the tool prints what a terminal can show, and JSON that is JSON.
. "$(dirname "$0")/lib.sh"
fuzz netlink 60000 900
