#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The command line, up to where a session would be opened: the program ends with one of its codes.
. "$(dirname "$0")/lib.sh"
fuzz argv 150000 2000
