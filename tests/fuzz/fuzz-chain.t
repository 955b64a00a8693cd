#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The chain language: each text is parsed, checked and walked through; none may crash, leak, hang or
# tell a wrong place.
. "$(dirname "$0")/lib.sh"
fuzz chain 200000 1500 "$here"/corpus/*
