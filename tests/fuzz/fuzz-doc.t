#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Documents that are read again: any text is some of them, or has a mistake that is told with its
# place; one that is cut anywhere has what was whole.
. "$(dirname "$0")/lib.sh"
fuzz doc 200000 380
