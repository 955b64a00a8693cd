#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Style, static analysis, licences, generated files: all that scripts/lint checks.
exec "$(dirname "$0")/../../scripts/lint" --tap
