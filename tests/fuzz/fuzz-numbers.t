#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Sizes, counts, rates, times, lists, CPUs, limits: taken as they are written, or refused.
. "$(dirname "$0")/lib.sh"
fuzz numbers 100000 500
