#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Job files: any text is jobs, or has a mistake that is told with its line.
. "$(dirname "$0")/lib.sh"
fuzz jobs 200000 300
